"""Claim-level adjustments reach the lines to the cent, and push no line below zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.remittances.domain.amounts import CasAmount
from claims_api.remittances.domain.claim_level_spread import spread_claim_level


def _spread(dollars_cents: int, open_cents: list[int], charges: list[int] | None = None) -> list[int]:
    shares = [0] * len(open_cents)
    adjustment = CasAmount("CO", "253", dollars_cents)
    for derived in spread_claim_level([adjustment], open_cents=open_cents, charge_cents=charges or open_cents):
        shares[derived.line] += derived.adjustment.cents
    return shares


@pytest.mark.parametrize(
    ("total", "open_cents", "shares"),
    [
        (300, [10000, 20000], [100, 200]),
        (100, [10000, 10000, 10000], [34, 33, 33]),
        (100, [10000, 10000, 10001], [33, 33, 34]),
        (14, [5, 5, 5], [5, 5, 4]),
        (15, [5, 5, 5], [5, 5, 5]),
        (17, [5, 5, 5], [7, 5, 5]),
        (10, [0, 500], [0, 10]),
        (10, [-300, 500], [0, 10]),
        (1, [500, 500], [1, 0]),
    ],
)
def test_shares_follow_open_balances_and_odd_cents_go_to_the_largest_with_room(
    total: int, open_cents: list[int], shares: list[int]
) -> None:
    assert _spread(total, open_cents) == shares


def test_with_nothing_open_the_charges_are_the_weights() -> None:
    assert _spread(90, [0, 0], charges=[10000, 20000]) == [30, 60]


def test_a_negative_amount_goes_by_charges() -> None:
    assert _spread(-90, [500, 0], charges=[10000, 20000]) == [-30, -60]


def test_each_group_and_reason_is_spread_apart_over_what_the_one_before_left_open() -> None:
    derived = spread_claim_level(
        [CasAmount("CO", "45", 150), CasAmount("PR", "1", 50)],
        open_cents=[100, 100],
        charge_cents=[100, 100],
    )

    assert [(d.line, d.adjustment) for d in derived] == [
        (0, CasAmount("CO", "45", 75)),
        (1, CasAmount("CO", "45", 75)),
        (0, CasAmount("PR", "1", 25)),
        (1, CasAmount("PR", "1", 25)),
    ]


def test_a_claim_without_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to spread over"):
        _spread(100, [])


lines = st.lists(st.integers(0, 10**6), min_size=1, max_size=50)


@given(st.integers(-(10**7), 10**7), lines)
def test_no_cent_is_lost(total: int, open_cents: list[int]) -> None:
    assert sum(_spread(total, open_cents)) == total


@given(st.data(), lines)
def test_no_line_goes_below_zero_while_the_claim_has_room(data: st.DataObject, open_cents: list[int]) -> None:
    first = data.draw(st.integers(0, sum(open_cents)))
    second = data.draw(st.integers(0, sum(open_cents) - first))
    derived = spread_claim_level(
        [CasAmount("CO", "45", first), CasAmount("PR", "1", second)],
        open_cents=open_cents,
        charge_cents=open_cents,
    )

    for line, open_here in enumerate(open_cents):
        assert 0 <= sum(d.adjustment.cents for d in derived if d.line == line) <= open_here
