"""Why a take-back is not assigned so."""

from ar_shared.kernel.errors import InvalidRequestError, StateConflictError


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
