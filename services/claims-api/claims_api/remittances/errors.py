"""Why what a person says of a payment is refused, wherever it is said."""

from ar_shared.kernel.errors import InvalidRequestError


class MatchRefusedError(InvalidRequestError):
    """The claim or a charge of the match is none that the practice could mean."""

    code = "match_refused"
    title = "The match is not possible"
