"""Why a proposal is not decided so."""

from ar_shared.kernel.errors import StateConflictError


class ProposalDecidedError(StateConflictError):
    """A person has accepted or rejected it."""

    code = "proposal_decided"
    title = "The proposal was decided before"


class CorrectionNotUsableError(StateConflictError):
    """What the payer wrote does not fit our registration; `suggestion` says what to do instead."""

    code = "correction_not_usable"
    title = "The correction cannot be taken over"
