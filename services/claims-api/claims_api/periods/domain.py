"""A month of the books: when it may be closed, and when it may be opened again."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ar_shared.kernel.errors import ConflictError, StateConflictError
from claims_api.phrases import Phrased

CLOSER: Final = "close_periods"
"""The role of a staff user who closes months."""
REOPENER: Final = "reopen_periods"
"""The role of a staff user who opens a closed month again."""


class PeriodState(Phrased):
    """Where a month is in its life."""

    OPEN = "open", "journals may still count in it"
    CLOSED = "closed", "no journal can count in it any more"


class PeriodNotOverError(StateConflictError):
    """A month is closed after its last day: until then payments and charges still come in."""

    code = "period_not_over"
    title = "The month is not over yet"


class PeriodOutOfOrderError(StateConflictError):
    """Months are closed one after the other and opened again from the last one back; `existing` is the next one."""

    code = "period_out_of_order"
    title = "Another month comes first"


class PeriodStateError(ConflictError):
    """The month is in the state that was asked for."""

    code = "period_state"
    title = "The month is in this state already"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written `2026-03`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Of a text like `2026-03`, whose form was checked."""
        return cls(int(text[:4]), int(text[5:]))

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def next(self) -> "Month":
        return Month.of(self.last_day + timedelta(days=1))

    @property
    def previous(self) -> "Month":
        return Month.of(self.first_day - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def state_of(month: Month, first_open_day: date) -> PeriodState:
    """Everything before the first open day is closed."""
    return PeriodState.CLOSED if month.last_day < first_open_day else PeriodState.OPEN


def check_closing(month: Month, *, today: date, first_open_day: date) -> None:
    """Whether the month may be closed on `today`; the first one to be closed takes all before it along.

    Raises PeriodStateError, PeriodOutOfOrderError or PeriodNotOverError.
    """
    if state_of(month, first_open_day) is PeriodState.CLOSED:
        raise PeriodStateError("the month is closed", existing=f"/v1/periods/{month}")
    if first_open_day > date.min and month.first_day != first_open_day:
        due = Month.of(first_open_day)
        raise PeriodOutOfOrderError(f"close {due} first", existing=f"/v1/periods/{due}")
    if month.last_day >= today:
        raise PeriodNotOverError(f"the last day of the month is {month.last_day}")


def check_reopening(month: Month, *, first_open_day: date) -> None:
    """Whether the month may be opened again: only the last closed one.

    Raises PeriodStateError or PeriodOutOfOrderError.
    """
    if state_of(month, first_open_day) is PeriodState.OPEN:
        raise PeriodStateError("the month is open", existing=f"/v1/periods/{month}")
    last = Month.of(first_open_day).previous
    if month != last:
        raise PeriodOutOfOrderError(f"open {last} first", existing=f"/v1/periods/{last}")
