"""What 999 and 277CA say of a void is about the void: the claim itself stays with the payer."""

from datetime import date
from uuid import uuid4

import pytest

from claims_api.acknowledgements.claim_in_play import ClaimInPlay
from claims_api.claims.domain import AdjudicationState, SubmissionEvent, SubmissionState

ACCEPTED = date(2026, 11, 3)


def a_claim_to_be_voided() -> ClaimInPlay:
    return ClaimInPlay(
        id=uuid4(),
        external_id=None,
        version=2,
        charge_cents=30000,
        service_from=date(2026, 11, 2),
        service_to=date(2026, 11, 2),
        billing_entity_id=uuid4(),
        profile={},
        submission=SubmissionState.VOID_SENT,
        adjudication=AdjudicationState.PAID,
        payer_control_number="ICN1",
        accepted_on=ACCEPTED,
    )


@pytest.mark.parametrize("event", ["file_rejected", "hop_rejects", "payer_rejects"])
def test_a_refused_void_leaves_the_claim_accepted_and_its_proof_of_filing_kept(event: str) -> None:
    claim = a_claim_to_be_voided()

    assert claim.take(SubmissionEvent(event), date(2026, 12, 1)) is None

    assert (claim.submission, claim.adjudication) == (SubmissionState.PAYER_ACCEPTED, AdjudicationState.PAID)
    assert claim.accepted_on == ACCEPTED


@pytest.mark.parametrize("event", ["file_accepted", "hop_accepts", "payer_accepts"])
def test_an_accepted_void_is_still_only_asked_for(event: str) -> None:
    claim = a_claim_to_be_voided()

    assert claim.take(SubmissionEvent(event), date(2026, 12, 1)) is None

    assert (claim.submission, claim.accepted_on) == (SubmissionState.VOID_SENT, ACCEPTED)
