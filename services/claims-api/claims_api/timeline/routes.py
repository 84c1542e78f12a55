"""HTTP of the timeline and of notes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.changes import Change, IdempotencyHeader
from claims_api.claims.add_note import add_note
from claims_api.reads import View
from claims_api.timeline.read_timeline import read_timeline
from claims_api.timeline.schemas import NoteIn, NoteOut, TimelineOut
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/claims/{claim_id}", tags=["claims"])


@router.get("/timeline", operation_id="readClaimTimeline", summary="Read the story of a claim")
async def get_timeline(
    claim_id: UUID, principal: Annotated[Principal, require("claims:read")], wired: Wired
) -> TimelineOut:
    """What was sent, what was answered, remitted, posted, denied, written and told, in one list, oldest first."""
    return await View(principal, wired, "readClaimTimeline", "claim").of(claim_id, read_timeline)


@router.post(
    "/notes", operation_id="addClaimNote", summary="Write a note on a claim", status_code=201, response_model=NoteOut
)
async def post_note(
    claim_id: UUID,
    body: NoteIn,
    request: Request,
    principal: Annotated[Principal, require("claims:write")],
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Signed by the token's actor; a note is never changed or deleted."""

    async def work(connection: Connection, who: Acting) -> NoteOut:
        note_id = await add_note(connection, who, claim_id, body.text)
        return NoteOut(
            id=note_id,
            claim_id=claim_id,
            text=body.text,
            actor_id=who.actor.id,
            actor_kind=who.actor.kind,
            created_at=who.moment.at,
        )

    change = Change(request, principal, wired, idempotency_key, "addClaimNote", "claim", 201, posts=False)
    return await change.run(claim_id, work)
