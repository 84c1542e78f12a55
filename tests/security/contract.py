"""Every operation of the three services, read from their OpenAPI, and the places in each that can name a resource."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ar_shared.platform.openapi import operations_of
from claims_api.main import create_app as create_claims_api
from followup_worker.main import create_app as create_followup_worker
from reporting_api.main import create_app as create_reporting_api

# Texts of a path or query that name something a practice owns, beside whatever has the format uuid.
NAMES: Final = frozenset({"external_id", "patient_control_number", "trace_number", "cursor"})
# Texts that name nothing of a practice: words of our own catalogues, months, and people who hold a work item. A
# `member` filters sums of the practice's own rows; another practice's id finds nothing (tests/reporting).
WORDS: Final = frozenset({"kpi", "month", "rule", "assignee", "carc", "member"})

Pointer = tuple[str | int, ...]


@dataclass(frozen=True)
class Operation:
    """`key` is `<package>.<operationId>`; scope None means that no token is needed."""

    service: str
    operation_id: str
    method: str
    path: str
    scope: str | None
    takes_practice: bool
    slots: tuple["Slot", ...]
    has_json: bool
    document: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.service}.{self.operation_id}"


@dataclass(frozen=True)
class Slot:
    """A place for the id of a resource: `where` is path, query, body or practice (the AR-Practice header).

    pointer: the name of the parameter, or the way into the body, where `*` stands for each entry of a list.
    """

    where: str
    pointer: Pointer
    kind: str

    def __str__(self) -> str:
        return f"{self.where} {'/'.join(map(str, self.pointer))}"


@cache
def documents() -> Mapping[str, dict[str, Any]]:
    """The OpenAPI document of each service, by package."""
    apps = {
        "claims_api": create_claims_api(),
        "followup_worker": create_followup_worker(),
        "reporting_api": create_reporting_api(),
    }
    return {package: app.openapi() for package, app in apps.items()}


@cache
def operations() -> Mapping[str, Operation]:
    """All operations by key."""
    found = [
        _operation(service, document, path, method, operation)
        for service, document in documents().items()
        for path, method, operation in operations_of(document)
    ]
    return {operation.key: operation for operation in found}


def _operation(
    service: str, document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Operation:
    security = operation.get("security", [])
    parameters = operation.get("parameters", [])
    names = {parameter["name"] for parameter in parameters if parameter["in"] == "header"}
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    slots = [*_parameter_slots(operation["operationId"], parameters)]
    if "AR-Practice" in names:
        slots.append(Slot("practice", ("AR-Practice",), "practice"))
    if schema is not None:
        slots += [Slot("body", pointer, kind) for pointer, kind in _body_slots(document, schema, ())]
    return Operation(
        service=service,
        operation_id=operation["operationId"],
        method=method.upper(),
        path=path,
        scope=security[0]["oauth2"][0] if security else None,
        takes_practice="AR-Practice" in names,
        slots=tuple(slots),
        has_json=schema is not None,
        document=operation,
    )


def _parameter_slots(operation_id: str, parameters: list[dict[str, Any]]) -> Iterator[Slot]:
    for parameter in parameters:
        name, where = parameter["name"], parameter["in"]
        if where == "header":
            continue
        for schema in _alternatives(parameter["schema"]):
            if schema.get("format") == "uuid":
                yield Slot(where, (name,), "uuid")
            elif name in NAMES:
                yield Slot(where, (name,), name)
            elif _may_name_anything(schema) and name not in WORDS:
                raise AssertionError(f"{operation_id}: is {name} a name of something that a practice owns?")


def _may_name_anything(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "string" and not {"enum", "const", "format", "$ref"} & set(schema)


def _alternatives(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    chosen: list[Mapping[str, Any]] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return [alternative for alternative in chosen if alternative.get("type") != "null"]


def _body_slots(document: Mapping[str, Any], schema: Mapping[str, Any], at: Pointer) -> Iterator[tuple[Pointer, str]]:
    """(pointer, kind) of every UUID and every reference in a request body."""
    for alternative in _alternatives(schema):
        if "$ref" in alternative:
            name = alternative["$ref"].rsplit("/", 1)[-1]
            if name == "Reference":
                yield at, "reference"
            else:
                yield from _body_slots(document, document["components"]["schemas"][name], at)
        elif alternative.get("format") == "uuid":
            yield at, "uuid"
        elif alternative.get("type") == "array":
            yield from _body_slots(document, alternative.get("items", {}), (*at, "*"))
        for name, inner in alternative.get("properties", {}).items():
            yield from _body_slots(document, inner, (*at, name))
