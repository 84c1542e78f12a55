"""Why money of a payment waits, and what a person does about it: one list over claims, payments and differences."""

from collections.abc import Mapping
from typing import Final

from claims_api.phrases import Phrased
from claims_api.remittances.domain.holds import HoldReason


class PaymentReason(Phrased):
    """Why a payment as a whole, or what its deposit differs by, waits."""

    PAYMENT_LOOK_ALIKE = "payment_look_alike", "it looks like a payment that was posted"
    PAYMENT_UNBALANCED = "payment_unbalanced", "claims and provider adjustments do not come to the payment's total"
    PAYMENT_UNREADABLE = "payment_unreadable", "a part that its money depends on could not be read"
    DEPOSIT_DIFFERS = "deposit_differs", "the deposit is not what the claims come to; the difference has no owner"


_DECIDE: Final = "Release the payment once the deposit is confirmed, or reject it."
_FIND: Final = "Match the claim; see its suggestions."
_BY_HAND: Final = "Ask the payer for a corrected remittance, enter it by hand, or resolve it as the payer's."

CLEARED_BY: Final = {
    HoldReason.UNREADABLE.value: _BY_HAND,
    HoldReason.UNBALANCED.value: _BY_HAND,
    HoldReason.NEGATIVE_PAYMENT.value: _BY_HAND,
    HoldReason.STATUS_NOT_SUPPORTED.value: _BY_HAND,
    HoldReason.MONEY_WITHOUT_DECISION.value: _BY_HAND,
    HoldReason.PAYER_UNKNOWN.value: "Add the payer with its number, then match again.",
    HoldReason.NO_MATCH.value: "Take the claim in, or match by hand; see its suggestions.",
    HoldReason.LOOK_ALIKE.value: "Match it with not_a_repeat, or resolve it as the payer's.",
    HoldReason.REVERSAL_UNMATCHED.value: "Find the decision it undoes, or wait for it.",
    PaymentReason.PAYMENT_LOOK_ALIKE.value: _DECIDE,
    PaymentReason.PAYMENT_UNBALANCED.value: _DECIDE,
    PaymentReason.PAYMENT_UNREADABLE.value: _DECIDE,
    PaymentReason.DEPOSIT_DIFFERS.value: "Ask the payer what the difference is for, and resolve it.",
}
"""What clears a reason; every other reason is cleared by `_FIND`."""


_TEXTS: Final[Mapping[str, str]] = {
    **{one.value: one.phrase for one in HoldReason},
    **{one.value: one.phrase for one in PaymentReason},
}


def held_text(reason: str) -> str:
    """The sentence of a reason of either list."""
    return _TEXTS[reason]


def cleared_by(reason: str) -> str:
    return CLEARED_BY.get(reason, _FIND)
