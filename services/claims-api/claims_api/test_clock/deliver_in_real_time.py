"""What the background loop does for a sandbox practice without a test clock."""

from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.database import Database
from claims_api.simulator.deliver_answers import clearinghouse_of, deliver_answers
from claims_api.test_clock import queries


async def deliver_in_real_time(database: Database, clock: Clock, practice_id: int) -> int:
    """How many answers arrived by the machine's clock; none where there is a test clock or another worker is busy."""
    async with database.control_tx() as guard:
        practice = await queries.practice_row(guard, practice_id)
        if practice["mode"] != "sandbox" or not await queries.try_clock_lock(guard, practice_id):
            return 0
        if (await queries.practice_row(guard, practice_id))["test_clock_at"] is not None:
            return 0
        sender = clearinghouse_of(practice_id, practice["uuid"], practice["time_zone"])
        moment = PracticeTime(clock.now(), ZoneInfo(practice["time_zone"]))
        return (await deliver_answers(database, clock, sender, moment)).total()
