"""Parts of payments as rows hold them between adjudication and payment day."""

from typing import Any, Final

from pydantic import TypeAdapter

from claims_api.simulator.domain.plan import PlannedPart

_PART: Final = TypeAdapter(PlannedPart)


def part_to_json(part: PlannedPart) -> dict[str, Any]:
    """Plain JSON without what is empty."""
    stored: dict[str, Any] = _PART.dump_python(part, mode="json", exclude_defaults=True)
    return stored


def part_from_json(stored: dict[str, Any]) -> PlannedPart:
    """The inverse; the stored object is trusted."""
    return _PART.validate_python(stored)
