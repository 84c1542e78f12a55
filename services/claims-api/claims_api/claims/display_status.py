"""One word for a claim's whole situation, derived from the three state axes and never stored."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from claims_api.claims.domain import (
    DECIDED_STATES,
    AdjudicationState,
    BalanceState,
    SubmissionState,
)
from claims_api.phrases import Phrased


class DisplayStatus(Phrased):
    """The closed list that screens, exports and the FHIR view show."""

    DRAFT = "draft", "being prepared"
    NEEDS_CORRECTION = "needs_correction", "an edit failed before sending"
    READY = "ready", "may be sent"
    ON_HOLD = "on_hold", "kept back for a reason"
    SUBMITTED = "submitted", "sent; the payer has not confirmed it"
    REJECTED = "rejected", "refused before adjudication; send a new claim"
    WITH_PAYER = "with_payer", "accepted; the payer is working on it"
    INFO_REQUESTED = "info_requested", "the payer waits for information"
    FORWARDED = "forwarded", "passed on to another payer"
    REVERSED = "reversed", "the decision was undone; a correction is awaited"
    DENIED = "denied", "every line was denied"
    PARTIALLY_DENIED = "partially_denied", "a part was denied"
    PAYER_OWES = "payer_owes", "decided, and a payer still owes"
    PATIENT_OWES = "patient_owes", "payers are done, the patient owes"
    CREDIT = "credit", "we hold money that belongs to somebody else"
    SETTLED = "settled", "decided and nothing is owed"
    SUPERSEDED = "superseded", "replaced by a later version"
    VOID_REQUESTED = "void_requested", "we asked the payer to undo it"
    VOIDED = "voided", "withdrawn or undone"


class FhirStatus(NamedTuple):
    """FHIR R4 `Claim.status`, and `ClaimResponse.outcome` (None before there is a response)."""

    claim: str
    outcome: str | None


FHIR_STATUS: Final[Mapping[DisplayStatus, FhirStatus]] = {
    DisplayStatus.DRAFT: FhirStatus("draft", None),
    DisplayStatus.NEEDS_CORRECTION: FhirStatus("draft", None),
    DisplayStatus.READY: FhirStatus("draft", None),
    DisplayStatus.ON_HOLD: FhirStatus("draft", None),
    DisplayStatus.SUBMITTED: FhirStatus("active", None),
    DisplayStatus.REJECTED: FhirStatus("active", "error"),
    DisplayStatus.WITH_PAYER: FhirStatus("active", "queued"),
    DisplayStatus.INFO_REQUESTED: FhirStatus("active", "queued"),
    DisplayStatus.FORWARDED: FhirStatus("active", "partial"),
    DisplayStatus.REVERSED: FhirStatus("active", "partial"),
    DisplayStatus.DENIED: FhirStatus("active", "complete"),
    DisplayStatus.PARTIALLY_DENIED: FhirStatus("active", "complete"),
    DisplayStatus.PAYER_OWES: FhirStatus("active", "complete"),
    DisplayStatus.PATIENT_OWES: FhirStatus("active", "complete"),
    DisplayStatus.CREDIT: FhirStatus("active", "complete"),
    DisplayStatus.SETTLED: FhirStatus("active", "complete"),
    DisplayStatus.SUPERSEDED: FhirStatus("cancelled", None),
    DisplayStatus.VOID_REQUESTED: FhirStatus("active", "queued"),
    DisplayStatus.VOIDED: FhirStatus("cancelled", None),
}

_BY_SUBMISSION: Final[Mapping[SubmissionState, DisplayStatus]] = {
    SubmissionState.DRAFT: DisplayStatus.DRAFT,
    SubmissionState.SCRUB_FAILED: DisplayStatus.NEEDS_CORRECTION,
    SubmissionState.READY: DisplayStatus.READY,
    SubmissionState.HELD: DisplayStatus.ON_HOLD,
    SubmissionState.SENT: DisplayStatus.SUBMITTED,
    SubmissionState.FILE_REJECTED: DisplayStatus.REJECTED,
    SubmissionState.FILE_ACCEPTED: DisplayStatus.SUBMITTED,
    SubmissionState.CH_REJECTED: DisplayStatus.REJECTED,
    SubmissionState.PAYER_REJECTED: DisplayStatus.REJECTED,
    SubmissionState.PAYER_ACCEPTED: DisplayStatus.WITH_PAYER,
    SubmissionState.SUPERSEDED: DisplayStatus.SUPERSEDED,
    SubmissionState.VOID_SENT: DisplayStatus.VOID_REQUESTED,
    SubmissionState.VOIDED: DisplayStatus.VOIDED,
}
_ENDED: Final = frozenset({SubmissionState.SUPERSEDED, SubmissionState.VOID_SENT, SubmissionState.VOIDED})
_BY_OPEN_ADJUDICATION: Final[Mapping[AdjudicationState, DisplayStatus]] = {
    AdjudicationState.PENDED: DisplayStatus.WITH_PAYER,
    AdjudicationState.INFO_REQUESTED: DisplayStatus.INFO_REQUESTED,
    AdjudicationState.FORWARDED: DisplayStatus.FORWARDED,
    AdjudicationState.REVERSED: DisplayStatus.REVERSED,
}
_BY_BALANCE: Final[Mapping[BalanceState, DisplayStatus]] = {
    BalanceState.OPEN_INSURANCE: DisplayStatus.PAYER_OWES,
    BalanceState.OPEN_PATIENT: DisplayStatus.PATIENT_OWES,
    BalanceState.CREDIT: DisplayStatus.CREDIT,
    BalanceState.ZERO: DisplayStatus.SETTLED,
}


def display_status(
    submission: SubmissionState, adjudication: AdjudicationState, balance: BalanceState
) -> DisplayStatus:
    """The one status a person sees.

    A version that ended says so. Else a decision counts: a denial shows while a payer's bucket is open, after
    that the balance speaks. Before a decision the payer's progress counts, then the submission's.
    """
    if submission in _ENDED or adjudication is AdjudicationState.NONE:
        return _BY_SUBMISSION[submission]
    if adjudication not in DECIDED_STATES:
        return _BY_OPEN_ADJUDICATION[adjudication]
    if balance is BalanceState.OPEN_INSURANCE:
        if adjudication is AdjudicationState.DENIED:
            return DisplayStatus.DENIED
        if adjudication is AdjudicationState.PARTIALLY_DENIED:
            return DisplayStatus.PARTIALLY_DENIED
    return _BY_BALANCE[balance]
