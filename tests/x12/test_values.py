"""Remembered conversions are the plain ones, and what cannot be read raises without repeating it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ar_shared.kernel.money import MoneyFormatError, cents_from_decimal
from ar_shared.x12 import values
from ar_shared.x12.values import CENTS, DATES, QUANTITIES

AMOUNTS = st.from_regex(r"[+-]?[0-9]{0,13}(\.[0-9]{0,4})?", fullmatch=True) | st.text(max_size=8)


@example("85.7")
@example("5.")
@example(".5")
@example(".")
@example("")
@example("-12.00")
@example("1.005")
@example("1.2.3")
@example("123456789012.34")
@given(AMOUNTS)
def test_amounts_are_read_by_the_rule_for_money(text: str) -> None:
    try:
        expected = cents_from_decimal(text.strip())
    except MoneyFormatError:
        with pytest.raises(MoneyFormatError):
            CENTS[text]
        return
    assert CENTS[text] == expected
    assert CENTS[text] == expected


@pytest.mark.parametrize("text", ["", "20260230", "2026013", "202601011", "2026-1-1", "00000101", "\u0662\u0660260101"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*2026)"):
        DATES[text]


def test_dates_are_read() -> None:
    assert (DATES["20240229"], DATES["20240229 "]) == (date(2024, 2, 29), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), ("2", Decimal(2)), ("-.5", Decimal("-0.5")), ("1.50", Decimal("1.5"))]
)
def test_quantities_are_read(text: str, expected: Decimal | None) -> None:
    assert QUANTITIES[text] == expected


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e5", "-", ".", "one", "1" * 13])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        QUANTITIES[text]


@pytest.mark.parametrize(("limit", "left"), [(3, 3), (2, 1)])
def test_what_is_remembered_has_a_limit(monkeypatch: pytest.MonkeyPatch, limit: int, left: int) -> None:
    monkeypatch.setattr(values, "REMEMBERED", limit)
    CENTS.clear()
    assert [CENTS[text] for text in ("1", "2", "3")] == [100, 200, 300]
    assert len(CENTS) == left
