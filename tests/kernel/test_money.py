"""Amounts become integer cents at the edge, exactly or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_shared.kernel.money import (
    MoneyFormatError,
    cents_from_decimal,
    decimal_from_cents,
    format_dollars,
    spread_cents,
)


@pytest.mark.parametrize(
    ("text", "cents"),
    [("85.7", 8570), ("-12", -1200), (".5", 50), ("100.00", 10000), ("100.000", 10000), ("0", 0), ("+3.05", 305)],
)
def test_a_decimal_becomes_cents(text: str, cents: int) -> None:
    assert cents_from_decimal(text) == cents


@pytest.mark.parametrize("text", ["1.005", "", ".", "-", "1,00", "1e2", "٣", " 1", "1234567890123"])
def test_what_is_not_an_amount_to_the_cent_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(MoneyFormatError) as refused:
        cents_from_decimal(text)

    assert not text.strip() or text not in str(refused.value) or text in {".", "-"}


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_cents_survive_the_way_out_and_back(cents: int) -> None:
    assert cents_from_decimal(decimal_from_cents(cents)) == cents


def test_people_read_dollars() -> None:
    assert [format_dollars(cents) for cents in (-1234567, 5, 100)] == ["-$12,345.67", "$0.05", "$1.00"]


@given(st.integers(min_value=-(10**9), max_value=10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_spread_loses_no_cent(total: int, weights: list[int]) -> None:
    assert sum(spread_cents(total, weights)) == total


def test_the_odd_cents_go_to_the_largest_weight() -> None:
    assert spread_cents(100, [1, 2]) == [33, 67]
    assert spread_cents(-100, [1, 2]) == [-33, -67]
    assert spread_cents(5, [0, 0]) == [5, 0]
