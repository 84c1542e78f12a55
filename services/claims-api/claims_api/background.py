"""The loop that numbers events and seals access logs; any number of replicas may run it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from fastapi import FastAPI

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.logs import error_fields, get_logger
from ar_shared.platform.outbox import active_practices
from claims_api.events.sequence_events import sequence_events
from claims_api.wiring import Wiring

_SWEEP_EVERY_SECONDS: Final = 60.0
_WAIT_WHEN_AWAY_SECONDS: Final = 1.0


@contextlib.asynccontextmanager
async def background(app: FastAPI) -> AsyncIterator[None]:
    """A lifespan part: runs the loop while the service lives."""
    task = asyncio.create_task(_run(app.state.wiring))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _run(wiring: Wiring) -> None:
    swept_at = float("-inf")
    loop = asyncio.get_running_loop()
    while True:
        sweep = loop.time() - swept_at > _SWEEP_EVERY_SECONDS
        try:
            await _pass(wiring, everyone=sweep)
            swept_at = loop.time() if sweep else swept_at
            await asyncio.sleep(wiring.settings.event_poll_seconds)
        except ServiceUnavailableError:
            await asyncio.sleep(_WAIT_WHEN_AWAY_SECONDS)
        except Exception as error:  # the loop outlives any single failure; the log and the outbox age show it
            get_logger().error("background_pass_failed", **error_fields(error))
            await asyncio.sleep(_WAIT_WHEN_AWAY_SECONDS)


async def _pass(wiring: Wiring, *, everyone: bool) -> None:
    async with wiring.database.control_tx() as connection:
        if everyone:
            rows = await connection.fetch("SELECT id FROM claims.practice")
            practices = [row["id"] for row in rows]
        else:
            practices = await active_practices(connection, "claims", "events", wiring.clock.now())
    for practice_id in practices:
        await sequence_events(wiring.database, practice_id)
