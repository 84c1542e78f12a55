"""The three state axes of a claim. Submission and adjudication are stored, the balance state is derived.

"Closed" is none of them: a balance of zero, no open work and no remittance expected. Closed is never final.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from claims_api.phrases import Phrased
from claims_api.transitions import move


class SubmissionState(Phrased):
    """Where one submitted version of a claim is on its way to the payer."""

    DRAFT = "draft", "being prepared"
    SCRUB_FAILED = "scrub_failed", "an edit failed; waits for a correction"
    READY = "ready", "may be sent"
    HELD = "held", "kept back for a reason, with an owner and an end"
    SENT = "sent", "handed over; nobody has answered yet"
    FILE_REJECTED = "file_rejected", "the file was refused; nobody read the claim"
    FILE_ACCEPTED = "file_accepted", "the file was taken in; the claim is not accepted yet"
    CH_REJECTED = "ch_rejected", "refused before it reached the payer; the filing clock runs"
    PAYER_REJECTED = "payer_rejected", "refused by the payer before adjudication; the filing clock runs"
    PAYER_ACCEPTED = "payer_accepted", "in the payer's hands; proof of timely filing"
    SUPERSEDED = "superseded", "a replacement was sent in its place"
    VOID_SENT = "void_sent", "we asked the payer to undo it"
    VOIDED = "voided", "withdrawn or undone"


class SubmissionEvent(Phrased):
    """What can happen to one submitted version."""

    PASS_SCRUB = "pass_scrub", "all hard edits passed"
    FAIL_SCRUB = "fail_scrub", "a hard edit failed"
    CORRECT = "correct", "taken back into preparation to be corrected"
    HOLD = "hold", "a hold was placed"
    RELEASE = "release", "the hold was lifted; edits run again"
    CANCEL = "cancel", "withdrawn before it was sent"
    SEND = "send", "written into an 837 and handed over"
    FILE_REJECTED = "file_rejected", "TA1 or 999 refused the file"
    FILE_ACCEPTED = "file_accepted", "999 took the file in"
    HOP_ACCEPTS = "hop_accepts", "277CA: accepted by a hop before the payer"
    HOP_REJECTS = "hop_rejects", "277CA: refused by a hop before the payer"
    PAYER_ACCEPTS = "payer_accepts", "277CA: accepted by the payer"
    PAYER_REJECTS = "payer_rejects", "277CA: refused by the payer"
    ADJUDICATE = "adjudicate", "an 835 arrived for it"
    SUPERSEDE = "supersede", "a replacement (frequency 7) was sent"
    SEND_VOID = "send_void", "a void (frequency 8) was sent"
    VOID_REFUSED = "void_refused", "the payer refused the void; the claim stands"
    VOID_CONFIRMED = "void_confirmed", "the payer undid the claim"


S, E = SubmissionState, SubmissionEvent

# A 277CA may come without a 999, a 999 after its 277CA, and a payer may reject after accepting.
_BEFORE_AN_835: Final[Mapping[tuple[SubmissionState, SubmissionEvent], SubmissionState]] = {
    # from            , event            -> to
    (S.DRAFT          , E.PASS_SCRUB     ): S.READY,
    (S.DRAFT          , E.FAIL_SCRUB     ): S.SCRUB_FAILED,
    (S.DRAFT          , E.HOLD           ): S.HELD,
    (S.DRAFT          , E.CANCEL         ): S.VOIDED,
    (S.SCRUB_FAILED   , E.CORRECT        ): S.DRAFT,
    (S.READY          , E.HOLD           ): S.HELD,
    (S.READY          , E.CANCEL         ): S.VOIDED,
    (S.READY          , E.SEND           ): S.SENT,
    (S.HELD           , E.RELEASE        ): S.DRAFT,
    (S.HELD           , E.CANCEL         ): S.VOIDED,
    (S.SENT           , E.FILE_REJECTED  ): S.FILE_REJECTED,
    (S.SENT           , E.FILE_ACCEPTED  ): S.FILE_ACCEPTED,
    (S.SENT           , E.HOP_ACCEPTS    ): S.FILE_ACCEPTED,
    (S.SENT           , E.HOP_REJECTS    ): S.CH_REJECTED,
    (S.SENT           , E.PAYER_ACCEPTS  ): S.PAYER_ACCEPTED,
    (S.SENT           , E.PAYER_REJECTS  ): S.PAYER_REJECTED,
    (S.FILE_REJECTED  , E.SEND           ): S.SENT,
    (S.FILE_ACCEPTED  , E.FILE_ACCEPTED  ): S.FILE_ACCEPTED,
    (S.FILE_ACCEPTED  , E.HOP_ACCEPTS    ): S.FILE_ACCEPTED,
    (S.FILE_ACCEPTED  , E.HOP_REJECTS    ): S.CH_REJECTED,
    (S.FILE_ACCEPTED  , E.PAYER_ACCEPTS  ): S.PAYER_ACCEPTED,
    (S.FILE_ACCEPTED  , E.PAYER_REJECTS  ): S.PAYER_REJECTED,
    (S.CH_REJECTED    , E.FILE_ACCEPTED  ): S.CH_REJECTED,
    (S.CH_REJECTED    , E.CORRECT        ): S.DRAFT,
    (S.PAYER_REJECTED , E.FILE_ACCEPTED  ): S.PAYER_REJECTED,
    (S.PAYER_REJECTED , E.HOP_ACCEPTS    ): S.PAYER_REJECTED,
    (S.PAYER_REJECTED , E.CORRECT        ): S.DRAFT,
    (S.PAYER_ACCEPTED , E.FILE_ACCEPTED  ): S.PAYER_ACCEPTED,
    (S.PAYER_ACCEPTED , E.HOP_ACCEPTS    ): S.PAYER_ACCEPTED,
    (S.PAYER_ACCEPTED , E.PAYER_ACCEPTS  ): S.PAYER_ACCEPTED,
    (S.PAYER_ACCEPTED , E.PAYER_REJECTS  ): S.PAYER_REJECTED,
    (S.PAYER_ACCEPTED , E.SUPERSEDE      ): S.SUPERSEDED,
    (S.PAYER_ACCEPTED , E.SEND_VOID      ): S.VOID_SENT,
    (S.VOID_SENT      , E.FILE_ACCEPTED  ): S.VOID_SENT,
    (S.VOID_SENT      , E.HOP_ACCEPTS    ): S.VOID_SENT,
    (S.VOID_SENT      , E.PAYER_ACCEPTS  ): S.VOID_SENT,
    (S.VOID_SENT      , E.VOID_REFUSED   ): S.PAYER_ACCEPTED,
    (S.VOID_SENT      , E.VOID_CONFIRMED ): S.VOIDED,
}  # fmt: skip

# An 835 is legal from every state. It proves that the payer has a claim whose acceptance never reached us;
# elsewhere the submission stays where it is and `remittance_is_out_of_order` tells a person.
_BY_AN_835: Final[Mapping[tuple[SubmissionState, SubmissionEvent], SubmissionState]] = {
    (state, E.ADJUDICATE): S.PAYER_ACCEPTED if state in (S.SENT, S.FILE_ACCEPTED) else state for state in S
}

SUBMISSION_TRANSITIONS: Final = MappingProxyType({**_BEFORE_AN_835, **_BY_AN_835})

REJECTED_STATES: Final = frozenset({S.FILE_REJECTED, S.CH_REJECTED, S.PAYER_REJECTED})
REJECTIONS: Final = frozenset({E.FILE_REJECTED, E.HOP_REJECTS, E.PAYER_REJECTS})


class VersionState(Phrased):
    """A version of a claim that is not the one the claim's own submission state speaks of."""

    READY = "ready", "made, and may be sent"
    HELD = "held", "made, and kept back for a reason"
    WITHDRAWN = "withdrawn", "given up before it was sent"
    REJECTED = "rejected", "refused before adjudication; a later version was sent"
    REPLACED = "replaced", "a later version was sent in its place"


