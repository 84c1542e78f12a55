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


class MatchRefusedError(InvalidRequestError):
    """The claim or a charge of the match is none that the practice could mean."""

    code = "match_refused"
    title = "The match is not possible"


class DepositDiffersError(InvalidRequestError):
    """The confirmed deposit is not the payment's total."""

    code = "deposit_differs"
    title = "The deposit is not the payment's total"


class RemittanceUsedError(StateConflictError):
    """Something outside the remittance rests on it."""

    code = "remittance_in_use"
    title = "Money of the remittance was used elsewhere"


class EobDiffersError(InvalidRequestError):
    """An entered remittance does not add up; `errors` point at each line, claim and payment that does not."""

    code = "eob_unbalanced"
    title = "The remittance does not add up"


class ItemNotAssignableError(StateConflictError):
    """It is settled, or is not money that was taken back."""

    code = "item_not_assignable"
    title = "The amount cannot be assigned to a claim"


class AssignmentRefusedError(InvalidRequestError):
    """The claim or the amount is none that the payer could have taken back."""

    code = "assignment_refused"
    title = "The take-back cannot be assigned so"


class AssignmentUndoneError(StateConflictError):
    """There is nothing left to take back of it."""

    code = "assignment_undone"
    title = "The assignment was taken back before"


class ProposalDecidedError(StateConflictError):
    """A person has accepted or rejected it."""

    code = "proposal_decided"
    title = "The proposal was decided before"


class CorrectionNotUsableError(StateConflictError):
    """What the payer wrote does not fit our registration; `suggestion` says what to do instead."""

    code = "correction_not_usable"
    title = "The correction cannot be taken over"
