"""What a report is asked for, and how far the rollups that answer it have come."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import InvalidRequestError, NotFoundError
from ar_shared.platform.database import Connection

BEGINNING: Final = date.min


class AsOfAheadError(InvalidRequestError):
    """Only what has happened can be reported."""

    code = "as_of_ahead"
    title = "as_of is later than the practice's today"


class KnownBeforeAsOfError(InvalidRequestError):
    """A day cannot be reported with less knowledge than the day itself had."""

    code = "known_before_as_of"
    title = "known_at is earlier than as_of"


@dataclass(frozen=True, slots=True)
class Moment:
    """The two clocks of a report, and the state of the rollups in the same snapshot.

    as_of: through which effective day. known_at: with what was known at the end of that day. sequence, exact_at: the
    last event that was folded and when it was recorded. Checkpoints are there for each month end from
    first_checkpoint_on through last_checkpoint_on. period_version: the close of the month of `as_of`, while it is
    closed. time_zone: the practice's, IANA.
    """

    practice_id: int
    today: date
    as_of: date
    known_at: date
    sequence: int = 0
    exact_at: datetime | None = None
    max_late_days: int = 0
    first_checkpoint_on: date | None = None
    last_checkpoint_on: date | None = None
    period_version: int | None = None
    time_zone: str = "UTC"

    @property
    def restates(self) -> bool:
        """Whether something may have become known after `known_at`."""
        return self.known_at < self.today and self.max_late_days > 0

    @property
    def late_after(self) -> date:
        """No row that became known after `known_at` is effective on this day or earlier."""
        return self.known_at - timedelta(days=self.max_late_days)

    def checkpoint_before(self, day: date) -> date:
        """The last checkpoint on or before `day`; BEGINNING when there is none."""
        if self.first_checkpoint_on is None or self.last_checkpoint_on is None or day < self.first_checkpoint_on:
            return BEGINNING
        return min(self.last_checkpoint_on, month_end_by(day))


def month_end_by(day: date) -> date:
    """The last month end that is not after `day`."""
    return day if (day + timedelta(days=1)).day == 1 else day.replace(day=1) - timedelta(days=1)


def month_ends(first: date, last: date) -> Iterator[date]:
    """Every month end from the month of `first` through `last`."""
    year, month = first.year, first.month
    while (end := date(year, month, monthrange(year, month)[1])) <= last:
        yield end
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


async def practice_time(connection: Connection, practice_id: int, clock: Clock) -> PracticeTime:
    """A sandbox practice's test clock when it has one, else the machine's. Raises NotFoundError."""
    row = await connection.fetchrow(
        "SELECT mode, time_zone, test_clock_at FROM claims_export.practice_v1 WHERE practice_id = $1", practice_id
    )
    if row is None:
        raise NotFoundError("there is no such practice")
    test_clock = row["test_clock_at"] if row["mode"] == "sandbox" else None
    return PracticeTime(test_clock or clock.now(), ZoneInfo(row["time_zone"]))


async def read_moment(
    connection: Connection, practice_id: int, clock: Clock, as_of: date | None = None, known_at: date | None = None
) -> Moment:
    """Begin a report: from here on the transaction sees one state of the rollups.

    Must be the transaction's first statement. Defaults: the practice's today on both clocks.
    Raises AsOfAheadError or KnownBeforeAsOfError.
    """
    await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    time = await practice_time(connection, practice_id, clock)
    today = time.today
    day = as_of or today
    known = known_at or today
    if day > today:
        raise AsOfAheadError(pointer="/as_of")
    if known < day:
        raise KnownBeforeAsOfError(pointer="/known_at")
    row = await connection.fetchrow(
        "SELECT last_sequence AS sequence, exact_at, max_late_days, first_checkpoint_on, last_checkpoint_on "
        "FROM reporting.fold_cursor WHERE practice_id = $1",
        practice_id,
    )
    state: dict[str, Any] = dict(row) if row else {}
    state["period_version"] = await connection.fetchval(
        "SELECT version FROM claims_export.closed_period_v1 WHERE practice_id = $1 AND month = $2",
        practice_id,
        day.replace(day=1),
    )
    return Moment(practice_id=practice_id, today=today, as_of=day, known_at=known, time_zone=str(time.zone), **state)