class VoidCause(Phrased):
    """Why a claim is undone; it says what becomes of its charges once the payer has undone it."""

    NOT_PERFORMED = "not_performed", "the services were not done: the charges are taken back"
    WRONG_PATIENT = "wrong_patient", "done for somebody else: the charges are taken back"
    BILLED_TWICE = "billed_twice", "a repeat of another claim: the charges are taken back"
    WRONG_PAYER = "wrong_payer", "another payer should have been billed: the charges are free to be billed again"
    OTHER = "other", "another reason, in words: the charges are free to be billed again"


CHARGES_TAKEN_BACK: Final = frozenset({VoidCause.NOT_PERFORMED, VoidCause.WRONG_PATIENT, VoidCause.BILLED_TWICE})


_AN_835_IS_EXPECTED: Final = frozenset({S.SENT, S.FILE_ACCEPTED, S.PAYER_ACCEPTED, S.SUPERSEDED, S.VOID_SENT})


class AdjudicationState(Phrased):
    """What one payer, in its place in the order of payers, has decided."""

    NONE = "none", "nothing heard"
    PENDED = "pended", "the payer is working on it"
    INFO_REQUESTED = "info_requested", "the payer waits for an answer from us or the patient"
    PAID = "paid", "paid, nothing denied"
    PARTIALLY_DENIED = "partially_denied", "a part was denied"
    DENIED = "denied", "every line was denied"
    ZERO_PAID = "zero_paid", "nothing paid and nothing denied"
    FORWARDED = "forwarded", "passed on to another payer"
    REVERSED = "reversed", "the decision was undone; a correction is awaited"


