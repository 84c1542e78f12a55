"""RFC 9457 problem documents: the only form in which an error leaves a service.

Nothing in them comes from the request: pointers name fields of the published contract, sentences are ours, and
what a library said stays inside.
"""

from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, Literal

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ar_shared.kernel.errors import LedgerwellError
from ar_shared.platform.context import current_context
from ar_shared.platform.field_errors import explain

MEDIA_TYPE: Final = "application/problem+json"
_TYPE_PREFIX: Final = "urn:ledgerwell:problem:"
_CODES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("malformed_request", "The request could not be read"),
    404: ("route_not_found", "There is no such path"),
    405: ("method_not_allowed", "This path does not offer this method"),
    413: ("body_too_large", "The request body is too large"),
}


class ProblemField(BaseModel):
    """One refused part of the request."""

    where: Literal["body", "query", "path", "header"] = Field(alias="in", examples=["body"])
    pointer: str = Field(description="JSON Pointer", examples=["/lines/0/charge_cents"])
    code: str = Field(examples=["too_small"])
    message: str = Field(examples=["Must be at least 0."])
    suggestion: str | None = None


class Problem(BaseModel):
    """RFC 9457 problem document. `code` is stable; `detail` is for people and may change."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    type: str = Field(examples=["urn:ledgerwell:problem:not_found"])
    title: str
    status: int = Field(ge=400, le=599, examples=[404])
    code: str = Field(examples=["not_found"])
    detail: str
    retryable: bool = Field(description="True if the same request may succeed later.")
    request_id: str
    errors: list[ProblemField] = []
    suggestion: str | None = None
    edi: dict[str, str | int] | None = Field(default=None, description="Where in the X12 file the cause is.")
    existing: str | None = Field(default=None, description="Path of the resource in the way.")


def problem_response(
    status: int,
    code: str,
    title: str,
    *,
    detail: str = "",
    retryable: bool = False,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """The reply for one problem; `members` that are None are left out."""
    context = current_context()
    body = {
        "type": _TYPE_PREFIX + code,
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "retryable": retryable,
        "request_id": context.request_id if context else "",
        "errors": list(errors),
        **{name: value for name, value in members.items() if value is not None},
    }
    return Response(orjson.dumps(body), status, media_type=MEDIA_TYPE, headers=headers)


def error_response(error: LedgerwellError) -> Response:
    """The reply for an error of our own family."""
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem_response(
        error.status,
        error.code,
        error.title,
        detail=error.detail,
        retryable=error.retryable,
        errors=[
            {"in": "body", "pointer": field.pointer, "code": field.code, "message": field.message}
            for field in error.errors
        ],
        headers=headers,
        suggestion=error.suggestion,
        edi=error.edi,
        existing=error.existing,
    )


def unhandled_response() -> Response:
    """The reply for a defect of ours: it says nothing but the request id under which the log has it."""
    return problem_response(500, LedgerwellError.code, LedgerwellError.title)


async def on_own_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, LedgerwellError)
    return error_response(error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Errors of the framework itself: unknown path, wrong method, unreadable body, body over the limit."""
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code, title = _CODES.get(error.status_code, (phrase.lower().replace(" ", "_"), phrase))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers |= _allow(request)
    return problem_response(error.status_code, code, title, headers=headers)


def _allow(request: Request) -> dict[str, str]:
    """All methods of the path; the framework names only those of the first route that matched."""
    route = request.scope.get("route")
    methods = request.app.state.platform.contract.methods_of(getattr(route, "path", ""))
    return {"Allow": ", ".join(methods)} if methods else {}


def validation_handler(
    field_names: Callable[[], Collection[str]],
) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """The handler for refused requests; `field_names` are the names that may appear in a pointer."""

    async def on_validation_error(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(
            422,
            "invalid_request",
            "The request is not valid",
            detail="One or more fields are not acceptable; `errors` lists them.",
            errors=explain(error.errors(), field_names()),
        )

    return on_validation_error


def problem_responses(*errors: type[LedgerwellError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: which errors of its own it may answer with, grouped by status."""
    by_status: dict[int | str, list[type[LedgerwellError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {status: describe_problem(_lines(members)) for status, members in by_status.items()}


def describe_problem(description: str) -> dict[str, Any]:
    """One OpenAPI response object that points at the shared Problem schema."""
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _lines(errors: Iterable[type[LedgerwellError]]) -> str:
    return "\n".join(f"- `{error.code}`: {error.title}" for error in errors)
