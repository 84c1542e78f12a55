"""Acceptance belongs to a hop; only the payer's is proof."""

import pytest

from claims_api.acknowledgements.domain import AckVerdict, FilingProof, Hop, ack_verdict, filing_proof, submission_event
from claims_api.claims.domain import SubmissionEvent
from claims_api.codes.code_lists import claim_status_category


@pytest.mark.parametrize(
    ("category", "status", "a1_20", "verdict"),
    [
        ("A0", "16", False, AckVerdict.RECEIVED),
        ("A1", "19", False, AckVerdict.RECEIVED),
        ("A1", "20", False, AckVerdict.RECEIVED),
        ("A1", "20", True, AckVerdict.ACCEPTED),
        ("A1", "19", True, AckVerdict.RECEIVED),
        ("A2", "20", False, AckVerdict.ACCEPTED),
        ("A2", "", False, AckVerdict.ACCEPTED),
        ("A3", "21", False, AckVerdict.REJECTED),
        ("A3", "20", True, AckVerdict.REJECTED),
        ("A4", "35", False, AckVerdict.NOT_FOUND),
        ("A5", "20", False, AckVerdict.SPLIT),
        ("A6", "21", False, AckVerdict.REJECTED),
        ("A7", "21", False, AckVerdict.REJECTED),
        ("A8", "21", False, AckVerdict.REJECTED),
        ("P1", "3", False, AckVerdict.UNKNOWN),
        ("Q9", "20", True, AckVerdict.UNKNOWN),
    ],
)
def test_what_one_status_of_a_277ca_says(category: str, status: str, verdict: AckVerdict, *, a1_20: bool) -> None:
    row = claim_status_category(category)

    assert ack_verdict(row, status, a1_20_is_acceptance=a1_20) is verdict


@pytest.mark.parametrize(
    ("verdict", "hop", "event", "proof"),
    [
        (AckVerdict.ACCEPTED, Hop.CLEARINGHOUSE, SubmissionEvent.HOP_ACCEPTS, FilingProof.WEAK),
        (AckVerdict.ACCEPTED, Hop.INTERMEDIARY, SubmissionEvent.HOP_ACCEPTS, FilingProof.WEAK),
        (AckVerdict.ACCEPTED, Hop.PAYER, SubmissionEvent.PAYER_ACCEPTS, FilingProof.STRONG),
        (AckVerdict.SPLIT, Hop.PAYER, SubmissionEvent.PAYER_ACCEPTS, FilingProof.STRONG),
        (AckVerdict.REJECTED, Hop.CLEARINGHOUSE, SubmissionEvent.HOP_REJECTS, FilingProof.NONE),
        (AckVerdict.REJECTED, Hop.INTERMEDIARY, SubmissionEvent.HOP_REJECTS, FilingProof.NONE),
        (AckVerdict.REJECTED, Hop.PAYER, SubmissionEvent.PAYER_REJECTS, FilingProof.NONE),
        (AckVerdict.RECEIVED, Hop.PAYER, None, FilingProof.NONE),
        (AckVerdict.NOT_FOUND, Hop.PAYER, None, FilingProof.NONE),
        (AckVerdict.UNKNOWN, Hop.PAYER, None, FilingProof.NONE),
    ],
)
def test_the_hop_decides_how_far_a_claim_moves_and_what_it_proves(
    verdict: AckVerdict, hop: Hop, event: SubmissionEvent | None, proof: FilingProof
) -> None:
    assert submission_event(verdict, hop) is event
    assert filing_proof(verdict, hop) is proof
