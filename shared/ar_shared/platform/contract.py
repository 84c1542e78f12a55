"""What the published contract says about each operation, in the form a request is checked against.

Read once from the OpenAPI document, so that what is enforced and what is published cannot differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ar_shared.kernel.errors import InvalidRequestError, UnsupportedMediaTypeError
from ar_shared.platform.field_errors import nearest
from ar_shared.platform.openapi import operations_of

MAX_BODY_EXTENSION: Final = "x-max-body-bytes"  # in a route's openapi_extra: its own limit


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its path template, what it accepts, and how large a body may be."""

    operation_id: str
    method: str
    template: str
    query_names: frozenset[str]
    media_types: frozenset[str]
    max_body_bytes: int | None

    def check(self, query_names: set[str], content_type: str | None) -> None:
        """Raises UnknownParameterError or UnsupportedMediaTypeError; content_type None means no body."""
        unknown = query_names - self.query_names
        if unknown:
            raise _unknown_parameter(unknown.pop(), self.query_names)
        if self.media_types and content_type is not None:
            essence = content_type.split(";", 1)[0].strip().lower()
            if essence not in self.media_types:
                accepted = ", ".join(sorted(self.media_types))
                raise UnsupportedMediaTypeError(f"accepted here: {accepted}")


@dataclass(frozen=True, slots=True)
class Contract:
    """All operations by id, and every name that may appear in a pointer."""

    operations: Mapping[str, Operation]
    field_names: frozenset[str]

    def methods_of(self, template: str) -> list[str]:
        """What a path offers, for the Allow header of a 405."""
        return sorted(operation.method for operation in self.operations.values() if operation.template == template)


class UnknownParameterError(InvalidRequestError):
    """A misspelt filter that is ignored would return the wrong claims, so it is refused."""

    code = "unknown_parameter"
    title = "A query parameter is not known here"


def read_contract(document: dict[str, Any]) -> Contract:
    """What requests are checked against."""
    operations = [_operation(path, method, operation) for path, method, operation in operations_of(document)]
    names = frozenset(_names(document))
    return Contract({operation.operation_id: operation for operation in operations}, names)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    parameters = operation.get("parameters", [])
    return Operation(
        operation_id=operation["operationId"],
        method=method.upper(),
        template=path,
        query_names=frozenset(item["name"] for item in parameters if item["in"] == "query"),
        media_types=frozenset(operation.get("requestBody", {}).get("content", {})),
        max_body_bytes=operation.get(MAX_BODY_EXTENSION),
    )


def _names(document: Mapping[str, Any]) -> Iterator[str]:
    for schema in document["components"]["schemas"].values():
        yield from schema.get("properties", {})
    for _path, _method, operation in operations_of(dict(document)):
        for parameter in operation.get("parameters", []):
            yield parameter["name"]
            if parameter["in"] == "header":
                yield parameter["name"].lower()


def _unknown_parameter(name: str, known: frozenset[str]) -> UnknownParameterError:
    near = nearest(name, known)
    if near:
        return UnknownParameterError(suggestion=f"Did you mean {near}?")
    known_list = ", ".join(sorted(known)) or "none"
    return UnknownParameterError(suggestion=f"Parameters of this operation: {known_list}.")
