"""Frequency 7 and 8: with the payer's number, on a finalized original, never after a rejection."""

from typing import Any

import pytest

from claims_api.claims.domain import AdjudicationState, SubmissionState
from claims_api.claims.frequency import FrequencyBlocker, Original, frequency_blockers

B = FrequencyBlocker


def _blockers(
    frequency: str,
    *,
    number: str | None = "PCCN1",
    submission: SubmissionState = SubmissionState.PAYER_ACCEPTED,
    adjudication: AdjudicationState = AdjudicationState.DENIED,
    supported: bool = True,
    **more: Any,
) -> tuple[FrequencyBlocker, ...]:
    original = Original(
        payer_control_number=number,
        submission=submission,
        adjudication=adjudication,
        payer_supports_replacement=supported,
        **more,
    )
    return frequency_blockers(frequency, original)


@pytest.mark.parametrize("frequency", ["7", "8"])
@pytest.mark.parametrize("adjudication", ["paid", "partially_denied", "denied", "zero_paid"])
def test_a_finalized_original_with_the_payers_number_may_be_replaced_or_voided(
    frequency: str, adjudication: str
) -> None:
    assert _blockers(frequency, adjudication=AdjudicationState(adjudication)) == ()


@pytest.mark.parametrize("adjudication", ["none", "pended", "info_requested", "forwarded", "reversed"])
def test_not_before_the_original_is_finalized(adjudication: str) -> None:
    assert _blockers("7", adjudication=AdjudicationState(adjudication)) == (B.ORIGINAL_NOT_FINALIZED,)


@pytest.mark.parametrize("number", [None, ""])
def test_not_without_the_payers_claim_control_number(number: str | None) -> None:
    assert _blockers("8", number=number) == (B.NO_PAYER_CONTROL_NUMBER,)


@pytest.mark.parametrize("submission", ["file_rejected", "ch_rejected", "payer_rejected"])
def test_a_rejected_claim_is_sent_anew_and_never_replaced(submission: str) -> None:
    blockers = _blockers("7", submission=SubmissionState(submission), adjudication=AdjudicationState.NONE, number=None)

    assert blockers == (B.ORIGINAL_REJECTED, B.NO_PAYER_CONTROL_NUMBER)
    assert "frequency 1" in B.ORIGINAL_REJECTED.phrase


def test_not_to_a_payer_that_takes_no_replacements() -> None:
    assert _blockers("7", supported=False) == (B.PAYER_REFUSES_REPLACEMENTS,)


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_original_medicare_takes_none_for_professional_claims(frequency: str) -> None:
    assert _blockers(frequency, is_original_medicare_professional=True) == (B.ORIGINAL_MEDICARE_PROFESSIONAL,)


def test_an_unprocessable_claim_was_never_decided_so_there_is_nothing_to_replace() -> None:
    assert _blockers("7", is_unprocessable=True) == (B.ORIGINAL_UNPROCESSABLE,)
    assert "frequency 1" in B.ORIGINAL_UNPROCESSABLE.phrase


@pytest.mark.parametrize(("newest", "blockers"), [("1", (B.ORIGINAL_REJECTED,)), ("7", ())])
def test_a_rejected_replacement_may_be_sent_again_for_the_payer_has_what_it_replaces(
    newest: str, blockers: tuple[FrequencyBlocker, ...]
) -> None:
    rejected = SubmissionState.PAYER_REJECTED

    assert _blockers("7", submission=rejected, adjudication=AdjudicationState.NONE, newest_frequency=newest) == blockers


def test_a_new_claim_is_never_blocked_here() -> None:
    rejected = SubmissionState.PAYER_REJECTED

    assert _blockers("1", number=None, submission=rejected, supported=False) == ()


def test_other_frequencies_are_refused() -> None:
    with pytest.raises(ValueError, match="1, 7 or 8"):
        _blockers("6")
