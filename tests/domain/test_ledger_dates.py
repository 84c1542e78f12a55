"""The business date of an entry and the age of an amount, both sides of each boundary."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.ledger.aging import AGE_BUCKETS, age_bucket, age_label
from claims_api.ledger.effective_on import PeriodClosedError, effective_on

TODAY = date(2026, 7, 15)
OPEN = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("source", "counts_on"),
    [
        (date(2026, 6, 30), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2026, 7, 2), date(2026, 7, 2)),
        (date(2026, 7, 14), date(2026, 7, 14)),
        (date(2026, 7, 15), date(2026, 7, 15)),
        (date(2026, 7, 16), date(2026, 7, 15)),
        (date(2020, 1, 1), date(2026, 7, 1)),
    ],
)
def test_an_entry_counts_on_its_own_date_but_not_after_today_nor_in_a_closed_period(
    source: date, counts_on: date
) -> None:
    assert effective_on(source, today=TODAY, first_open_day=OPEN) == counts_on


def test_with_today_closed_there_is_no_date() -> None:
    assert effective_on(TODAY, today=TODAY, first_open_day=TODAY) == TODAY
    with pytest.raises(PeriodClosedError):
        effective_on(TODAY, today=TODAY, first_open_day=TODAY + timedelta(days=1))


@given(st.dates(), st.dates(), st.dates())
def test_the_date_is_never_after_today_and_never_closed(source: date, today: date, first_open: date) -> None:
    if first_open > today:
        return
    assert first_open <= effective_on(source, today=today, first_open_day=first_open) <= today


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (-1, "0-30"),
        (0, "0-30"),
        (30, "0-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-120"),
        (120, "91-120"),
        (121, "121-180"),
        (180, "121-180"),
        (181, "181-365"),
        (365, "181-365"),
        (366, "366+"),
        (4000, "366+"),
    ],
)
def test_age_boundaries_are_31_61_91_121_181_and_366_days(days: int, label: str) -> None:
    bucket = age_bucket(TODAY - timedelta(days=days), as_of=TODAY)

    assert bucket.label == label
    assert bucket.first_day <= max(days, 0)
    assert bucket.last_day is None or days <= bucket.last_day


def test_buckets_follow_each_other_without_a_gap() -> None:
    for younger, older in pairwise(AGE_BUCKETS):
        assert younger.last_day is not None
        assert older.first_day == younger.last_day + 1


def test_a_claim_that_was_never_billed_is_unbilled_on_the_first_bill_basis() -> None:
    assert age_label(None, as_of=TODAY) == "unbilled"
    assert age_label(TODAY, as_of=TODAY) == "0-30"
