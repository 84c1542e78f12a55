"""The moment at a practice, read through the exported registry."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection


@dataclass(frozen=True, slots=True)
class Now:
    """Both clocks of one transaction: the practice's for dates and facts, the machine's for leases and records."""

    practice: PracticeTime
    machine: datetime

    @property
    def today(self) -> date:
        """The calendar day at the practice."""
        return self.practice.today


async def read_now(connection: Connection, practice_id: int, clock: Clock) -> Now:
    """Practice time is a sandbox practice's test clock when it has one. Raises NotFoundError."""
    row = await connection.fetchrow(
        "SELECT mode, time_zone, test_clock_at FROM claims_export.practice_v1 WHERE practice_id = $1", practice_id
    )
    if row is None:
        raise NotFoundError("there is no such practice")
    machine = clock.now()
    test_clock = row["test_clock_at"] if row["mode"] == "sandbox" else None
    return Now(PracticeTime(test_clock or machine, ZoneInfo(row["time_zone"])), machine)
