"""Why a new version of a claim is refused."""

from collections.abc import Sequence

from ar_shared.kernel.errors import FieldError, StateConflictError
from claims_api.claims.frequency import FrequencyBlocker


class VersionPendingError(StateConflictError):
    """A version that was made before waits to be sent: send or withdraw it first."""

    code = "version_pending"
    title = "A version of this claim waits to be sent"


class VersionRefusedError(StateConflictError):
    """The payer could not take this version; `errors` names every reason and what to do instead."""

    code = "version_refused"
    title = "The payer could not take this version"

    @classmethod
    def because(cls, blockers: Sequence[FrequencyBlocker]) -> "VersionRefusedError":
        told = tuple(FieldError("", blocker.value, blocker.phrase) for blocker in blockers)
        return cls("; ".join(blocker.phrase for blocker in blockers), errors=told)


class NotRejectedError(StateConflictError):
    """Only a claim that was refused before adjudication, or called unprocessable, goes out again as it is."""

    code = "claim_not_rejected"
    title = "The claim was not rejected"


class ClaimNotSentError(StateConflictError):
    """The payer does not have the claim yet."""

    code = "claim_not_sent"
    title = "The claim was not sent yet"


class NothingPendingError(StateConflictError):
    """No version waits to be sent."""

    code = "nothing_pending"
    title = "No version of this claim waits to be sent"


class VoidNotSentError(StateConflictError):
    """No void of this claim is on its way to the payer."""

    code = "void_not_sent"
    title = "No void of this claim was sent"


class PayerMoneyKeptError(StateConflictError):
    """The payer has paid on the claim and not taken it back; its charges cannot be billed again with that on them."""

    code = "payer_money_kept"
    title = "The payer's money is still on the claim"
