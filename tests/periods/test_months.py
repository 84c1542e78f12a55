"""When a month may be closed and opened again."""

from datetime import date

import pytest

from ar_shared.kernel.errors import LedgerwellError
from claims_api.periods.domain import (
    Month,
    PeriodNotOverError,
    PeriodOutOfOrderError,
    PeriodState,
    PeriodStateError,
    check_closing,
    check_reopening,
    state_of,
)

MARCH, APRIL, MAY = Month(2026, 3), Month(2026, 4), Month(2026, 5)
NEVER = date.min


def test_a_month_knows_its_days_and_its_neighbours_across_the_year() -> None:
    december = Month.parse("2026-12")

    assert (december.first_day, december.last_day) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (str(december.next), str(Month(2027, 1).previous)) == ("2027-01", "2026-12")
    assert Month(2028, 2).last_day == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("month", "today", "first_open_day", "refusal"),
    [
        (MARCH, date(2026, 4, 1), NEVER, None),  # the first close may be any month, from the day after it
        (MARCH, date(2026, 3, 31), NEVER, PeriodNotOverError),
        (APRIL, date(2026, 5, 1), date(2026, 4, 1), None),
        (APRIL, date(2026, 4, 30), date(2026, 4, 1), PeriodNotOverError),
        (MAY, date(2026, 6, 1), date(2026, 4, 1), PeriodOutOfOrderError),
        (MARCH, date(2026, 6, 1), date(2026, 4, 1), PeriodStateError),
    ],
)
def test_months_are_closed_one_after_the_other_once_they_are_over(
    month: Month, today: date, first_open_day: date, refusal: type[LedgerwellError] | None
) -> None:
    if refusal is None:
        check_closing(month, today=today, first_open_day=first_open_day)
    else:
        with pytest.raises(refusal):
            check_closing(month, today=today, first_open_day=first_open_day)


def test_only_the_last_closed_month_is_opened_again() -> None:
    check_reopening(APRIL, first_open_day=date(2026, 5, 1))
    with pytest.raises(PeriodOutOfOrderError, match="open 2026-04 first"):
        check_reopening(MARCH, first_open_day=date(2026, 5, 1))
    with pytest.raises(PeriodStateError):
        check_reopening(MAY, first_open_day=date(2026, 5, 1))


def test_a_month_is_closed_when_its_last_day_is_before_the_first_open_one() -> None:
    assert state_of(MARCH, date(2026, 4, 1)) is PeriodState.CLOSED
    assert state_of(MARCH, date(2026, 3, 1)) is PeriodState.OPEN
