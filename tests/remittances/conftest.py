"""A practice with one patient (two coverages on demand), claims taken in through the real use case."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from ar_shared.platform.auth.principal import Actor, Principal
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.main import create_app
from claims_api.sandbox import seed
from claims_api.settings import ClaimsSettings

from .books import assert_books_balance
from .intake import take_in
from .world import Bill, World

Billing = Callable[..., Awaitable[Bill]]


@pytest.fixture
async def world(fresh_database: DatabaseUrls) -> AsyncIterator[World]:
    database = Database(fresh_database.claims)
    made = await seed(database, {})
    async with database.control_tx() as connection:
        practice_id = await connection.fetchval("SELECT id FROM claims.practice")
    principal = Principal(
        client_id="sandbox",
        client_kind="vendor",
        scopes=frozenset(),
        actor=Actor("client", "sandbox"),
        practice_id=practice_id,
        practice=UUID(made["practice"]),
        mode="sandbox",
        time_zone="America/Chicago",
    )
    world = World(database, fresh_database, practice_id, principal, made["client_secret"])
    await world.party("patient", "PAT-1", {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1980-05-17"})
    await world.cover("COV-1", "PAY-PRAIRIE", member_id="M0001")
    try:
        yield world
        await assert_books_balance(world)
    finally:
        await database.close()


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """claims-api over the same database, called by the sandbox client."""
    app = create_app(ClaimsSettings(database_url=SecretStr(world.urls.claims), environment="test"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://claims-api") as client:
        form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": world.secret}
        token = (await client.post("/oauth2/token", data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
    await app.state.wiring.database.close()


@pytest.fixture
def bill(world: World) -> Billing:
    """Takes a claim in: `await bill(("G0463", 20000), day="2026-11-02")`."""

    async def make(*lines: tuple[str, int], **changes: Any) -> Bill:
        return await take_in(world, *lines, **changes)

    return make
