"""Why there is no claim to the next payer."""

from ar_shared.kernel.errors import StateConflictError


class NotDecidedError(StateConflictError):
    """A later payer is billed after the payer before it has decided."""

    code = "payer_not_decided"
    title = "The payer before has not decided"


class NothingForNextPayerError(StateConflictError):
    """No later payer owes anything on this claim."""

    code = "nothing_for_next_payer"
    title = "No later payer owes anything"


class CrossoverAwaitedError(StateConflictError):
    """The payer passed the claim on itself; a claim of ours would be a duplicate."""

    code = "crossover_awaited"
    title = "The next payer got this claim from the one before"


class CobUnbalancedError(StateConflictError):
    """The decision does not account for what was charged; `errors` names each place with its difference."""

    code = "cob_unbalanced"
    title = "The payer's decision does not add up"
