"""The life of an overpayment case: its states, its facts, and what a posting does to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import StateConflictError
from claims_api.phrases import Phrased
from claims_api.transitions import move


class CaseState(Phrased):
    """Where a case is."""

    OPEN = "open", "there is a credit; that it is an overpayment is neither known nor presumed yet"
    IDENTIFIED = "identified", "somebody knows of it, or it is presumed known: the clock runs"
    INVESTIGATING = "investigating", "related overpayments are looked for; the clock stands where the law lets it"
    CLOSED = "closed", "nothing is owed any more"


class CaseEvent(Phrased):
    """What can happen to a case; each is a fact of its history."""

    ARISE = "arise", "a posting made the credit"
    FIND = "find", "somebody found it before any posting showed it"
    IDENTIFY = "identify", "somebody knows that it is an overpayment, or it is presumed"
    RESTATE = "restate", "a posting changed the credit"
    INVESTIGATE = "investigate", "the search for related overpayments began"
    CONCLUDE = "conclude", "the search ended and the sum is known"
    CHOOSE = "choose", "how it goes back was decided"
    PROVE = "prove", "the paper that shows its return was attached"
    CLOSE = "close", "the credit is gone, or a person found that nothing is owed"
    RETURN = "return", "the credit is there again"


class ReturnMethod(Phrased):
    """How an overpayment goes back."""

    REFUND_CHECK = "refund_check", "we send the payer its money"
    CLAIM_ADJUSTMENT = "claim_adjustment", "a corrected claim, and the payer adjusts"
    SELF_REFERRAL = "self_referral", "a self-disclosure to the authority"
    OFFSET = "offset", "the payer takes it from a later payment"


class CloseReason(Phrased):
    """Why nothing is owed any more."""

    REFUNDED = "refunded", "our refund was paid out"
    TAKEN_BACK = "taken_back", "the payer reversed its decision or took the money"
    CORRECTED = "corrected", "the posting behind the credit was put right"
    RETURNED_ELSEWHERE = "returned_elsewhere", "it went back in a way that these books do not show"
    NOT_OVERPAID = "not_overpaid", "a person found that the payer did not overpay"


BY_HAND: Final = (CloseReason.RETURNED_ELSEWHERE, CloseReason.NOT_OVERPAID)
"""Reasons a person may give; the others are what postings say."""

S, E = CaseState, CaseEvent

TRANSITIONS: Final[Mapping[tuple[CaseState, CaseEvent], CaseState]] = MappingProxyType(
    {
        # from           , event         -> to
        (S.OPEN          , E.IDENTIFY   ): S.IDENTIFIED,
        (S.OPEN          , E.RESTATE    ): S.OPEN,
        (S.OPEN          , E.CHOOSE     ): S.OPEN,
        (S.OPEN          , E.PROVE      ): S.OPEN,
        (S.OPEN          , E.CLOSE      ): S.CLOSED,
        (S.IDENTIFIED    , E.IDENTIFY   ): S.IDENTIFIED,
        (S.IDENTIFIED    , E.RESTATE    ): S.IDENTIFIED,
        (S.IDENTIFIED    , E.INVESTIGATE): S.INVESTIGATING,
        (S.IDENTIFIED    , E.CHOOSE     ): S.IDENTIFIED,
        (S.IDENTIFIED    , E.PROVE      ): S.IDENTIFIED,
        (S.IDENTIFIED    , E.CLOSE      ): S.CLOSED,
        (S.INVESTIGATING , E.RESTATE    ): S.INVESTIGATING,
        (S.INVESTIGATING , E.CONCLUDE   ): S.IDENTIFIED,
        (S.INVESTIGATING , E.CHOOSE     ): S.INVESTIGATING,
        (S.INVESTIGATING , E.PROVE      ): S.INVESTIGATING,
        (S.INVESTIGATING , E.CLOSE      ): S.CLOSED,
        (S.CLOSED        , E.PROVE      ): S.CLOSED,
        (S.CLOSED        , E.RETURN     ): S.OPEN,
    }
)  # fmt: skip


class CreditStillThereError(StateConflictError):
    """The books show money that is owed back: a person cannot declare it gone."""

    code = "credit_still_there"
    title = "The credit is still in the books"


class InvestigationNotPossibleError(StateConflictError):
    """An investigation stops the clock once, and only before the last day has passed."""

    code = "investigation_not_possible"
    title = "This investigation cannot be recorded"


class KnowledgeNotLaterError(StateConflictError):
    """What was known once is known: the clock's start moves back, never on, and not to a day to come."""

    code = "knowledge_not_later"
    title = "The overpayment is known since an earlier day"


class CaseExistsError(StateConflictError):
    """Overpayments of a charge and a coverage have one case."""

    code = "overpayment_case_exists"
    title = "There is a case for this charge and coverage"


def next_state(state: str, event: CaseEvent) -> CaseState:
    """Raises IllegalTransitionError."""
    return move(TRANSITIONS, CaseState(state), event)


@dataclass(frozen=True, slots=True)
class CreditNow:
    """A payer's credit after a posting: `how` are the kinds of the journals that moved it."""

    charge_id: UUID
    party_id: UUID
    claim_id: UUID | None
    cents: int
    how: tuple[str, ...]


_REFUND_KINDS: Final = frozenset({"refund_issued", "refund_unclaimed", "refund_undone"})
_TAKE_BACK_KINDS: Final = frozenset({"reversal", "take_back_assigned", "refund_acknowledged"})


def close_reason(how: tuple[str, ...]) -> CloseReason:
    """What the journals that ended a credit say: a refund, the payer's own doing, or a correction of ours."""
    if _REFUND_KINDS.intersection(how):
        return CloseReason.REFUNDED
    return CloseReason.TAKEN_BACK if _TAKE_BACK_KINDS.intersection(how) else CloseReason.CORRECTED


def is_the_same_again(how: tuple[str, ...]) -> bool:
    """Whether a credit that returned was never paid back: its refund was undone, so its old clock runs on."""
    return "refund_undone" in how


def check_knowledge(known_on: date | None, said_on: date, today: date) -> None:
    """Raises KnowledgeNotLaterError."""
    if said_on > today or (known_on is not None and said_on >= known_on):
        raise KnowledgeNotLaterError(f"it is known since {known_on or today}")


def check_start(due: date | None, identified_on: date, started_on: date, today: date, *, before: bool) -> None:
    """before: an investigation was recorded already. Raises InvestigationNotPossibleError."""
    if before:
        raise InvestigationNotPossibleError("one investigation stops the clock, and it has been")
    if not identified_on <= started_on <= today:
        raise InvestigationNotPossibleError(f"it begins between {identified_on}, the day of knowledge, and today")
    if due is not None and started_on > due:
        raise InvestigationNotPossibleError(f"the last day was {due}")


def check_end(started_on: date, ended_on: date, today: date) -> None:
    """Raises InvestigationNotPossibleError."""
    if not started_on <= ended_on <= today:
        raise InvestigationNotPossibleError(f"it ended between {started_on}, its first day, and today")
