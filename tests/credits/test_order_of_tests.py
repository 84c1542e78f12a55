"""Why there is a credit: posting error, duplicate, payer order, patient, contract, and only then an overpayment."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from claims_api.credits.domain import (
    ORDER,
    Answer,
    CreditFacts,
    OpenElsewhere,
    Payment,
    Resolution,
    advise,
    standing,
)
from claims_api.ledger.domain import Account
from claims_api.ledger.events import MOVEMENTS

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .desk import Overpayments, paid_twice

OWN, OTHER, PATIENT = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST, SECOND, ELSEWHERE = UUID(int=11), UUID(int=12), UUID(int=21)


def credit(**facts: Any) -> CreditFacts:
    """A payer's credit of 96.00 that nothing explains."""
    plain: dict[str, Any] = {
        "side": "payer",
        "party_id": OWN,
        "credit_cents": 9600,
        "reserved_cents": 0,
        "provisional": False,
        "payments": [Payment(FIRST, OWN, 19200, "1")],
        **facts,
    }
    return CreditFacts(**plain)


MISPOSTED = {"open_elsewhere": [OpenElsewhere(ELSEWHERE, None, 9600)]}
TWICE = {"payments": [Payment(FIRST, OWN, 9600, "1"), Payment(SECOND, OWN, 9600, "1")]}
BOTH_FIRST = {"payments": [Payment(FIRST, OWN, 9600, "1"), Payment(SECOND, OTHER, 4000, "19")]}
BY_PATIENT = {"side": "patient", "party_id": PATIENT, "payments": [Payment(FIRST, PATIENT, 12000)]}
ABOVE_CONTRACT = {"expected_cents": 19199}
ALL = {
    "open_elsewhere": MISPOSTED["open_elsewhere"],
    "payments": [*TWICE["payments"], Payment(ELSEWHERE, OTHER, 4000, "1")],
    "expected_cents": 1,
}


@pytest.mark.parametrize(
    ("facts", "resolution"),
    [
        (MISPOSTED, "posting_error"),
        (TWICE, "duplicate_payment"),
        (BOTH_FIRST, "wrong_payer_order"),
        (BY_PATIENT, "patient_overpaid"),
        (ABOVE_CONTRACT, "contract_error"),
        ({}, "genuine_overpayment"),
        (ALL, "posting_error"),
        ({**ALL, "open_elsewhere": []}, "duplicate_payment"),
        ({**ALL, "provisional": True}, "await_payer"),
        ({**ALL, "reserved_cents": 9600}, "finish_refund"),
        ({**ALL, "reserved_cents": 9599}, "posting_error"),
        ({**ALL, "reserved_cents": 9600, "provisional": True}, "await_payer"),
    ],
)
def test_the_first_test_that_holds_is_the_advice(facts: dict[str, Any], resolution: str) -> None:
    assert advise(credit(**facts)).resolution == resolution


@pytest.mark.parametrize(
    ("facts", "not_this"),
    [
        ({"open_elsewhere": [OpenElsewhere(ELSEWHERE, None, 9599)]}, Resolution.POSTING_ERROR),
        ({"payments": [Payment(FIRST, OWN, 9600, "1"), Payment(SECOND, OWN, 9601, "1")]}, Resolution.DUPLICATE_PAYMENT),
        (
            {"payments": [Payment(FIRST, OWN, 9600, "1"), Payment(SECOND, OTHER, 9600, "1")]},
            Resolution.DUPLICATE_PAYMENT,
        ),
        (
            {"payments": [Payment(FIRST, OWN, 9600, "1"), Payment(SECOND, OTHER, 4000, "2")]},
            Resolution.WRONG_PAYER_ORDER,
        ),
        ({"payments": [Payment(PATIENT, PATIENT, 100)]}, Resolution.PATIENT_OVERPAID),
        ({"expected_cents": 19200}, Resolution.CONTRACT_ERROR),
    ],
)
def test_one_step_beside_it_a_test_does_not_hold(facts: dict[str, Any], not_this: Resolution) -> None:
    answers = {tested.test: tested.answer for tested in advise(credit(**facts)).tests}
    assert answers[not_this] is Answer.CLEAR


def test_every_test_answers_in_the_order_and_shows_what_it_saw() -> None:
    tests = advise(credit(**TWICE)).tests
    assert [tested.test for tested in tests] == list(ORDER)
    assert tests[1].evidence == {
        "payments": [{"of_id": FIRST, "paid_cents": 9600}, {"of_id": SECOND, "paid_cents": 9600}]
    }


def test_without_the_contracts_price_its_test_names_what_it_needs() -> None:
    contract = advise(credit()).tests[4]
    assert (contract.test, contract.answer) == (Resolution.CONTRACT_ERROR, Answer.NOT_AVAILABLE)
    assert "expected_cents" in contract.evidence["needs"]


@pytest.mark.parametrize("facts", [MISPOSTED, TWICE, BOTH_FIRST, ABOVE_CONTRACT, {}])
def test_what_is_done_with_a_payers_money_never_names_the_patient(facts: dict[str, Any]) -> None:
    move = advise(credit(**facts)).move
    assert move.operation in ("requestRefund", "unmatchRemittanceClaim")
    assert "guarantor" not in move.verb
    assert "patient" not in move.verb


def test_no_event_of_the_ledger_moves_a_payers_credit_to_a_patient() -> None:
    patients = {Account.AR_PATIENT, Account.AR_SELF_PAY, Account.UNAPPLIED_PATIENT, Account.REFUNDS_PAYABLE_PATIENT}
    found = {
        (event, debit, credit_)
        for event, movements in MOVEMENTS.items()
        for debit, credit_ in movements
        if debit is Account.REFUNDS_PAYABLE_PAYER and credit_ in patients
    }
    assert found == set()


def test_a_payment_that_was_taken_back_is_no_second_payment() -> None:
    nets = [Payment(FIRST, OWN, 9600), Payment(SECOND, OWN, 9600), Payment(ELSEWHERE, OWN, -9600)]
    assert [one.cents for one in standing(nets)] == [9600]
    part = [Payment(FIRST, OWN, 9600), Payment(SECOND, OTHER, 5000), Payment(ELSEWHERE, OWN, -600)]
    assert [(one.party_id, one.cents) for one in standing(part)] == [(OWN, 9000), (OTHER, 5000)]


def test_facts_are_compared_with_the_credits_own_party_only() -> None:
    other = replace(credit(), payments=[Payment(FIRST, OTHER, 9600), Payment(SECOND, OTHER, 9600)])
    assert advise(other).resolution is Resolution.GENUINE_OVERPAYMENT


async def test_the_queue_and_the_case_show_the_same_advice(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)
    day = await world.one("SELECT max(due_on) FROM claims.reversal WHERE practice_id = $1")
    async with world.database.control_tx() as connection:
        await connection.execute(
            "UPDATE claims.practice SET test_clock_at = $2::date + interval '42 hours' WHERE id = $1",
            world.practice_id,
            day,
        )

    (queued,) = (await desk.ok("GET", "/v1/credits?side=payer"))["items"]
    case = await desk.case(visit)

    shown = ("suggestion", "do", "operation", "tests")
    assert {name: queued[name] for name in shown} == {name: case[name] for name in shown}
    assert (queued["suggestion"], queued["operation"]) == ("duplicate_payment", "requestRefund")
    assert (queued["overpayment_id"], queued["due_on"], queued["due_confirmed"]) == (
        case["id"],
        "2027-01-22",
        True,
    )
