"""How much of a payer's balance may become the patient's: only group PR, only once, only what is final."""

from datetime import date

import pytest

from claims_api.access.limits import LIMITS
from claims_api.claims.domain import AdjudicationState, SubmissionState
from claims_api.codes.code_lists import carc
from claims_api.ledger.domain import AR_ACCOUNTS, Account
from claims_api.ledger.events import MOVEMENTS, LedgerEvent
from claims_api.transfers.domain import WAYS, ClaimInPlay, Stated, TransferReason, in_force, patients_cents


def said(text: str, cents: int) -> Stated:
    group, _, code = text.partition("-")
    return Stated(group, carc(code), cents)


def test_every_reason_has_one_way_that_stays_inside_receivables_and_an_authority() -> None:
    assert set(WAYS) == set(TransferReason)
    for way in WAYS.values():
        assert {way.debit, *way.credits} <= set(AR_ACCOUNTS)
        assert all((way.debit, credit) in MOVEMENTS[LedgerEvent.RESPONSIBILITY_CHANGE] for credit in way.credits)
        assert way.to_payer is (way.debit is Account.AR_INSURANCE)
        assert way.decision in LIMITS


@pytest.mark.parametrize(
    ("stated", "moved", "cents"),
    [
        ([said("PR-96", 5000)], 0, 5000),  # not covered, called the patient's
        ([said("PR-2", 2400)], 2400, 0),  # went to the patient with the remittance
        ([said("PR-2", 2400), said("PR-96", 1000)], 2400, 1000),
        ([said("CO-96", 5000)], 0, 0),  # the provider's, whatever the reason says
        ([said("OA-96", 5000)], 0, 0),
        ([said("PI-96", 5000)], 0, 0),
        ([said("CO-97", 3000), said("PR-96", 2000)], 0, 2000),
        ([said("PR-45", 5000)], 0, 0),  # bills the price cut to the patient: in network never
        ([said("PR-209", 5000)], 0, 0),  # only a later payer may owe it
        ([Stated("PR", None, 5000)], 0, 0),  # a reason we do not know
        ([said("PR-96", 3000), said("PR-187", -1000)], 0, 2000),  # a spending account paid a part
        ([said("PR-96", 99_999)], 0, 20000),  # never more than is open
        ([], 0, 0),  # decided, and nothing called the patient's
        (None, 0, 20000),  # no payer is responsible
    ],
)
def test_only_what_the_payer_called_the_patients_may_be_billed(
    stated: list[Stated] | None, moved: int, cents: int
) -> None:
    assert patients_cents(20000, stated, moved, out_of_network=False) == cents


def test_a_price_cut_may_be_billed_only_without_a_contract() -> None:
    assert patients_cents(20000, [said("PR-45", 5000)], 0, out_of_network=True) == 5000


def test_both_ends_of_a_coverage_count() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)

    assert in_force(first, last, first)
    assert in_force(first, last, last)
    assert not in_force(first, last, date(2025, 12, 31))
    assert not in_force(first, last, date(2027, 1, 1))
    assert in_force(None, None, first)


@pytest.mark.parametrize(
    ("submission", "adjudication", "awaited", "to_come"),
    [
        ("ready", "none", False, True),
        ("sent", "none", True, False),
        ("payer_accepted", "pended", True, False),
        ("payer_accepted", "paid", False, False),
        ("payer_accepted", "reversed", True, False),
        ("payer_rejected", "none", False, False),
        ("draft", "paid", False, False),
    ],
)
def test_a_claim_is_awaited_until_its_payer_has_decided(
    submission: str, adjudication: str, awaited: bool, to_come: bool
) -> None:
    claim = ClaimInPlay(SubmissionState(submission), AdjudicationState(adjudication))

    assert (claim.is_awaited, claim.is_to_come) == (awaited, to_come)
