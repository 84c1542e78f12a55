"""The moment at a practice, read through the exported registry."""

from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection


async def practice_time(connection: Connection, practice_id: int, clock: Clock) -> PracticeTime:
    """A sandbox practice's test clock when it has one, else the machine's. Raises NotFoundError."""
    row = await connection.fetchrow(
        "SELECT mode, time_zone, test_clock_at FROM claims_export.practice_v1 WHERE practice_id = $1", practice_id
    )
    if row is None:
        raise NotFoundError("there is no such practice")
    test_clock = row["test_clock_at"] if row["mode"] == "sandbox" else None
    return PracticeTime(test_clock or clock.now(), ZoneInfo(row["time_zone"]))
