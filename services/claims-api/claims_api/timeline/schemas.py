"""Wire shapes of the timeline."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import StrictModel, Text, WireModel

EntryKind = Literal["sent", "acknowledgement", "remittance", "reversal", "journal", "denial", "review", "note", "event"]


class TimelineEntry(WireModel):
    """One thing that happened. What `data` holds depends on `kind`; cents, codes and ids have the names of their own
    resources."""

    at: datetime = Field(description="When we knew, by the practice's clock.")
    on: date | None = Field(default=None, description="The business date, where there is another one.")
    kind: EntryKind
    link: str | None = None
    data: dict[str, Any]


class TimelineOut(WireModel):
    """Oldest first."""

    claim_id: UUID
    entries: list[TimelineEntry]


class NoteIn(StrictModel):
    """What a person wants to be remembered about a claim."""

    text: Text(4000)  # type: ignore[valid-type]


class NoteOut(WireModel):
    """A note; it never changes."""

    id: UUID
    claim_id: UUID
    text: str
    actor_id: str | None
    actor_kind: str
    created_at: datetime
