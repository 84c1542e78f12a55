"""Why a change of a stored payment is refused."""

from ar_shared.kernel.errors import InvalidRequestError, StateConflictError


class RemittanceNotQueuedError(StateConflictError):
    """Only a payment that waits can be released or rejected."""

    code = "remittance_not_queued"
    title = "The remittance does not wait for a decision"


class RemittanceNotPostedError(StateConflictError):
    """Nothing of it is in the books."""

    code = "remittance_not_posted"
    title = "The remittance is not in the books"


class ClaimNotHeldError(StateConflictError):
    """The claim of the payment is posted, a memo, or its payment is not in the books."""

    code = "claim_not_held"
    title = "The claim's money is not held"


class ClaimNotPostedError(StateConflictError):
    """There is nothing to take off."""

    code = "claim_not_posted"
    title = "The claim of the remittance is not posted"


class ClaimNotMatchableError(StateConflictError):
    """What the payer wrote cannot post to the claim; `detail` says why."""

    code = "claim_not_matchable"
    title = "The claim of the remittance cannot be posted there"


class LaterPostingError(StateConflictError):
    """A later decision stands on this one; `existing` is its payment."""

    code = "later_posting_exists"
    title = "A later remittance was posted on the same claim"


class DepositDiffersError(InvalidRequestError):
    """The confirmed deposit is not the payment's total."""

    code = "deposit_differs"
    title = "The deposit is not the payment's total"


class RemittanceUsedError(StateConflictError):
    """Something outside the remittance rests on it."""

    code = "remittance_in_use"
    title = "Money of the remittance was used elsewhere"
