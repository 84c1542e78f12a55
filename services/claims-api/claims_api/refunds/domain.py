"""The life of a refund, and what may be refunded."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ar_shared.kernel.errors import ForbiddenError, StateConflictError
from claims_api.phrases import Phrased
from claims_api.transitions import move


class RefundState(Phrased):
    """Where a refund is."""

    REQUESTED = "requested", "asked for; the money is reserved and cannot be asked for twice"
    APPROVED = "approved", "a person with the authority agreed; it is payable"
    ISSUED = "issued", "the check, transfer or card refund is out"
    CLEARED = "cleared", "the bank paid it"
    CANCELLED = "cancelled", "given up before it was issued"
    VOIDED = "voided", "taken back after it was issued; the credit is ours to settle again"
    STALE = "stale", "never cashed; owed again, and reserved"
    UNCLAIMED = "unclaimed", "unclaimed property, kept for the state"
    REMITTED = "remitted", "paid to the state"


class RefundEvent(Phrased):
    """What can happen to a refund."""

    APPROVE = "approve", "a person with the authority agrees"
    ISSUE = "issue", "it is paid out"
    CLEAR = "clear", "the bank paid it"
    UNCLEAR = "unclear", "the bank line was another payment after all"
    CANCEL = "cancel", "it is given up"
    VOID = "void", "it is taken back"
    MARK_STALE = "mark_stale", "nobody cashed it"
    TURN_OVER = "turn_over", "its dormancy has passed"
    REMIT = "remit", "the state is paid"


class RefundMethod(Phrased):
    """How it is paid."""

    CHECK = "check", "a check"
    ACH = "ach", "a bank transfer"
    CARD = "card", "back to the card"


S, E = RefundState, RefundEvent

TRANSITIONS: Final[Mapping[tuple[RefundState, RefundEvent], RefundState]] = MappingProxyType(
    {
        # from      , event        -> to
        (S.REQUESTED, E.APPROVE   ): S.APPROVED,
        (S.REQUESTED, E.CANCEL    ): S.CANCELLED,
        (S.APPROVED , E.ISSUE     ): S.ISSUED,
        (S.APPROVED , E.CANCEL    ): S.CANCELLED,
        (S.APPROVED , E.TURN_OVER ): S.UNCLAIMED,
        (S.ISSUED   , E.CLEAR     ): S.CLEARED,
        (S.CLEARED  , E.UNCLEAR   ): S.ISSUED,
        (S.ISSUED   , E.VOID      ): S.VOIDED,
        (S.ISSUED   , E.MARK_STALE): S.STALE,
        (S.STALE    , E.ISSUE     ): S.ISSUED,
        (S.STALE    , E.VOID      ): S.VOIDED,
        (S.STALE    , E.TURN_OVER ): S.UNCLAIMED,
        (S.UNCLAIMED, E.REMIT     ): S.REMITTED,
    }
)  # fmt: skip

RESERVING: Final = (S.REQUESTED, S.APPROVED, S.STALE)
"""States in which the money is still in the credit and belongs to the refund."""


OUT: Final = (S.ISSUED, S.CLEARED, S.REMITTED)
"""States in which its money has left cash in the books: a bank line shows it sooner or later."""


class RefundNotOutError(StateConflictError):
    """Nothing of it was paid out, or it was taken back: the bank cannot have paid it."""

    code = "refund_not_out"
    title = "The refund is not out"


class AboveCreditError(StateConflictError):
    """More than the credit, less what other refunds of it have reserved."""

    code = "above_credit"
    title = "The credit is less than that"


class CreditProvisionalError(StateConflictError):
    """A reversal or its correction is awaited: the credit may still go away by itself."""

    code = "credit_provisional"
    title = "The payer's reversal or correction is awaited"


class PayerTookBackError(StateConflictError):
    """The payer has taken money back for the claim, or just as much for none it named: it must not be paid twice."""

    code = "payer_took_back"
    title = "The payer has taken money back"


class NotUnclaimedError(StateConflictError):
    """What a payer takes from a later payment has an owner who takes it: it never becomes unclaimed property."""

    code = "not_unclaimed_property"
    title = "This refund cannot become unclaimed property"


class OwnRequestError(ForbiddenError):
    """Nobody approves what he or she asked for, above the practice's setting."""

    code = "own_request"
    title = "Somebody else has to approve this refund"


OWN_LIMIT_SETTING: Final = "refund_own_approval_cents"
"""Practice setting: up to this amount a person may approve what he or she asked for; absent means never."""


def next_state(state: str, event: RefundEvent) -> RefundState:
    """Raises IllegalTransitionError."""
    return move(TRANSITIONS, RefundState(state), event)


def check_credit(amount_cents: int, credit_cents: int, reserved_cents: int) -> None:
    """Raises AboveCreditError."""
    free = credit_cents - reserved_cents
    if amount_cents > free:
        raise AboveCreditError(f"{max(free, 0)} cents of the credit are free")


def check_own(requested_by: str, approver: str, amount_cents: int, settings: dict[str, object]) -> None:
    """Raises OwnRequestError."""
    allowed = settings.get(OWN_LIMIT_SETTING)
    if requested_by == approver and (not isinstance(allowed, int) or amount_cents > allowed):
        raise OwnRequestError(f"{approver} asked for it")
