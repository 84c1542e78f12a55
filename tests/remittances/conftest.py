"""A practice with one patient (two coverages on demand), claims taken in through the real use case."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from ar_shared.platform.auth.principal import Actor, Principal
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls

# Relative, because the tests are not on the import path.
from ..support.claims_sandbox import SandboxTemplate, claims_api  # noqa: TID252
from .books import assert_books_balance
from .intake import take_in
from .world import Bill, World

Billing = Callable[..., Awaitable[Bill]]


@pytest.fixture
async def world(sandbox_template: SandboxTemplate, sandbox_database: DatabaseUrls) -> AsyncIterator[World]:
    database = Database(sandbox_database.claims)
    principal = Principal(
        client_id="sandbox",
        client_kind="vendor",
        scopes=frozenset(),
        actor=Actor("client", "sandbox"),
        practice_id=sandbox_template.practice_id,
        practice=sandbox_template.practice,
        mode="sandbox",
        time_zone="America/Chicago",
    )
    world = World(database, sandbox_database, sandbox_template.practice_id, principal)
    await world.party("patient", "PAT-1", {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1980-05-17"})
    await world.cover("COV-1", "PAY-PRAIRIE", member_id="M0001")
    try:
        yield world
        await assert_books_balance(world)
    finally:
        await database.close()


@pytest.fixture
async def http(world: World, sandbox_template: SandboxTemplate) -> AsyncIterator[httpx.AsyncClient]:
    """claims-api over the same database, called by the sandbox client."""
    async with claims_api(world.urls) as (_, client):
        await sandbox_template.authorise(client)
        yield client


@pytest.fixture
def bill(world: World) -> Billing:
    """Takes a claim in: `await bill(("G0463", 20000), day="2026-11-02")`."""

    async def make(*lines: tuple[str, int], **changes: Any) -> Bill:
        return await take_in(world, *lines, **changes)

    return make
