"""The rulebook as data: what it may say, and that a slip stops start-up."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from claims_api.bank.schemas import OpenKind
from claims_api.claims import domain as claims
from claims_api.coordination.domain import NextStep
from claims_api.denials.domain import DenialState
from claims_api.overpayments.domain import CaseState
from claims_api.refunds.domain import RefundMethod, RefundState
from claims_api.remittances import tables as remittances
from claims_api.remittances.domain.reversal_state import WAITING
from claims_api.reviews import tables as reviews
from followup_worker.main import create_app
from followup_worker.rules import conditions
from followup_worker.rules.rulebook import read_rulebook
from followup_worker.settings import OWN_RULEBOOK, FollowupSettings

SHIPPED = OWN_RULEBOOK.read_text()
NO_ANSWER_THRESHOLD = "days_past_usual_answer = 1"


def test_the_shipped_rulebook_asks_for_each_of_the_known_reasons() -> None:
    assert [rule.name for rule in read_rulebook(OWN_RULEBOOK).rule] == [
        "rejected",
        "denied",
        "no_acknowledgement",
        "no_answer",
        "remittance_queued",
        "remittance_held",
        "remittance_held_long",
        "deposit_differs",
        "remittance_without_money",
        "payment_amount_differs",
        "money_without_remittance",
        "line_amount_differs",
        "transfer_taken_back",
        "receipt_not_at_bank",
        "take_back_not_taken",
        "refund_check_outstanding",
        "overpayment_unknown",
        "overpayment_due",
        "overpayment_investigation",
        "overpayment_overdue",
        "review",
        "correction_missing",
        "reversal_missing",
        "crossover_overdue",
        "void_unconfirmed",
    ]


def test_the_states_a_rule_may_name_are_those_of_claims_api() -> None:
    assert set(get_args(conditions.SubmissionState)) == set(claims.SubmissionState)
    assert set(get_args(conditions.AdjudicationState)) == set(claims.AdjudicationState)
    assert set(get_args(conditions.DenialState)) == set(DenialState)
    assert set(get_args(conditions.RemittanceState)) == set(remittances.REMITTANCE_STATES)
    assert set(get_args(conditions.ReviewKind)) == set(reviews.REVIEW_KINDS)
    assert set(get_args(conditions.ReversalState)) == {state.value for state in WAITING}
    assert set(get_args(conditions.PayerItemKind)) == set(remittances.ITEM_KINDS)
    assert set(get_args(conditions.RefundState)) == set(RefundState)
    assert set(get_args(conditions.RefundMethod)) == set(RefundMethod)
    assert set(get_args(conditions.CaseState)) == set(CaseState)
    assert set(get_args(conditions.NextStep)) <= set(NextStep)
    assert {*get_args(conditions.BankKind), *get_args(conditions.ReceiptKind)} <= set(get_args(OpenKind))


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        (NO_ANSWER_THRESHOLD, "days_past_usual_anser = 1", "days_past_usual_anser"),
        (NO_ANSWER_THRESHOLD, "days_past_usual_answer = '1'", "days_past_usual_answer"),
        (NO_ANSWER_THRESHOLD, "days_past_usual_answer = -1", "days_past_usual_answer"),
        (NO_ANSWER_THRESHOLD, "held_claims = 1", "held_claims"),
        ('"payer_rejected"]', '"payer_refused"]', "submission_states"),
        ('owner = "denial_specialist"', 'owner = "denials"', "owner"),
        ("weight = 25", "weight = 101", "weight"),
        ("weight = 25", "wieght = 25", "wieght"),
        ('name = "denied"', 'name = "rejected"', "appears twice"),
        ('counts_from = "denial_case"', 'counts_from = "denial_case", days = 3', "days belongs to"),
        ('counts_from = "denial_case"', 'counts_from = "service_date", days = 3', "a denial from its case"),
        ('counts_from = "repayment"', 'counts_from = "denial_case"', "an overpayment from its clock"),
        ("held_claims = 1\ndays_held", "held_claims = 1\ndifference_cents = 1\ndays_held", "each has its own amount"),
        ("days_past_awaited = 1\n", "", "go together"),
        (
            'counts_from = "service_date", days = 90',
            'counts_from = "service_date"',
            "days belongs to",
        ),
    ],
)
def test_a_slip_stops_start_up_and_names_the_place(tmp_path: Path, right: str, wrong: str, place: str) -> None:
    assert right in SHIPPED
    path = tmp_path / "rulebook.toml"
    path.write_text(SHIPPED.replace(right, wrong))

    with pytest.raises(ValidationError, match=place):
        create_app(FollowupSettings(environment="test", rulebook=path))


def test_the_shipped_rulebook_lets_the_service_start(tmp_path: Path) -> None:
    path = tmp_path / "rulebook.toml"
    path.write_text(SHIPPED)

    assert create_app(FollowupSettings(environment="test", rulebook=path)).title == "Ledgerwell followup-worker"


def test_a_rule_applies_on_its_first_and_last_day_and_not_outside(tmp_path: Path) -> None:
    path = tmp_path / "rulebook.toml"
    dated = "effective_from = 2026-01-01\neffective_to = 2026-06-30"
    path.write_text(SHIPPED.replace("effective_from = 2020-01-01", dated, 1))
    rule = read_rulebook(path).by_name()["rejected"]

    assert [
        rule.is_effective(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    ] == [False, True, True, False]


def test_a_rule_that_ends_before_it_begins_stops_start_up(tmp_path: Path) -> None:
    path = tmp_path / "rulebook.toml"
    dated = "effective_from = 2026-01-02\neffective_to = 2026-01-01"
    path.write_text(SHIPPED.replace("effective_from = 2020-01-01", dated, 1))

    with pytest.raises(ValidationError, match="effective_to lies before"):
        read_rulebook(path)
