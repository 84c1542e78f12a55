"""Move a practice's time forward, stopping wherever an answer of a payer is due."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Database, Row
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.simulator.deliver_answers import clearinghouse_of, deliver_answers
from claims_api.simulator.queries import next_due
from claims_api.test_clock import queries
from claims_api.test_clock.errors import ClockBackwardsError, ClockMovingError, NotASandboxError, NoTestClockError


@dataclass(slots=True)
class Advanced:
    """Where the clock came from and is now, how often it stopped, and how many files of each kind arrived."""

    started_at: datetime
    at: datetime
    stop_count: int = 0
    delivered: Counter[str] = field(default_factory=Counter)


async def advance_test_clock(database: Database, clock: Clock, principal: Principal, to: datetime) -> Advanced:
    """The clock shows `to` and everything due until then has arrived.

    Each stop commits on its own: when one fails, the clock stands there and the same request goes on. One request
    at a time moves a practice's clock. Raises NotASandboxError, NoTestClockError, ClockBackwardsError and
    ClockMovingError; ServiceUnavailableError when a file of an earlier attempt is still being processed.
    """
    async with database.control_tx() as guard:
        if not await queries.try_clock_lock(guard, principal.practice_id):
            raise ClockMovingError
        practice = await queries.practice_row(guard, principal.practice_id)
        started_at = _checked(practice, to)
        advanced = Advanced(started_at, started_at)
        sender = clearinghouse_of(practice["id"], practice["uuid"], practice["time_zone"])
        while True:
            moment = PracticeTime(advanced.at, ZoneInfo(practice["time_zone"]))
            advanced.delivered += await deliver_answers(database, clock, sender, moment)
            if advanced.at >= to:
                return advanced
            await _move(database, clock, practice, advanced, to)


def _checked(practice: Row, to: datetime) -> datetime:
    if practice["mode"] != "sandbox":
        raise NotASandboxError
    at: datetime | None = practice["test_clock_at"]
    if at is None:
        raise NoTestClockError("set one first")
    if to < at:
        raise ClockBackwardsError("the clock shows a later time")
    return at


async def _move(database: Database, clock: Clock, practice: Row, advanced: Advanced, to: datetime) -> None:
    """To the next due instant, or to the end."""
    practice_id = practice["id"]
    async with database.tenant_tx(practice_id) as connection:
        due = await next_due(connection, practice_id)
        stop = to if due is None else min(due, to)
        stop = max(stop, advanced.at)
        await queries.set_clock(connection, practice_id, stop)
        data = {"from": advanced.at.isoformat(), "to": stop.isoformat()}
        moved = NewEvent("clock.advanced", "practice", practice["uuid"], data)
        await append_events(connection, "claims", practice_id, [moved], occurred_at=stop, recorded_at=clock.now())
    advanced.at = stop
    advanced.stop_count += 1
