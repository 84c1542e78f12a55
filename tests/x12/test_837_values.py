"""Periods and quantities, from their X12 text and back."""

from datetime import date
from decimal import Decimal

import pytest

from ar_shared.x12.claim_facts import Period
from ar_shared.x12.claim_values import number_text, period_texts, read_period

READ = [
    # format, text              , period
    ("D8", "20240229", Period(date(2024, 2, 29))),
    ("D8", "20230229", None),
    ("D8", "2024022", None),
    ("D8", "202402290", None),
    ("D8", "2024 229", None),
    ("D8", "٢٠٢٤٠٢٢٩", None),
    ("RD8", "20240228-20240229", Period(date(2024, 2, 28), date(2024, 2, 29))),
    ("RD8", "20240229-20240229", Period(date(2024, 2, 29), date(2024, 2, 29))),
    ("RD8", "20240229-20240228", None),
    ("RD8", "20240229", None),
    ("DT", "202402290000", Period(date(2024, 2, 29), time="0000")),
    ("DT", "202402292359", Period(date(2024, 2, 29), time="2359")),
    ("DT", "202402292400", None),
    ("DT", "20240229", None),
    ("TM", "1100", Period(None, time="1100")),
    ("TM", "1160", None),
    ("D6", "240229", None),
    ("", "", None),
]


@pytest.mark.parametrize(("kind", "text", "expected"), READ)
def test_a_period_is_read_only_in_the_format_it_names(kind: str, text: str, expected: Period | None) -> None:
    assert read_period(kind, text) == expected
    if expected is not None:
        assert period_texts(expected) == (kind, text)


@pytest.mark.parametrize(
    ("number", "text"),
    [("1", "1"), ("1.00", "1"), ("100", "100"), ("1.125", "1.125"), ("0.5", "0.5"), ("0", "0"), ("1E+2", "100")],
)
def test_a_quantity_is_written_as_short_as_it_can_be(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text


def test_no_quantity_is_no_text() -> None:
    assert number_text(None) == ""
