"""Turns validation errors into sentences of our own that repeat nothing of the input.

pydantic's messages quote characters of the input, its locations hold keys the caller chose and names of union
members. Only names that the published contract knows, and list positions, get through.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from ar_shared.platform.types import Rule

_MAX_ERRORS: Final = 50
_MAX_POSITION: Final = 99_999  # a larger number is a key of the caller's, not a place in a list
_LIMITS: Final = (
    "ge",
    "gt",
    "le",
    "lt",
    "min_length",
    "max_length",
    "multiple_of",
    "max_digits",
    "decimal_places",
)
# pydantic's error type -> our code and sentence; {limit} is the bound from our own schema.
_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("missing", "Is required."),
    "extra_forbidden": ("unknown_field", "Holds a field that is not known here."),
    "json_invalid": ("json_invalid", "The body is not valid JSON."),
    "string_too_short": ("too_short", "Must have at least {limit} characters."),
    "string_too_long": ("too_long", "Must have at most {limit} characters."),
    "string_pattern_mismatch": ("wrong_format", "Does not have the documented format."),
    "too_short": ("too_few", "Must have at least {limit} entries."),
    "too_long": ("too_many", "Must have at most {limit} entries."),
    "greater_than": ("too_small", "Must be greater than {limit}."),
    "greater_than_equal": ("too_small", "Must be at least {limit}."),
    "less_than": ("too_large", "Must be less than {limit}."),
    "less_than_equal": ("too_large", "Must be at most {limit}."),
    "enum": ("not_a_choice", "Is not one of the documented values."),
    "literal_error": ("not_a_choice", "Is not one of the documented values."),
    "decimal_max_places": ("too_precise", "Must have at most {limit} decimal places."),
    "decimal_max_digits": ("too_large", "Must have at most {limit} digits."),
}
_FAMILIES: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("wrong_type", "Must be a text."),
    "int": ("wrong_type", "Must be a whole number."),
    "bool": ("wrong_type", "Must be true or false."),
    "float": ("wrong_type", "Must be a number."),
    "decimal": ("wrong_type", "Must be a decimal number."),
    "date": ("wrong_type", "Must be a date like 2026-03-31."),
    "datetime": ("wrong_type", "Must be an instant like 2026-03-31T14:05:00Z."),
    "uuid": ("wrong_type", "Must be a UUID."),
    "list": ("wrong_type", "Must be a list."),
    "dict": ("wrong_type", "Must be an object."),
    "model": ("wrong_type", "Must be an object."),
}
_OTHER: Final = ("not_valid", "Is not valid.")


def explain(errors: Sequence[Mapping[str, Any]], known_names: Collection[str]) -> list[dict[str, str]]:
    """`errors[]` of the problem document for pydantic's errors, at most 50.

    known_names: every field and parameter name of the contract; anything else in a location came from the caller.
    """
    return [_explain_one(error, known_names) for error in errors[:_MAX_ERRORS]]


def _explain_one(error: Mapping[str, Any], known_names: Collection[str]) -> dict[str, str]:
    kind: str = error["type"]
    where, *path = error["loc"] or ("body",)
    code, sentence = _sentence(kind, error.get("ctx") or {})
    entry = {"in": str(where), "pointer": _pointer(kind, path, known_names), "code": code, "message": sentence}
    if kind == "extra_forbidden":
        near = nearest(str(path[-1]), known_names)
        return {**entry, "suggestion": f"Did you mean {near}?"} if near else entry
    return entry


def nearest(name: str, known_names: Collection[str]) -> str | None:
    """The known name most like `name`, or None if none is close."""
    return next(iter(difflib.get_close_matches(name[:64], known_names, n=1, cutoff=0.6)), None)


def _pointer(kind: str, path: Sequence[str | int], known_names: Collection[str]) -> str:
    if kind == "json_invalid":
        return ""
    steps = path[:-1] if kind == "extra_forbidden" else path
    return "".join(f"/{step}" for step in steps if _is_ours(step, known_names))


def _is_ours(step: str | int, known_names: Collection[str]) -> bool:
    return 0 <= step <= _MAX_POSITION if isinstance(step, int) else step in known_names


def _sentence(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    if kind in Rule.sentences:
        return kind, Rule.sentences[kind]
    known = _SENTENCES.get(kind)
    if known is None:
        return _FAMILIES.get(kind.split("_", 1)[0], _OTHER)
    code, sentence = known
    limit = next((context[name] for name in _LIMITS if name in context), "")
    return code, sentence.format(limit=limit)
