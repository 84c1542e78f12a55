"""The loop that handles events, relays own facts and seals the access log; any number of replicas may run it."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Final

from fastapi import FastAPI

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.access_log import seal
from ar_shared.platform.idempotency import forget_old_keys
from ar_shared.platform.logs import error_fields, get_logger
from ar_shared.platform.outbox import active_practices
from followup_worker.access.activity import ACCESS
from followup_worker.consumer.consume_events import consume_events
from followup_worker.consumer.find_news import find_news
from followup_worker.feed.queries import lock_head
from followup_worker.feed.relay_events import relay_events
from followup_worker.sweep.jobs import practice_due
from followup_worker.sweep.queries import due_practices, health
from followup_worker.wiring import Wiring

_EVERYONE_SECONDS: Final = 60.0
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
    loop = asyncio.get_running_loop()
    everyone_at = float("-inf")
    while True:
        everyone = loop.time() - everyone_at > _EVERYONE_SECONDS
        try:
            await one_pass(wiring, everyone=everyone)
            everyone_at = loop.time() if everyone else everyone_at
            await asyncio.sleep(wiring.settings.event_poll_seconds)
        except ServiceUnavailableError:
            await asyncio.sleep(_WAIT_WHEN_AWAY_SECONDS)
        except Exception as error:  # the loop outlives any single failure; the log and the lag show it
            get_logger().error("background_pass_failed", **error_fields(error))
            await asyncio.sleep(_WAIT_WHEN_AWAY_SECONDS)


async def one_pass(wiring: Wiring, *, everyone: bool) -> None:
    """Handle what is new, sweep where a test clock moved, relay and seal.

    everyone: look at all practices for facts, access rows and old idempotency keys, not only at those announced as
    active.
    """
    news = await find_news(wiring.database, wiring.claims_api)
    wiring.metrics.events_behind.set(sum(item.behind for item in news))
    for item in news:
        await _catch_up(wiring, item.practice_id)
    for practice_id in await _practices(wiring, "events", everyone=everyone):
        await relay_events(wiring.database, wiring.claims_api, practice_id)
    for practice_id in await _practices(wiring, ACCESS, everyone=everyone):
        async with wiring.database.tenant_tx(practice_id) as connection:
            await lock_head(connection, practice_id, wait=True)
            await seal(connection, "followup", practice_id)
            if everyone:
                await forget_old_keys(connection, "followup", practice_id, wiring.clock.now())
    await _measure(wiring)


async def _catch_up(wiring: Wiring, practice_id: int) -> None:
    while handled := await consume_events(wiring.database, wiring.clock, wiring.rulebook, practice_id):
        wiring.metrics.events_handled.inc(handled)
    async with wiring.database.control_tx() as connection:
        due = await due_practices(connection, wiring.clock.now())
    if practice_id in due:
        await practice_due(wiring, practice_id)


async def _practices(wiring: Wiring, kind: str, *, everyone: bool) -> list[int]:
    async with wiring.database.control_tx() as connection:
        if everyone:
            rows = await connection.fetch("SELECT practice_id FROM claims_export.practice_v1")
            practices = [row["practice_id"] for row in rows]
        else:
            practices = await active_practices(connection, "followup", kind, wiring.clock.now())
    random.shuffle(practices)  # none waits behind a busy one at every pass
    return practices


async def _measure(wiring: Wiring) -> None:
    now = wiring.clock.now()
    async with wiring.database.control_tx() as connection:
        row = await health(connection)
    unswept = row["longest_unswept_at"]
    wiring.metrics.sweep_age.set((now - unswept).total_seconds() if unswept else 0)
    wiring.metrics.parked.set(row["parked"])
    wiring.metrics.oldest_work_item_days.set(row["oldest_open_days"] or 0)
