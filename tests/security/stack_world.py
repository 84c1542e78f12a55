"""The same world over the three services as processes of their own."""

import contextlib
import time
from collections.abc import AsyncIterator

import anyio
import httpx

from ar_tools.stack import SERVICES, Stack

from .contract import operations
from .world import Call, Practice, World, a_bare_world

PATIENCE_SECONDS = 60


@contextlib.asynccontextmanager
async def over(stack: Stack) -> AsyncIterator[World]:
    """A world without rows; the services' own loops do the work, `settle_events` waits for what they report."""
    async with contextlib.AsyncExitStack() as exits:
        http = {}
        for service in SERVICES:
            client = httpx.AsyncClient(base_url=stack.url(service.package), timeout=30)
            http[service.package] = await exits.enter_async_context(client)
        world = await a_bare_world(stack.database_url, http, services=False)
        exits.push_async_callback(world.admin.close)
        world.settle_events = lambda practice: _settled(world, practice)
        yield world


async def _settled(world: World, practice: Practice) -> None:
    """Until every fact has its number and both consumers have handled it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await _is_settled(world, practice):
        assert time.monotonic() < deadline, "the services do not settle"
        await anyio.sleep(0.05)


async def _is_settled(world: World, practice: Practice) -> bool:
    claims, followup, reporting = [
        (await world.send(operations()[f"{service.package}.readProgress"], Call(), client=practice.tag)).json()
        for service in SERVICES
    ]
    return bool(claims["waiting"] == 0 and followup["sequence"] == reporting["sequence"] == claims["sequence"])
