"""What a page of events points at. An event is a hint where to look; it decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from followup_worker.work_items.domain import SUBJECTS

OWN_SOURCE: Final = "followup"
CLOCK_ADVANCED: Final = "clock.advanced"
_STATEMENT: Final = "bank_statement"
_LINKED: Final = ("claim", "remittance", "receipt")


class FeedEvent(Protocol):
    """The columns of `claims_export.event_v1` that matter here."""

    def __getitem__(self, column: str) -> Any: ...


@dataclass(slots=True)
class Mentioned:
    """Ids by subject type, bank statements that came, and whether the practice's test clock moved."""

    ids: Mapping[str, set[UUID]] = field(default_factory=lambda: {subject: set() for subject in SUBJECTS})
    statements: set[UUID] = field(default_factory=set)
    clock_moved: bool = False


def mentioned_in(events: Iterable[FeedEvent]) -> Mentioned:
    """Everything a page is about; this service's own events are passed over."""
    mentioned = Mentioned()
    for event in events:
        if event["source"] == OWN_SOURCE:
            continue
        mentioned.clock_moved |= event["type"] == CLOCK_ADVANCED
        if event["subject_type"] == _STATEMENT:
            mentioned.statements.add(event["subject_id"])
        for subject, subject_id in _subjects_of(event):
            mentioned.ids[subject].add(subject_id)
    return mentioned


def _subjects_of(event: FeedEvent) -> Iterable[tuple[str, UUID]]:
    if event["subject_type"] in SUBJECTS and event["subject_id"] is not None:
        yield event["subject_type"], event["subject_id"]
    for subject in _LINKED:
        linked = event["data"].get(f"{subject}_id")
        if linked is not None:
            yield subject, UUID(linked)
