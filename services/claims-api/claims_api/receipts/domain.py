"""States of a receipt and a deposit slip, and how money is laid on open balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import StateConflictError
from claims_api.phrases import Phrased


class ReceiptKind(Phrased):
    """Whose money it is."""

    PATIENT = "patient", "from a guarantor, for the patients he or she answers for"
    INSURER = "insurer", "from an insurer, its remittance not here yet (E43)"
    UNIDENTIFIED = "unidentified", "nobody knows whose it is yet"
    AGENCY = "agency", "from a collection agency; comes with the agency's remittance (E26)"


class ReceiptMethod(Phrased):
    """How it was paid."""

    CASH = "cash", "coins and notes"
    CHECK = "check", "a check"
    CARD = "card", "a card, paid out later net or gross by the card company"
    ACH = "ach", "a bank transfer"


class ReceiptState(Phrased):
    """Where a receipt is."""

    RECEIVED = "received", "we have the money"
    RETURNED = "returned", "the bank or the card company took all of it back"
    VOIDED = "voided", "it was entered by mistake and undone"


class ReceiptNotOpenError(StateConflictError):
    """The receipt was returned or voided."""

    code = "receipt_not_open"
    title = "The receipt has been returned or voided"


class NotEnoughUnappliedError(StateConflictError):
    """More than what of the receipt is not applied yet."""

    code = "not_enough_unapplied"
    title = "The receipt has less unapplied money than that"


class NothingOpenError(StateConflictError):
    """More than the party owes there: a receipt never takes a balance below zero."""

    code = "above_open_balance"
    title = "Less than that is open there"


class NotThisGuarantorError(StateConflictError):
    """The open balance is another guarantor's: money never moves to somebody else's account."""

    code = "another_guarantor"
    title = "The balance belongs to another guarantor"


class ReceiptDepositedError(StateConflictError):
    """The bank has it: take the deposit apart first, or record the return."""

    code = "receipt_deposited"
    title = "The receipt is part of a deposit"


class FeeNotAllowedError(StateConflictError):
    """The practice's setting allows no fee for a returned payment, or less than this one."""

    code = "returned_payment_fee_not_allowed"
    title = "The practice's settings do not allow this fee"


class SlipClosedError(StateConflictError):
    """The deposit slip was counted and closed."""

    code = "deposit_slip_closed"
    title = "The deposit slip is closed"


class OverShortReasonError(StateConflictError):
    """Counted and recorded money differ and nobody said why."""

    code = "over_short_reason_missing"
    title = "A difference between counted and recorded money needs a reason"


@dataclass(frozen=True, slots=True)
class OpenBucket:
    """What a guarantor owes on a charge, in one receivable."""

    charge_id: UUID
    claim_id: UUID | None
    account: int
    party_id: UUID
    balance_cents: int


@dataclass(frozen=True, slots=True)
class Part:
    """What is laid on one bucket."""

    bucket: OpenBucket
    amount_cents: int


MAX_FEE_SETTING: Final = "returned_payment_fee_cents"
"""Practice setting: the most that a returned payment may cost the guarantor; absent means no fee at all."""


def lay_out(amount_cents: int, buckets: Sequence[OpenBucket]) -> list[Part]:
    """The amount over the buckets in their order, each at most to zero. Raises NothingOpenError for what is left."""
    parts, left = [], amount_cents
    for bucket in buckets:
        share = min(left, bucket.balance_cents)
        if share > 0:
            parts.append(Part(bucket, share))
            left -= share
    if left > 0:
        raise NothingOpenError(f"only {amount_cents - left} cents are open there")
    return parts


def take_back(
    amount_cents: int, unapplied_cents: int, applied: Sequence[tuple[UUID, int]]
) -> tuple[int, list[tuple[UUID, int]]]:
    """What a return takes: unapplied money first, then applications in the order given, each at most to its own.

    Returns the cents from unapplied money and (application, cents) of the others. Raises NotEnoughUnappliedError when
    the receipt has less than that left.
    """
    from_unapplied = min(amount_cents, unapplied_cents)
    left, parts = amount_cents - from_unapplied, []
    for application_id, cents in applied:
        share = min(left, cents)
        if share > 0:
            parts.append((application_id, share))
            left -= share
    if left > 0:
        raise NotEnoughUnappliedError("more than what is left of the receipt came back")
    return from_unapplied, parts


def check_fee(fee_cents: int, settings: dict[str, object]) -> None:
    """Raises FeeNotAllowedError."""
    allowed = settings.get(MAX_FEE_SETTING)
    if not isinstance(allowed, int) or fee_cents > allowed:
        raise FeeNotAllowedError("state law and the practice's policy decide; see its settings")
