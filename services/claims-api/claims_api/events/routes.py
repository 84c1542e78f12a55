"""HTTP of the event feed."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from ar_shared.kernel.errors import GoneError
from ar_shared.platform.auth import Caller, Principal, require, require_client
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import Int64, SaneInstant, StrictModel, Text, WireModel
from claims_api.events import queries
from claims_api.events.relay_events import relay_events
from claims_api.wiring import Wired

router = APIRouter(tags=["events"])

Sequence = Annotated[int, Query(ge=0, le=2**63 - 1, description="Events after this sequence.")]


class EventOut(WireModel):
    """One fact. `sequence` is gap-free within a practice."""

    sequence: int = Field(examples=[1])
    source: str
    type: str = Field(examples=["claim.created"])
    subject_type: str
    subject_id: UUID | None
    data: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime


class EventPage(WireModel):
    """Events in order; ask again with the last sequence. `head` is the practice's newest."""

    items: list[EventOut]
    head: int


class EventsTrimmedError(GoneError):
    """The feed is kept for 400 days."""

    code = "events_trimmed"
    title = "Events this old are no longer kept"


class HeadOut(WireModel):
    """How far one practice's feed has come."""

    practice_id: int
    last_sequence: int


class HeadsPage(WireModel):
    """Feed heads by practice; ask again with the last practice_id until the page is empty."""

    items: list[HeadOut]


class RelayedEvent(StrictModel):
    """A fact of one of our own services."""

    source_event_id: Int64
    type: Text(60)  # type: ignore[valid-type]
    subject_type: Text(40)  # type: ignore[valid-type]
    subject_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    occurred_at: SaneInstant


class RelayIn(StrictModel):
    """A batch of one practice's facts, in the order of their source ids."""

    practice_id: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
    source: Literal["followup", "reporting"]
    events: list[RelayedEvent] = Field(min_length=1, max_length=1000)


class RelayOut(WireModel):
    """How many were new."""

    placed: int


@router.get(
    "/v1/events",
    operation_id="listEvents",
    summary="Read the event feed",
    responses=problem_responses(EventsTrimmedError),
)
async def get_events(
    principal: Annotated[Principal, require("events:read")],
    wired: Wired,
    after: Sequence = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> EventPage:
    """Facts of the practice after a sequence, in order, none missing. Poll with the last sequence you handled.

    Kept for 400 days: 410 when the next one is older, with the sequence from which to go on.
    """
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        rows = await queries.events_after(connection, principal.practice_id, after, limit)
        kept_from = wired.clock.now() - queries.KEPT_FOR
        if rows and rows[0]["recorded_at"] < kept_from:
            oldest = await queries.last_before(connection, principal.practice_id, kept_from)
            raise EventsTrimmedError(suggestion=f"Ask with after={oldest}; read the resources for what was before.")
        head = await queries.last_sequence(connection, principal.practice_id)
    return EventPage(items=[EventOut(**dict(row)) for row in rows], head=head)


@router.get("/v1/events/heads", operation_id="listEventHeads", summary="Heads of all practices' feeds")
async def get_heads(
    _caller: Annotated[Caller, require_client("internal:events")],
    wired: Wired,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> HeadsPage:
    """For our own services: which practices have events that a cursor has not reached."""
    async with wired.database.control_tx() as connection:
        rows = await queries.heads(connection, after, limit)
    return HeadsPage(items=[HeadOut(**dict(row)) for row in rows])


@router.post("/v1/internal/events", operation_id="relayEvents", summary="Put another service's facts in the feed")
async def post_relay(
    _caller: Annotated[Caller, require_client("internal:events")], wired: Wired, body: RelayIn
) -> RelayOut:
    """Idempotent by source and source_event_id."""
    placed = await relay_events(wired.database, wired.clock, body.practice_id, body.source, body.events)
    return RelayOut(placed=placed)
