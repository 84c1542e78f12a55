"""PLB: positive lowers the deposit, negative raises it, and clearing always adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.ledger.domain import Account
from claims_api.ledger.events import MOVEMENTS
from claims_api.remittances.domain.provider_adjustments import PLB_CODES, provider_adjustment_posting

CLEARING = Account.REMITTANCE_CLEARING


@pytest.mark.parametrize(
    ("code", "cents", "event", "debit", "credit", "work_item"),
    [
        ("WO", 9600, "E16B", 1200, 1040, True),
        ("WO", -9600, "E17", 1040, 2040, False),
        ("FB", -500, "E18", 1040, 2040, False),
        ("FB", 500, "E18", 2040, 1040, False),
        ("72", -9600, "E19", 1040, 1200, True),
        ("72", 9600, "E21", 1200, 1040, True),
        ("L6", -120, "E20", 1040, 4220, False),
        ("L6", 120, "E20", 4230, 1040, False),
        ("CS", 100, "E21", 1200, 1040, True),
        ("CS", -100, "E21", 1040, 2000, True),
        ("50", 100, "E22", 4140, 1040, False),
        ("51", 100, "E22", 4230, 1040, False),
        ("IR", 100, "E22", 1250, 1040, False),
        ("E3", 100, "E22", 1215, 1040, False),
        ("LE", 100, "E22", 1200, 1040, True),
        ("CT", -5000, "E23", 1040, 4200, False),
        ("BN", -5000, "E23", 1040, 4210, False),
        ("IP", -5000, "E23", 1040, 4210, False),
        ("LS", -5000, "E23", 1040, 4210, False),
        ("B2", -5000, "E19", 1040, 1200, True),
        ("OB", 5000, "E21", 1200, 1040, True),
        ("??", 5000, "E21", 1200, 1040, True),
        ("??", -5000, "E21", 1040, 2000, True),
    ],
)
def test_where_the_money_of_a_provider_adjustment_goes(
    code: str, cents: int, event: str, debit: int, credit: int, *, work_item: bool
) -> None:
    posting = provider_adjustment_posting(code, cents)

    assert posting is not None
    assert (posting.event, posting.debit_account, posting.credit_account) == (event, debit, credit)
    assert (posting.amount_cents, posting.work_item) == (abs(cents), work_item)


def test_an_amount_of_zero_does_nothing() -> None:
    assert provider_adjustment_posting("WO", 0) is None


def test_a_take_back_announced_now_is_a_debt_and_not_income() -> None:
    posting = provider_adjustment_posting("WO", -9600)

    assert posting is not None
    assert posting.credit_account is Account.OWED_TO_PAYER


@pytest.mark.parametrize("code", [*PLB_CODES, "unknown"])
@pytest.mark.parametrize("cents", [1, -1])
def test_every_code_moves_clearing_by_exactly_its_amount_and_by_a_legal_movement(code: str, cents: int) -> None:
    posting = provider_adjustment_posting(code, cents)

    assert posting is not None
    assert (posting.debit_account, posting.credit_account) in MOVEMENTS[posting.event]
    moved = (posting.debit_account is CLEARING) - (posting.credit_account is CLEARING)
    assert moved == -cents


@given(st.lists(st.tuples(st.sampled_from([*PLB_CODES, "??"]), st.integers(-(10**6), 10**6))), st.integers(0, 10**7))
def test_clearing_ends_at_the_payment_for_any_mix(adjustments: list[tuple[str, int]], claims_paid: int) -> None:
    clearing = claims_paid
    for code, cents in adjustments:
        posting = provider_adjustment_posting(code, cents)
        if posting is not None:
            sign = 1 if posting.debit_account is CLEARING else -1
            clearing += sign * posting.amount_cents

    assert clearing == claims_paid - sum(cents for _, cents in adjustments)
