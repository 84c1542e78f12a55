"""Seed a sandbox: one practice with its payers and people, one client for it, and the clients of our own services.

`python -m claims_api.sandbox` prints `client_id`, `client_secret` and `practice` as JSON. Running it again keeps the
practice and gives the client a new secret. Refuses to run in production.
"""

import asyncio
import json
import os
import sys
from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import SystemClock
from ar_shared.platform.auth.scopes import SCOPES
from ar_shared.platform.auth.secrets import new_secret
from ar_shared.platform.database import Connection, Database
from claims_api.access.register_client import register_client
from claims_api.practices.create_practice import create_practice
from claims_api.sandbox_parties import seed_parties
from claims_api.settings import ClaimsSettings

PRACTICE: Final = "Juniper Hill Family Practice (sandbox)"
CLIENT: Final = "sandbox"
_SERVICES: Final = ("followup-worker", "reporting-api")
_INTERNAL: Final = "internal:events"


async def seed(database: Database, service_secrets: dict[str, str]) -> dict[str, str]:
    """What `main` prints. service_secrets: client id of a service to the secret it will use."""
    clock = SystemClock()
    async with database.control_tx() as connection:
        practice_id, practice = await _practice(connection, clock)
        secret = new_secret()
        await register_client(
            connection,
            CLIENT,
            name="Sandbox",
            kind="sandbox",
            secret=secret,
            scopes=set(SCOPES) - {_INTERNAL},
            practice_ids=[practice_id],
            now=clock.now(),
        )
        for client_id, service_secret in service_secrets.items():
            await register_client(
                connection,
                client_id,
                name=client_id,
                kind="service",
                secret=service_secret,
                scopes=[_INTERNAL],
                practice_ids=[],
                now=clock.now(),
            )
    await seed_parties(database, practice_id, clock.now())
    return {"client_id": CLIENT, "client_secret": secret, "practice": str(practice)}


async def _practice(connection: Connection, clock: SystemClock) -> tuple[int, UUID]:
    row = await connection.fetchrow("SELECT id, uuid FROM claims.practice WHERE name = $1", PRACTICE)
    if row is not None:
        return row["id"], row["uuid"]
    return await create_practice(connection, PRACTICE, mode="sandbox", time_zone="America/Chicago", now=clock.now())


async def _main() -> None:
    settings = ClaimsSettings()
    if settings.environment == "production":
        sys.exit("the sandbox is not for production")
    database = Database(settings.database_url.get_secret_value())
    secrets = {
        client: os.environ[name]
        for client in _SERVICES
        if (name := f"AR_{client.upper().replace('-', '_')}_CLIENT_SECRET") in os.environ
    }
    try:
        sys.stdout.write(json.dumps(await seed(database, secrets)) + "\n")
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_main())
