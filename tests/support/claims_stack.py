"""A claims-api of its own over a PostgreSQL of its own, called over HTTP, and practices made in it on demand."""

import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson

from ar_shared.platform.auth.scopes import SCOPES
from ar_shared.platform.database import Database
from ar_tools.postgres import Profile, free_port, running_postgres
from ar_tools.stack import SERVICES, Stack
from claims_api.access.register_client import register_client
from claims_api.practices.create_practice import create_practice
from claims_api.sandbox_parties import seed_parties

STARTED = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@contextlib.contextmanager
def claims_stack(folder: Path, *, profile: Profile = "fast", extra: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """A stack of which only claims-api runs."""
    ports = {service.package: free_port() for service in SERVICES}
    with running_postgres(folder / "postgres", profile=profile) as pg:
        stack = Stack(folder, pg, ports, extra or {})
        try:
            stack.prepare()
            stack.start("claims_api")
            yield stack
        finally:
            stack.stop()


@dataclass(frozen=True)
class Tenant:
    """A sandbox practice with the sandbox's parties, and a client of its own."""

    practice_id: int
    practice: UUID
    client_id: str
    secret: str
    url: str

    @contextlib.asynccontextmanager
    async def http(self, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
        """Authorised."""
        async with httpx.AsyncClient(base_url=self.url, **options) as http:
            form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
            answer = await http.post("/oauth2/token", data=form)
            answer.raise_for_status()
            http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield http


async def new_tenant(stack: Stack, name: str) -> Tenant:
    database = Database(stack.database_url, max_size=1)
    client_id, secret = f"client-{next(_numbers)}-{secrets.token_hex(4)}", secrets.token_hex(32)
    try:
        async with database.control_tx() as connection:
            practice_id, practice = await create_practice(
                connection, name, mode="sandbox", time_zone="America/Chicago", now=STARTED
            )
            await register_client(
                connection,
                client_id,
                name=name,
                kind="sandbox",
                secret=secret,
                scopes=set(SCOPES) - {"internal:events"},
                practice_ids=[practice_id],
                now=STARTED,
            )
        await seed_parties(database, practice_id, STARTED)
    finally:
        await database.close()
    return Tenant(practice_id, practice, client_id, secret, stack.url("claims_api"))


@contextlib.asynccontextmanager
async def admin(stack: Stack) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The superuser's connection: sees the tables of every practice; `look_at` says whose views it sees."""
    connection = await asyncpg.connect(stack.database_url)
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )
    try:
        yield connection
    finally:
        await connection.close()


async def look_at(connection: Any, practice_id: int) -> None:
    """See the views of this practice from now on."""
    await connection.execute("SELECT set_config('ar.practice_id', $1, false)", str(practice_id))


async def upload(
    http: httpx.AsyncClient, content: bytes, *, key: str | None = None, purpose: str | None = None
) -> httpx.Response:
    """Post an EDI file."""
    headers = {"Content-Type": "application/edi-x12"} | ({"Idempotency-Key": key} if key else {})
    query = {"purpose": purpose} if purpose else {}
    return await http.post("/v1/edi/files", content=content, headers=headers, params=query)
