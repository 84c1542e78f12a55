"""One word for a claim's whole situation, over all 13 x 9 x 4 combinations."""

from itertools import product

import pytest

from claims_api.claims.display_status import FHIR_STATUS, DisplayStatus, display_status
from claims_api.claims.domain import AdjudicationState, BalanceState, SubmissionState

ALL = list(product(SubmissionState, AdjudicationState, BalanceState))


@pytest.mark.parametrize(
    ("submission", "adjudication", "balance", "shown"),
    [
        ("draft", "none", "open_insurance", "draft"),
        ("scrub_failed", "none", "open_insurance", "needs_correction"),
        ("ready", "none", "open_insurance", "ready"),
        ("held", "none", "open_insurance", "on_hold"),
        ("sent", "none", "open_insurance", "submitted"),
        ("file_accepted", "none", "open_insurance", "submitted"),
        ("file_rejected", "none", "open_insurance", "rejected"),
        ("ch_rejected", "none", "open_insurance", "rejected"),
        ("payer_rejected", "none", "open_insurance", "rejected"),
        ("payer_accepted", "pended", "open_insurance", "with_payer"),
        ("payer_accepted", "info_requested", "open_insurance", "info_requested"),
        ("payer_accepted", "forwarded", "open_insurance", "forwarded"),
        ("payer_accepted", "reversed", "open_insurance", "reversed"),
        ("payer_accepted", "denied", "open_insurance", "denied"),
        ("payer_accepted", "partially_denied", "open_insurance", "partially_denied"),
        ("payer_accepted", "denied", "zero", "settled"),
        ("payer_accepted", "denied", "open_patient", "patient_owes"),
        ("payer_accepted", "paid", "open_insurance", "payer_owes"),
        ("payer_accepted", "paid", "open_patient", "patient_owes"),
        ("payer_accepted", "zero_paid", "open_patient", "patient_owes"),
        ("payer_accepted", "paid", "credit", "credit"),
        ("payer_accepted", "paid", "zero", "settled"),
        ("superseded", "denied", "open_insurance", "superseded"),
        ("void_sent", "paid", "zero", "void_requested"),
        ("voided", "reversed", "zero", "voided"),
        ("payer_rejected", "paid", "zero", "settled"),
        ("draft", "paid", "open_patient", "patient_owes"),
    ],
)
def test_what_a_person_sees(submission: str, adjudication: str, balance: str, shown: str) -> None:
    status = display_status(SubmissionState(submission), AdjudicationState(adjudication), BalanceState(balance))

    assert status == shown


def test_every_combination_has_a_status_and_every_status_occurs() -> None:
    assert {display_status(*axes) for axes in ALL} == set(DisplayStatus)


def test_every_status_maps_to_legal_fhir_codes() -> None:
    assert set(FHIR_STATUS) == set(DisplayStatus)
    assert {status.claim for status in FHIR_STATUS.values()} <= {"active", "cancelled", "draft"}
    assert {status.outcome for status in FHIR_STATUS.values()} <= {
        None,
        "queued",
        "complete",
        "error",
        "partial",
    }