class AdjudicationEvent(Phrased):
    """What can happen at one payer."""

    PAYER_ACCEPTS = "payer_accepts", "277CA: accepted by the payer"
    PAYER_REJECTS = "payer_rejects", "277CA: refused by the payer, also after accepting"
    PAYER_PENDS = "payer_pends", "277: in process"
    PAYER_ASKS = "payer_asks", "277 or letter: information wanted"
    WE_ANSWER = "we_answer", "the answer was sent"
    REMIT_PAID = "remit_paid", "835: paid"
    REMIT_PARTIALLY_DENIED = "remit_partially_denied", "835: a part denied"
    REMIT_DENIED = "remit_denied", "835: denied"
    REMIT_ZERO_PAID = "remit_zero_paid", "835: nothing paid, nothing denied"
    REMIT_PENDED = "remit_pended", "835: not final, a correction will come"
    REMIT_FORWARDED = "remit_forwarded", "835: not this payer's claim, passed on"
    REMIT_REVERSED = "remit_reversed", "835: a posted decision was undone"
    REMIT_TAKEN_OFF = "remit_taken_off", "we took the only decision off the claim: it was not the claim's"


A, V = AdjudicationState, AdjudicationEvent

DECIDED_STATES: Final = frozenset({A.PAID, A.PARTIALLY_DENIED, A.DENIED, A.ZERO_PAID})
_OUTCOMES: Final[Mapping[AdjudicationEvent, AdjudicationState]] = {
    V.REMIT_PAID: A.PAID,
    V.REMIT_PARTIALLY_DENIED: A.PARTIALLY_DENIED,
    V.REMIT_DENIED: A.DENIED,
    V.REMIT_ZERO_PAID: A.ZERO_PAID,
    V.REMIT_PENDED: A.PENDED,
    V.REMIT_FORWARDED: A.FORWARDED,
}

