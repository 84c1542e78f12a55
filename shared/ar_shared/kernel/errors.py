"""The error family: what went wrong, in a form that the HTTP layer turns into a problem document.

A feature subclasses one of these and sets `code` and `title`. Messages state rules and never repeat what the
caller sent: an error body, a log line and a trace may all outlive the patient data in a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused field: a JSON Pointer into the request body, a stable code and a plain sentence."""

    pointer: str
    code: str
    message: str


class LedgerwellError(Exception):
    """Base of every error a caller may see.

    `edi` names the place in an X12 file (`interchange`, `group`, `transaction`, `segment_index`, `loop`,
    `segment`, `element`); `existing` is the path of the resource that stands in the way.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str = "",
        *,
        pointer: str | None = None,
        suggestion: str | None = None,
        retry_after_seconds: int | None = None,
        errors: tuple[FieldError, ...] = (),
        edi: Mapping[str, str | int] | None = None,
        existing: str | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.suggestion = suggestion
        self.retry_after_seconds = retry_after_seconds
        self.errors = errors or ((FieldError(pointer, self.code, self.detail),) if pointer is not None else ())
        self.edi = edi
        self.existing = existing


class InvalidRequestError(LedgerwellError):
    """The request is well formed and not acceptable; `errors` says which fields and why."""

    status = 422
    code = "invalid_request"
    title = "The request is not valid"


class UnauthenticatedError(LedgerwellError):
    status = 401
    code = "unauthenticated"
    title = "A valid access token is required"


class ForbiddenError(LedgerwellError):
    status = 403
    code = "forbidden"
    title = "The token does not allow this operation"


class NotFoundError(LedgerwellError):
    """Also the answer for what another practice owns: both cases must look the same."""

    status = 404
    code = "not_found"
    title = "There is nothing here"


class ConflictError(LedgerwellError):
    status = 409
    code = "conflict"
    title = "The request conflicts with what is already there"


class StateConflictError(ConflictError):
    """The resource is in a state from which this move is not possible."""

    code = "state_conflict"
    title = "The resource is not in a state that allows this"


class IdempotencyInFlightError(ConflictError):
    """Another request with the same Idempotency-Key has not finished."""

    code = "idempotency_in_flight"
    title = "A request with this Idempotency-Key is still running"
    retryable = True

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class GoneError(LedgerwellError):
    status = 410
    code = "gone"
    title = "This is no longer kept"


class PreconditionFailedError(LedgerwellError):
    status = 412
    code = "precondition_failed"
    title = "The resource has changed since it was read"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, suggestion="Read the resource again and repeat the change.")


class TooLargeError(LedgerwellError):
    status = 413
    code = "body_too_large"
    title = "The request body is too large"


class UnsupportedMediaTypeError(LedgerwellError):
    status = 415
    code = "unsupported_media_type"
    title = "The Content-Type is not accepted here"


class IdempotencyMismatchError(InvalidRequestError):
    """The Idempotency-Key was used before with another request."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key belongs to another request"


class PreconditionRequiredError(LedgerwellError):
    status = 428
    code = "precondition_required"
    title = "If-Match is required"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, suggestion="Send the ETag of the version you read in If-Match.")


class RateLimitedError(LedgerwellError):
    status = 429
    code = "rate_limited"
    title = "Too many requests"
    retryable = True

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class ServiceUnavailableError(LedgerwellError):
    """Something this service needs is away: PostgreSQL, another service, the key server."""

    status = 503
    code = "service_unavailable"
    title = "The service cannot answer right now"
    retryable = True

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 2) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)
