"""What the background pass does for sandbox practices without a test clock."""

from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.database import Database
from claims_api.simulator.deliver_answers import clearinghouse_of, deliver_answers
from claims_api.test_clock import queries


async def deliver_in_real_time(database: Database, clock: Clock) -> int:
    """How many answers arrived by the machine's clock; leaves out practices another worker is busy with."""
    async with database.control_tx() as connection:
        practices = await queries.sandboxes_in_real_time(connection)
    arrived = 0
    for practice in practices:
        async with database.control_tx() as guard:
            if not await queries.try_clock_lock(guard, practice["id"]):
                continue
            if (await queries.practice_row(guard, practice["id"]))["test_clock_at"] is not None:
                continue
            sender = clearinghouse_of(practice["id"], practice["uuid"], practice["time_zone"])
            moment = PracticeTime(clock.now(), ZoneInfo(practice["time_zone"]))
            arrived += (await deliver_answers(database, clock, sender, moment)).total()
    return arrived
