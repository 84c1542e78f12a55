"""Give a sandbox practice a clock of its own."""

from datetime import datetime

from ar_shared.kernel.clock import Clock
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Database
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.test_clock import queries
from claims_api.test_clock.errors import ClockBackwardsError, ClockExistsError, ClockMovingError, NotASandboxError


async def set_test_clock(database: Database, clock: Clock, principal: Principal, at: datetime) -> None:
    """From now on the practice's time is `at`, until it is advanced; the same again changes nothing.

    `at` may lie in the past, but not before anything that has happened at the practice. Raises NotASandboxError,
    ClockExistsError (it shows another time), ClockBackwardsError and ClockMovingError.
    """
    practice_id = principal.practice_id
    async with database.tenant_tx(practice_id) as connection:
        if not await queries.try_clock_lock(connection, practice_id):
            raise ClockMovingError
        practice = await queries.practice_row(connection, practice_id)
        if practice["mode"] != "sandbox":
            raise NotASandboxError
        if practice["test_clock_at"] == at:
            return
        if practice["test_clock_at"] is not None:
            raise ClockExistsError("it shows another time; advance it")
        latest = await queries.latest_fact_at(connection, practice_id)
        if latest is not None and at < latest:
            raise ClockBackwardsError("something has happened at the practice after that time")
        await queries.set_clock(connection, practice_id, at)
        moved = NewEvent("clock.advanced", "practice", practice["uuid"], {"from": None, "to": at.isoformat()})
        await append_events(connection, "claims", practice_id, [moved], occurred_at=at, recorded_at=clock.now())
