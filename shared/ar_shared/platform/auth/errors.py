"""Refusals of authentication and authorisation, with their stable codes."""

from ar_shared.kernel.errors import ForbiddenError, InvalidRequestError, NotFoundError, UnauthenticatedError


class TokenInvalidError(UnauthenticatedError):
    """One code for every defect of a token: saying which one would help only a forger."""

    code = "token_invalid"
    title = "The access token is not valid"


class ActorInvalidError(UnauthenticatedError):
    code = "actor_invalid"
    title = "AR-Actor is not a valid statement signed by this client"


class ScopeMissingError(ForbiddenError):
    code = "scope_missing"
    title = "The token lacks a scope this operation needs"


class PracticeNotFoundError(NotFoundError):
    """The same for a practice that does not exist and one the client may not act for."""

    code = "practice_not_found"
    title = "There is no such practice"


class PracticeRequiredError(InvalidRequestError):
    """The client may act for several practices (or none) and named none."""

    code = "practice_required"
    title = "Name the practice in AR-Practice"
