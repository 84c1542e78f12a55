"""Why a paper remittance is refused."""

from ar_shared.kernel.errors import InvalidRequestError


class EobDiffersError(InvalidRequestError):
    """An entered remittance does not add up; `errors` point at each line, claim and payment that does not."""

    code = "eob_unbalanced"
    title = "The remittance does not add up"