_BY_A_STATUS: Final[Mapping[tuple[AdjudicationState, AdjudicationEvent], AdjudicationState]] = {
    # from              , event           -> to
    (A.NONE             , V.PAYER_ACCEPTS ): A.PENDED,
    (A.NONE             , V.PAYER_REJECTS ): A.NONE,
    (A.NONE             , V.PAYER_PENDS   ): A.PENDED,
    (A.NONE             , V.PAYER_ASKS    ): A.INFO_REQUESTED,
    (A.PENDED           , V.PAYER_ACCEPTS ): A.PENDED,
    (A.PENDED           , V.PAYER_REJECTS ): A.NONE,
    (A.PENDED           , V.PAYER_PENDS   ): A.PENDED,
    (A.PENDED           , V.PAYER_ASKS    ): A.INFO_REQUESTED,
    (A.INFO_REQUESTED   , V.PAYER_ACCEPTS ): A.INFO_REQUESTED,
    (A.INFO_REQUESTED   , V.PAYER_REJECTS ): A.NONE,
    (A.INFO_REQUESTED   , V.PAYER_PENDS   ): A.PENDED,
    (A.INFO_REQUESTED   , V.PAYER_ASKS    ): A.INFO_REQUESTED,
    (A.INFO_REQUESTED   , V.WE_ANSWER     ): A.PENDED,
    (A.PAID             , V.PAYER_ACCEPTS ): A.PAID,
    (A.PARTIALLY_DENIED , V.PAYER_ACCEPTS ): A.PARTIALLY_DENIED,
    (A.DENIED           , V.PAYER_ACCEPTS ): A.DENIED,
    (A.ZERO_PAID        , V.PAYER_ACCEPTS ): A.ZERO_PAID,
    (A.FORWARDED        , V.PAYER_ACCEPTS ): A.FORWARDED,
    (A.REVERSED         , V.PAYER_ACCEPTS ): A.REVERSED,
    (A.PAID             , V.REMIT_REVERSED): A.REVERSED,
    (A.PARTIALLY_DENIED , V.REMIT_REVERSED): A.REVERSED,
    (A.DENIED           , V.REMIT_REVERSED): A.REVERSED,
    (A.ZERO_PAID        , V.REMIT_REVERSED): A.REVERSED,
}  # fmt: skip

# A decision in an 835 stands whatever we believed before. Only a reversal needs something to undo:
# one that finds no posted original is held, it does not move the claim.
_BY_A_DECISION: Final[Mapping[tuple[AdjudicationState, AdjudicationEvent], AdjudicationState]] = {
    (state, event): outcome for state in A for event, outcome in _OUTCOMES.items()
}

_BY_TAKING_OFF: Final = {(state, V.REMIT_TAKEN_OFF): A.NONE for state in A}

ADJUDICATION_TRANSITIONS: Final = MappingProxyType({**_BY_A_STATUS, **_BY_A_DECISION, **_BY_TAKING_OFF})


class BalanceState(Phrased):
    """Who owes the rest, derived from the ledger on each read and never stored."""

    OPEN_INSURANCE = "open_insurance", "a payer owes the rest"
    OPEN_PATIENT = "open_patient", "payers are done, the patient owes the rest"
    CREDIT = "credit", "we hold money that belongs to somebody else"
    ZERO = "zero", "nothing is owed"


def next_submission_state(state: SubmissionState, event: SubmissionEvent) -> SubmissionState:
    """Raises IllegalTransitionError."""
    return move(SUBMISSION_TRANSITIONS, state, event)


def next_adjudication_state(state: AdjudicationState, event: AdjudicationEvent) -> AdjudicationState:
    """Raises IllegalTransitionError."""
    return move(ADJUDICATION_TRANSITIONS, state, event)


def remittance_is_out_of_order(state: SubmissionState) -> bool:
    """True when an 835 answers a claim that, as far as we know, no payer ever had (it posts all the same)."""
    return state not in _AN_835_IS_EXPECTED


def balance_state(*, insurance_cents: int, patient_cents: int, credit_cents: int) -> BalanceState:
    """The balance state from what is open and what we owe back, all in cents and none below zero.

    A credit shows first: it is a liability with a legal clock. Insurance comes before the patient, because a
    patient is billed only after the last payer.
    """
    if min(insurance_cents, patient_cents, credit_cents) < 0:
        raise ValueError("a bucket below zero is a credit and belongs in credit_cents")
    if credit_cents > 0:
        return BalanceState.CREDIT
    if insurance_cents > 0:
        return BalanceState.OPEN_INSURANCE
    if patient_cents > 0:
        return BalanceState.OPEN_PATIENT
    return BalanceState.ZERO
