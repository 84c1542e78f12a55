"""The handbook's worked example and the secondary payer's traps, as arithmetic: charge 200, allowed 120."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.codes.code_lists import carc, carcs
from claims_api.ledger.cas_effects import FollowUp
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.posting import PostingDraft, account_totals, receivable_cents
from claims_api.remittances.domain.amounts import CasAmount, LineAmounts
from claims_api.remittances.domain.line_postings import NegativePaymentError, plan_line
from claims_api.remittances.domain.provider_adjustments import provider_adjustment_posting

E, A = LedgerEvent, Account


def a_line(charge: int, paid: int, adjustments: str = "") -> LineAmounts:
    amounts = []
    for text in adjustments.split():
        code, dollars = text.split(":")
        group, reason = code.split("-")
        amounts.append(CasAmount(group, reason, int(dollars) * 100))
    return LineAmounts(charge * 100, paid * 100, tuple(amounts))


def _moves(line: LineAmounts, open_dollars: int = 200, **more: bool) -> list[str]:
    """`E04 1040<1100 96` for each posting."""
    plan = plan_line(line, open_cents=open_dollars * 100, carcs=carc, **more)
    return [f"{p.event} {p.debit_account:d}<{p.credit_account:d} {p.amount_cents // 100}" for p in plan.postings]


PRIMARY = a_line(200, 96, "CO-45:80 PR-2:24")


def test_the_primary_pays_96_writes_off_80_and_leaves_24_to_the_patient() -> None:
    assert _moves(PRIMARY) == ["E04 1040<1100 96", "E07 1110<1100 24", "E05 4100<1100 80"]
    assert plan_line(PRIMARY, open_cents=20000, carcs=carc).open_cents == 0


def test_with_a_second_coverage_the_share_goes_there() -> None:
    assert _moves(PRIMARY, next_coverage=True) == ["E04 1040<1100 96", "E07 1100<1100 24", "E05 4100<1100 80"]


def test_sequestration_is_a_cut_of_the_payment_and_not_of_the_price() -> None:
    line = a_line(200, 94, "CO-45:80 PR-2:24 CO-253:2")

    assert "E06 4105<1100 2" in _moves(line)
    assert plan_line(line, open_cents=20000, carcs=carc).open_cents == 0


def test_the_secondary_pays_20_and_leaves_4_and_the_earlier_payer_is_only_a_memo() -> None:
    secondary = a_line(200, 20, "OA-23:176 PR-2:4")

    assert _moves(secondary, 24) == ["E04 1040<1100 20", "E07 1110<1100 4"]


@pytest.mark.parametrize(
    ("open_dollars", "moves"),
    [
        (24, ["E04 1040<1100 20", "E05 4100<1100 4"]),
        (20, ["E04 1040<1100 20"]),
        (200, ["E04 1040<1100 20", "E05 4100<1100 180"]),
    ],
)
def test_a_secondary_that_repeats_the_write_off_on_the_whole_charge_is_capped_at_its_bucket(
    open_dollars: int, moves: list[str]
) -> None:
    assert _moves(a_line(200, 20, "CO-45:180"), open_dollars) == moves


def test_a_denied_line_posts_nothing_and_stays_open_with_a_case() -> None:
    line = a_line(200, 0, "CO-45:80 CO-50:120")
    plan = plan_line(line, open_cents=20000, carcs=carc)

    assert _moves(line) == ["E05 4100<1100 80"]
    assert plan.open_cents == 12000
    assert plan.follow_ups == ((CasAmount("CO", "50", 12000), FollowUp.DENIAL_CASE),)


def test_209_waits_for_a_next_coverage_and_then_goes_there() -> None:
    line = a_line(200, 96, "CO-45:80 OA-209:24")
    alone = plan_line(line, open_cents=20000, carcs=carc)
    with_next = plan_line(line, open_cents=20000, carcs=carc, next_coverage=True)

    assert (alone.open_cents, len(alone.follow_ups)) == (2400, 1)
    assert (with_next.open_cents, with_next.follow_ups) == (0, ())


def test_pricing_above_the_charge_closes_the_line() -> None:
    line = a_line(200, 230, "CO-94:-30")

    assert _moves(line) == ["E05 1100<4100 30", "E04 1040<1100 230"]
    assert plan_line(line, open_cents=20000, carcs=carc).open_cents == 0


def test_what_the_patients_spending_account_paid_nets_the_patient_share() -> None:
    line = a_line(200, 106, "CO-45:80 PR-2:24 PR-187:-10")

    assert "E07 1110<1100 14" in _moves(line)
    assert plan_line(line, open_cents=20000, carcs=carc).open_cents == 0


def test_a_spending_account_payment_above_the_share_is_for_a_person_and_lowers_the_write_off() -> None:
    plan = plan_line(a_line(200, 130, "CO-45:80 PR-187:-10"), open_cents=20000, carcs=carc)

    assert plan.follow_ups == ((CasAmount("PR", "", -1000), FollowUp.REVIEW),)
    assert account_totals(plan.postings)[A.CONTRACTUAL] == 7000


def test_an_overpaid_bucket_becomes_a_liability_and_never_a_negative_receivable() -> None:
    plan = plan_line(PRIMARY, open_cents=0, carcs=carc)

    assert plan.open_cents == 0
    assert [(p.event, p.amount_cents) for p in plan.postings] == [
        (E.INSURANCE_PAYMENT, 9600),
        (E.CREDIT_RECLASS, 9600),
    ]


def test_a_negative_payment_outside_a_reversal_is_held() -> None:
    with pytest.raises(NegativePaymentError):
        plan_line(a_line(100, -50, "CO-45:150"), open_cents=10000, carcs=carc)


def _mirror(postings: tuple[PostingDraft, ...]) -> tuple[PostingDraft, ...]:
    return tuple(
        PostingDraft(E.REVERSAL, p.credit_account, p.debit_account, p.amount_cents, p.credit_party, p.debit_party)
        for p in postings
    )


CHARGE = PostingDraft(E.CHARGE_INSURED, A.AR_INSURANCE, A.REVENUE, 20000, debit_party="payer")


def test_the_worked_example_from_charge_to_reversal_correction_and_take_back() -> None:
    primary = plan_line(PRIMARY, open_cents=20000, carcs=carc).postings
    patient = PostingDraft(E.PATIENT_PAYMENT, A.CARD_CLEARING, A.AR_PATIENT, 2400)
    deposit = PostingDraft(E.DEPOSIT, A.CASH, A.REMITTANCE_CLEARING, 9600)
    books = [CHARGE, *primary, patient, deposit]
    assert receivable_cents(books) == 0
    assert account_totals(books)[A.REMITTANCE_CLEARING] == 0

    # The payer undoes it (22), decides anew with 90 paid, and takes the money from a later payment.
    books += _mirror(primary)
    assert receivable_cents(books) == 20000 - 2400
    corrected = plan_line(a_line(200, 90, "CO-45:80 PR-2:30"), open_cents=20000, carcs=carc).postings
    announced = provider_adjustment_posting("WO", -600)
    assert announced is not None
    books += corrected
    books.append(PostingDraft(announced.event, announced.debit_account, announced.credit_account, 600))
    totals = account_totals(books)

    assert totals[A.REMITTANCE_CLEARING] == 0
    assert totals[A.OWED_TO_PAYER] == 600
    assert totals[A.CONTRACTUAL] == 8000
    assert totals[A.AR_PATIENT] == 600
    assert receivable_cents(books) == 600

    books.append(PostingDraft(E.TAKE_BACK, A.OWED_TO_PAYER, A.REMITTANCE_CLEARING, 600))
    books.append(PostingDraft(E.DEPOSIT, A.CASH, A.REMITTANCE_CLEARING, 9000))
    assert account_totals(books)[A.OWED_TO_PAYER] == 0


def test_a_reversal_is_exactly_minus_what_it_undoes() -> None:
    primary = plan_line(PRIMARY, open_cents=20000, carcs=carc).postings

    assert set(account_totals([*primary, *_mirror(primary)]).values()) == {0}


amounts = st.builds(
    CasAmount,
    group=st.sampled_from(["CO", "PR", "OA", "PI", "CR"]),
    carc=st.sampled_from([*carcs(), "ZZ9"]),
    cents=st.integers(-(10**5), 10**5),
)


@given(st.lists(amounts, max_size=6), st.integers(0, 10**5), st.integers(0, 10**6), st.booleans())
def test_no_cent_appears_or_disappears_and_no_bucket_goes_below_zero(
    adjustments: list[CasAmount], paid: int, open_cents: int, next_coverage: bool
) -> None:
    line = LineAmounts(paid + sum(a.cents for a in adjustments), paid, tuple(adjustments))
    plan = plan_line(line, open_cents=open_cents, carcs=carc, next_coverage=next_coverage)
    totals = account_totals(plan.postings)
    moved_to_next = sum(p.amount_cents for p in plan.postings if p.debit_party == "next_payer")

    assert plan.open_cents >= 0
    assert totals.get(A.REMITTANCE_CLEARING, 0) == paid
    assert totals.get(A.AR_INSURANCE, 0) == plan.open_cents - open_cents + moved_to_next
