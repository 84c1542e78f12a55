"""What claims-api does without being asked; any number of replicas may do it at the same time."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.idempotency import forget_old_keys
from ar_shared.platform.logs import error_fields, get_logger
from ar_shared.platform.outbox import active_practices
from claims_api.coordination.follow_decisions import follow_decisions
from claims_api.events.sequence_events import sequence_events
from claims_api.held_money.rematch_claims import rematch_practice
from claims_api.intake.resume_files import files_that_wait, resume_files
from claims_api.submissions.deliver_submissions import deliver_submissions
from claims_api.test_clock.deliver_in_real_time import deliver_in_real_time
from claims_api.wiring import Wiring

_SWEEP_EVERY_SECONDS: Final = 60.0
_WAIT_WHEN_AWAY_SECONDS: Final = 1.0
_LOOK_FOR_FILES_SECONDS: Final = 1.0
_FOLLOW_EVERY_SECONDS: Final = 1.0
_FORGET_EVERY_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Loop:
    """Work of one kind of `practice_activity`, a practice at a time; every practice is looked at once a minute."""

    kind: str
    every_seconds: float
    work: Callable[[int], Awaitable[int]]


@contextlib.asynccontextmanager
async def background(app: FastAPI) -> AsyncIterator[None]:
    """A lifespan part: runs the loops while the service lives."""
    wiring: Wiring = app.state.wiring
    tasks = [asyncio.create_task(_run(wiring, loop)) for loop in _loops(wiring)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _loops(wiring: Wiring) -> list[_Loop]:
    """Numbering events and sealing access logs; apart from it what may take minutes: files in and out, payers."""

    async def number_events(practice_id: int) -> int:
        return await sequence_events(wiring.database, practice_id)

    async def finish_files(practice_id: int) -> int:
        """Small ones here; the file worker has what is left."""
        settings = wiring.settings
        finished = await resume_files(
            wiring.database,
            wiring.clock,
            wiring.directory,
            practice_id,
            max_bytes=settings.edi_inline_bytes,
            attempts=settings.edi_attempts,
        )
        for file_id in await files_that_wait(wiring.database, wiring.clock, practice_id):
            wiring.file_worker.offer(practice_id, file_id)
        return finished

    async def hand_over(practice_id: int) -> int:
        return await deliver_submissions(wiring.database, practice_id, wiring.ports)

    async def bill_next_payers(practice_id: int) -> int:
        return await follow_decisions(wiring.database, wiring.clock, practice_id)

    async def match_again(practice_id: int) -> int:
        return await rematch_practice(wiring.database, wiring.clock, practice_id)

    async def forget_keys(practice_id: int) -> int:
        async with wiring.database.tenant_tx(practice_id) as connection:
            return await forget_old_keys(connection, "claims", practice_id, wiring.clock.now())

    async def answer_sandboxes(practice_id: int) -> int:
        return await deliver_in_real_time(wiring.database, wiring.clock, practice_id)

    return [
        _Loop("events", wiring.settings.event_poll_seconds, number_events),
        _Loop("events", _FOLLOW_EVERY_SECONDS, bill_next_payers),
        _Loop("edi", _LOOK_FOR_FILES_SECONDS, finish_files),
        _Loop("submissions", _SWEEP_EVERY_SECONDS, hand_over),
        _Loop("remittances", _SWEEP_EVERY_SECONDS, match_again),
        _Loop("idempotency", _FORGET_EVERY_SECONDS, forget_keys),
        _Loop("simulator", _SWEEP_EVERY_SECONDS, answer_sandboxes),
    ]


async def _run(wiring: Wiring, loop: _Loop) -> None:
    swept_at = float("-inf")
    time = asyncio.get_running_loop().time
    while True:
        sweep = time() - swept_at > _SWEEP_EVERY_SECONDS
        try:
            await _pass(wiring, loop, everyone=sweep)
            swept_at = time() if sweep else swept_at
            await asyncio.sleep(loop.every_seconds)
        except ServiceUnavailableError:
            await asyncio.sleep(_WAIT_WHEN_AWAY_SECONDS)
        except Exception as error:  # the loop outlives any single failure; the log and the outbox age show it
            get_logger().error("background_pass_failed", kind=loop.kind, **error_fields(error))
            await asyncio.sleep(_WAIT_WHEN_AWAY_SECONDS)


async def _pass(wiring: Wiring, loop: _Loop, *, everyone: bool) -> None:
    async with wiring.database.control_tx() as connection:
        if everyone:
            rows = await connection.fetch("SELECT id FROM claims.practice")
            practices = [row["id"] for row in rows]
        else:
            practices = await active_practices(connection, "claims", loop.kind, wiring.clock.now())
    random.shuffle(practices)  # none waits behind a busy one at every pass
    for practice_id in practices:
        await _work(loop, practice_id)


async def _work(loop: _Loop, practice_id: int) -> None:
    """What fails for one practice is tried again at a later pass and keeps nothing from the others."""
    try:
        await loop.work(practice_id)
    except ServiceUnavailableError:
        return
    except Exception as error:
        get_logger().error("background_work_failed", kind=loop.kind, **error_fields(error))
