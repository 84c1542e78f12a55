"""Why a charge is not changed."""

from ar_shared.kernel.errors import StateConflictError


class ChargeBilledError(StateConflictError):
    """The payer has it: what was billed is changed by the version that follows."""

    code = "charge_billed"
    title = "The charge is on a claim that was sent"


class ChargeOnClaimError(StateConflictError):
    """An unsent claim bills the charge, and says by itself what should change here."""

    code = "charge_on_claim"
    title = "A claim that bills the charge forbids this change"


class ChargeMovedError(StateConflictError):
    """Money was posted to it since: take that back first, so that the void leaves nothing behind."""

    code = "charge_moved"
    title = "The charge is no longer open as it was posted"


class ChargeVoidedError(StateConflictError):
    """It is not in the ledger any more."""

    code = "charge_voided"
    title = "The charge was voided before"
