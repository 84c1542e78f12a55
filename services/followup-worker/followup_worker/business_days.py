"""Business days in the United States: Monday to Friday without the federal holidays (5 U.S.C. 6103)."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_DAY: Final = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


def is_business_day(day: date) -> bool:
    """Whether clearinghouses, payers and banks are expected to work on this day."""
    return day.weekday() < _SATURDAY and day not in federal_holidays(day.year)


def after_business_days(start: date, count: int) -> date:
    """The day on which `count` business days have passed; the start is day 0, `count` 0 is the start itself."""
    day = start
    while count > 0:
        day += _DAY
        count -= is_business_day(day)
    return day


def latest_start(today: date, count: int) -> date:
    """The latest day from which at least `count` business days have passed by `today` (day 0 is that day)."""
    day = today
    while count > 0:
        count -= is_business_day(day)
        day -= _DAY
    return day


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> frozenset[date]:
    """The days off in a year; a holiday on a weekend is taken on the nearest weekday, maybe of the next year."""
    fixed = [date(year, *day) for day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    moving = [
        _nth(year, 1, _MONDAY, 3),
        _nth(year, 2, _MONDAY, 3),
        _nth(year, 6, _MONDAY, 1) - 7 * _DAY,
        _nth(year, 9, _MONDAY, 1),
        _nth(year, 10, _MONDAY, 2),
        _nth(year, 11, _THURSDAY, 4),
    ]
    observed = {_observed(day) for day in [*fixed, date(year + 1, 1, 1)]}
    return frozenset(day for day in observed | set(moving) if day.year == year)


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (n - 1)) * _DAY


def _observed(day: date) -> date:
    if day.weekday() == _SATURDAY:
        return day - _DAY
    return day + _DAY if day.weekday() == _SUNDAY else day
