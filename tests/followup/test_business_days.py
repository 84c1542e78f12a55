"""Business days: weekends and federal holidays do not count, day 0 is the start."""

from datetime import date, timedelta

import pytest

from followup_worker.business_days import after_business_days, federal_holidays, is_business_day, latest_start

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)


def test_the_federal_holidays_of_2026_are_those_of_the_statute() -> None:
    # Independence Day is a Saturday in 2026, so Friday is off (5 U.S.C. 6103(b)).
    assert sorted(federal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    ]


def test_a_new_year_on_a_saturday_takes_the_last_day_of_the_old_year_off() -> None:
    assert date(2027, 12, 31) in federal_holidays(2027)
    assert date(2028, 1, 1) not in federal_holidays(2028)


def test_a_may_that_ends_on_a_monday_has_memorial_day_on_it() -> None:
    assert date(2027, 5, 31) in federal_holidays(2027)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 3, date(2026, 3, 12)),
        (FRIDAY, 1, MONDAY),
        (date(2026, 3, 7), 1, MONDAY),
        (date(2026, 7, 2), 1, date(2026, 7, 6)),
    ],
)
def test_days_are_counted_from_the_day_after(start: date, count: int, expected: date) -> None:
    assert after_business_days(start, count) == expected


@pytest.mark.parametrize(
    ("today", "count", "expected"),
    [
        (date(2026, 3, 12), 3, MONDAY),
        (date(2026, 3, 11), 3, date(2026, 3, 8)),
        (MONDAY, 0, MONDAY),
        (date(2026, 7, 6), 1, date(2026, 7, 5)),
    ],
)
def test_the_latest_start_is_the_last_day_that_is_long_enough_ago(today: date, count: int, expected: date) -> None:
    assert latest_start(today, count) == expected


def test_both_ways_of_counting_agree_on_every_day_of_two_years() -> None:
    for offset in range(730):
        start = date(2026, 1, 1) + timedelta(days=offset)
        for count in range(6):
            end = after_business_days(start, count)
            assert latest_start(end, count) >= start
            assert count == 0 or latest_start(end - timedelta(days=1), count) < start
            assert count == 0 or is_business_day(end)
