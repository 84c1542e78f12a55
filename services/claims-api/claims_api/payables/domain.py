"""The life of a vendor's bill, its terms, its age, and the fee that a vendor should have billed."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ar_shared.kernel.errors import ConflictError, ForbiddenError, StateConflictError
from claims_api.phrases import Phrased
from claims_api.transitions import move

WHOLE: Final = 10_000
"""Basis points of all of it: 200 is two percent."""


class BillState(Phrased):
    """Where a bill is."""

    ENTERED = "entered", "awaits a person with the authority"
    APPROVED = "approved", "may be paid; nothing was paid"
    PART_PAID = "part_paid", "some of it was paid"
    PAID = "paid", "nothing of it is open"
    VOIDED = "voided", "taken out of what is payable; why is kept"


class BillEvent(Phrased):
    """What can happen to a bill."""

    APPROVE = "approve", "a person with the authority agrees"
    PAY_PART = "pay_part", "less than what is open is paid"
    PAY_REST = "pay_rest", "all that is open is paid"
    TAKE_BACK_PART = "take_back_part", "a payment is voided and another one stays"
    TAKE_BACK_ALL = "take_back_all", "the only payment is voided"
    VOID = "void", "it is not owed"


class EntryKind(Phrased):
    """What changed the open amount of a bill."""

    BILLED = "billed", "the bill itself"
    PAYMENT = "payment", "a payment, with the discount taken with it"
    PAYMENT_VOIDED = "payment_voided", "a payment taken back"
    VOIDED = "voided", "the bill taken back"


class BillMethod(Phrased):
    """How a bill is paid."""

    CHECK = "check", "a check"
    ACH = "ach", "a bank transfer"


class FeeBasis(Phrased):
    """From what a vendor's fee follows."""

    RECOVERIES = "recoveries", "a share of what an agency recovered"
    CLAIMS = "claims", "an amount for each claim sent"


class AgeBucket(StrEnum):
    """Days past the due date; the due date itself is not past."""

    CURRENT = "current"
    DAYS_1_30 = "1-30"
    DAYS_31_60 = "31-60"
    DAYS_61_90 = "61-90"
    OVER_90 = "over_90"


S, E = BillState, BillEvent

TRANSITIONS: Final[Mapping[tuple[BillState, BillEvent], BillState]] = MappingProxyType(
    {
        # from      , event            -> to
        (S.ENTERED  , E.APPROVE       ): S.APPROVED,
        (S.ENTERED  , E.VOID          ): S.VOIDED,
        (S.APPROVED , E.PAY_PART      ): S.PART_PAID,
        (S.APPROVED , E.PAY_REST      ): S.PAID,
        (S.APPROVED , E.VOID          ): S.VOIDED,
        (S.PART_PAID, E.PAY_PART      ): S.PART_PAID,
        (S.PART_PAID, E.PAY_REST      ): S.PAID,
        (S.PART_PAID, E.TAKE_BACK_PART): S.PART_PAID,
        (S.PART_PAID, E.TAKE_BACK_ALL ): S.APPROVED,
        (S.PAID     , E.TAKE_BACK_PART): S.PART_PAID,
        (S.PAID     , E.TAKE_BACK_ALL ): S.APPROVED,
    }
)  # fmt: skip

_BUCKETS: Final = (
    (0, AgeBucket.CURRENT),
    (30, AgeBucket.DAYS_1_30),
    (60, AgeBucket.DAYS_31_60),
    (90, AgeBucket.DAYS_61_90),
)


class BillNumberTakenError(ConflictError):
    """A vendor's number is billed once; a voided bill frees its number."""

    code = "bill_number_taken"
    title = "The vendor has a bill with this number"


class AboveBillError(StateConflictError):
    """Payment and discount are more than what is open."""

    code = "above_bill"
    title = "Less than that is open"


class DiscountNotEarnedError(StateConflictError):
    """After the last day of the discount, or more than the terms give."""

    code = "discount_not_earned"
    title = "The terms do not give that discount"


class PaymentDayError(StateConflictError):
    """Paid before the bill's date, or on a day to come."""

    code = "payment_day"
    title = "The day is before the bill or in the future"


class OwnBillError(ForbiddenError):
    """Nobody approves the bill that he or she entered."""

    code = "own_bill"
    title = "Somebody else has to approve this bill"


class NoFeeBasisError(StateConflictError):
    """The vendor bills no fee that follows from the books."""

    code = "no_fee_basis"
    title = "The vendor has no fee basis"


def next_state(state: str, event: BillEvent) -> BillState:
    """Raises IllegalTransitionError."""
    return move(TRANSITIONS, BillState(state), event)


def share(amount_cents: int, basis_points: int) -> int:
    """basis_points of the amount in cents, half a cent up; a negative amount gives what its opposite gives, negated."""
    cents = (abs(amount_cents) * basis_points + WHOLE // 2) // WHOLE
    return cents if amount_cents >= 0 else -cents


def day_after(bill_on: date, days: int) -> date:
    """Day 0 is the bill's date."""
    return bill_on + timedelta(days=days)


def bucket(due_on: date, as_of: date) -> AgeBucket:
    past = (as_of - due_on).days
    return next((name for last, name in _BUCKETS if past <= last), AgeBucket.OVER_90)


def check_payment(open_cents: int, paid_cents: int, discount_cents: int) -> BillEvent:
    """Which payment it is. Raises AboveBillError."""
    settled = paid_cents + discount_cents
    if settled > open_cents:
        raise AboveBillError(f"{open_cents} cents are open")
    return BillEvent.PAY_REST if settled == open_cents else BillEvent.PAY_PART


def check_day(bill_on: date, paid_on: date, today: date) -> None:
    """Raises PaymentDayError."""
    if not bill_on <= paid_on <= today:
        raise PaymentDayError(f"from {bill_on} to {today}")


def check_discount(discount_cents: int, left_cents: int, until_on: date | None, paid_on: date) -> None:
    """left_cents: what the terms give, less what was taken. Raises DiscountNotEarnedError."""
    if not discount_cents:
        return
    if until_on is None or paid_on > until_on:
        raise DiscountNotEarnedError("the terms give none" if until_on is None else f"it ended on {until_on}")
    if discount_cents > left_cents:
        raise DiscountNotEarnedError(f"{left_cents} cents are left of it")
