"""The published contract: FastAPI's document with problem documents in place of its own error shapes."""

from typing import Any, Final

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from ar_shared.platform.idempotency import MAX_KEY
from ar_shared.platform.problems import Problem, describe_problem

_METHODS: Final = ("get", "put", "post", "delete", "patch")
_ALWAYS: Final = {
    "400": "The request could not be read.",
    "422": "The request is not valid; `errors` says where.",
    "429": "Too many requests; wait as long as `Retry-After` says.",
    "500": "A defect of ours; quote `request_id`.",
    "503": "Something we need is away; try again after `Retry-After`.",
}
_WITH_TOKEN: Final = {
    "401": "No valid access token.",
    "403": "The token lacks the scope.",
    "404": "Nothing here, or nothing this client may see.",
}
_KEY: Final = (
    "Any 1 to 255 printable ASCII characters, of your own making, one for each write. The same key with the same body "
    "within 30 days gets the first answer again; with another body, 422."
)
_WITH_BODY: Final = {"413": "The body is too large.", "415": "The Content-Type is not accepted."}


def published_document(app: FastAPI) -> dict[str, Any]:
    """The contract of an app with all its routes."""
    return _with_problems(app.openapi())


def operations_of(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every (path, method, operation) of an OpenAPI document."""
    return [
        (path, method, item[method])
        for path, item in document.get("paths", {}).items()
        for method in _METHODS
        if method in item
    ]


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas.update(definitions["$defs"])
    for _, _, operation in operations_of(document):
        _add_problems(operation)
        _describe_key(operation)
    return document


def _describe_key(operation: dict[str, Any]) -> None:
    """What an Idempotency-Key may be; checked by `ar_shared.platform.idempotency`, whose error says it in our words."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key":
            parameter["schema"] = {"type": "string", "pattern": "^[ -~]+$", "minLength": 1, "maxLength": MAX_KEY}
            parameter["description"] = _KEY
            parameter["example"] = "2f6c1f0e-create-claim-1001"


def _add_problems(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    expected = {**_ALWAYS}
    if "security" in operation:
        expected |= _WITH_TOKEN
    if "requestBody" in operation:
        expected |= _WITH_BODY
    for status, description in expected.items():
        responses.setdefault(status, describe_problem(description))
    operation["responses"] = dict(sorted(responses.items()))
