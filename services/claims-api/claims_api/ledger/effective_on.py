"""The business date of an entry."""

from datetime import date

from ar_shared.kernel.errors import StateConflictError


class PeriodClosedError(StateConflictError):
    """Today itself lies in a closed period, so that no entry has a date."""

    code = "period_closed"


def effective_on(source_on: date, *, today: date, first_open_day: date) -> date:
    """The day an entry counts: its source's date, never after the practice's today, never in a closed period.

    `first_open_day` is the day after the last closed period. The source's own date is kept apart.
    Raises PeriodClosedError when `first_open_day` is after today.
    """
    if first_open_day > today:
        raise PeriodClosedError("the books are closed through today; reopen the period first")
    return max(min(source_on, today), first_open_day)
