"""What a claim acknowledgement (277CA) means, told by which hop said it.

Acceptance belongs to a hop. Only the payer's own acceptance moves a claim to `payer_accepted` and proves timely
filing; a clearinghouse's is kept as weaker evidence.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from claims_api.claims.domain import (
    AdjudicationEvent,
    AdjudicationState,
    SubmissionEvent,
    SubmissionState,
    next_adjudication_state,
    next_submission_state,
)
from claims_api.codes.domain import ClaimStatusCategory, StatusEvent
from claims_api.phrases import Phrased


class Hop(Phrased):
    """Who speaks: for a 277CA its information source, looked up in the payer or clearinghouse profile."""

    RECEIVER = "receiver", "whoever took the file in; answers with TA1 and 999, never about one claim"
    CLEARINGHOUSE = "clearinghouse", "our own clearinghouse"
    INTERMEDIARY = "intermediary", "another gateway between the clearinghouse and the payer"
    PAYER = "payer", "the payer itself"


class AckVerdict(Phrased):
    """What one status of a 277CA says about a claim."""

    ACCEPTED = "accepted", "accepted at this hop"
    SPLIT = "split", "accepted and split: several payer claim control numbers will come"
    REJECTED = "rejected", "refused at this hop: correct and send a new claim"
    RECEIVED = "received", "receipt only; says nothing about acceptance"
    NOT_FOUND = "not_found", "this hop knows no such claim"
    UNKNOWN = "unknown", "a code we do not know; a person reads it"


class FilingProof(Phrased):
    """How strong an acknowledgement is as evidence that a claim was filed in time."""

    STRONG = "strong", "the payer accepted the claim"
    WEAK = "weak", "a hop before the payer accepted the claim"
    NONE = "none", "no evidence of filing"


_VERDICTS: Final[Mapping[StatusEvent, AckVerdict]] = {
    StatusEvent.ACK_ACCEPTED: AckVerdict.ACCEPTED,
    StatusEvent.ACK_SPLIT: AckVerdict.SPLIT,
    StatusEvent.ACK_REJECTED: AckVerdict.REJECTED,
    StatusEvent.ACK_RECEIVED: AckVerdict.RECEIVED,
    StatusEvent.ACK_FORWARDED: AckVerdict.RECEIVED,
    StatusEvent.ACK_NOT_FOUND: AckVerdict.NOT_FOUND,
}
_ACCEPTING: Final = frozenset({AckVerdict.ACCEPTED, AckVerdict.SPLIT})


def ack_verdict(category: ClaimStatusCategory | None, status_code: str, *, a1_20_is_acceptance: bool) -> AckVerdict:
    """The verdict of one STC: its category (STC01-1), its status code (STC01-2) and the source's habit.

    `a1_20_is_acceptance` comes from the profile of the hop: some say "accepted for processing" (20) under A1.
    A claim may carry several STC composites; any rejection among them rejects the claim.
    """
    if category is None:
        return AckVerdict.UNKNOWN
    if category.code == "A1" and status_code == "20" and a1_20_is_acceptance:
        return AckVerdict.ACCEPTED
    return _VERDICTS.get(category.lifecycle_event, AckVerdict.UNKNOWN)


def submission_event(verdict: AckVerdict, hop: Hop) -> SubmissionEvent | None:
    """The move on the submission axis, or None when the acknowledgement is only noted."""
    at_payer = hop is Hop.PAYER
    if verdict in _ACCEPTING:
        return SubmissionEvent.PAYER_ACCEPTS if at_payer else SubmissionEvent.HOP_ACCEPTS
    if verdict is AckVerdict.REJECTED:
        return SubmissionEvent.PAYER_REJECTS if at_payer else SubmissionEvent.HOP_REJECTS
    return None


def filing_proof(verdict: AckVerdict, hop: Hop) -> FilingProof:
    """How strongly this acknowledgement proves that the claim was filed in time."""
    if verdict not in _ACCEPTING:
        return FilingProof.NONE
    return FilingProof.STRONG if hop is Hop.PAYER else FilingProof.WEAK


# Profile keys of a payer. `ack_source` names the hop that speaks in acknowledgements that come in the payer's name
# (NM1*PR): some gateways answer for a payer that has not seen the claim. `ack_a1_20` = `accepted`: status 20 under
# A1 is this source's word for acceptance.
ACK_SOURCE: Final = "ack_source"
ACK_A1_20: Final = "ack_a1_20"
_PAYER_ROLE: Final = "PR"

# The strongest first: one rejection outweighs everything a hop says of a claim.
_WEIGHT: Final = (
    AckVerdict.REJECTED,
    AckVerdict.SPLIT,
    AckVerdict.ACCEPTED,
    AckVerdict.NOT_FOUND,
    AckVerdict.RECEIVED,
    AckVerdict.UNKNOWN,
)

_AT_THE_PAYER: Final[Mapping[SubmissionEvent, AdjudicationEvent]] = {
    SubmissionEvent.PAYER_ACCEPTS: AdjudicationEvent.PAYER_ACCEPTS,
    SubmissionEvent.PAYER_REJECTS: AdjudicationEvent.PAYER_REJECTS,
}
_REPEATS: Final = frozenset(
    {
        (SubmissionState.FILE_REJECTED, SubmissionEvent.FILE_REJECTED),
        (SubmissionState.CH_REJECTED, SubmissionEvent.HOP_REJECTS),
        (SubmissionState.PAYER_REJECTED, SubmissionEvent.PAYER_REJECTS),
    }
)


def hop_of(source_role: str, profile: Mapping[str, str]) -> Hop:
    """Who speaks in a 277CA: by the role of its information source (NM101), unless the payer's profile knows better."""
    if source_role != _PAYER_ROLE:
        return Hop.CLEARINGHOUSE
    stated = profile.get(ACK_SOURCE)
    return Hop(stated) if stated in (Hop.CLEARINGHOUSE, Hop.INTERMEDIARY) else Hop.PAYER


def a1_20_is_acceptance(profile: Mapping[str, str]) -> bool:
    """Whether this payer means acceptance by A1 with status 20."""
    return profile.get(ACK_A1_20) == AckVerdict.ACCEPTED


def overall(verdicts: Iterable[AckVerdict]) -> AckVerdict:
    """What several statuses come to; UNKNOWN for none."""
    said = set(verdicts)
    return next((verdict for verdict in _WEIGHT if verdict in said), AckVerdict.UNKNOWN)


def moved(
    submission: SubmissionState, adjudication: AdjudicationState, event: SubmissionEvent
) -> tuple[SubmissionState, AdjudicationState]:
    """Both axes after `event`; a rejection that was heard before changes nothing.

    Raises IllegalTransitionError when either axis forbids it: a payer that rejects what it has paid, for one.
    """
    if (submission, event) in _REPEATS:
        return submission, adjudication
    decided = _AT_THE_PAYER.get(event)
    return (
        next_submission_state(submission, event),
        next_adjudication_state(adjudication, decided) if decided else adjudication,
    )
