"""Write a note on a claim."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.telling import tell


async def add_note(connection: Connection, acting: Acting, claim_id: UUID, text: str) -> UUID:
    """The note's id; the caller commits. The event names the note and never repeats it. Raises NotFoundError."""
    note_id = uuid7()
    claim = await connection.fetchrow(
        "WITH claim AS (SELECT id, external_id FROM claims.claim WHERE practice_id = $1 AND id = $2), "
        "note AS (INSERT INTO claims.claim_note (practice_id, id, claim_id, text, actor_id, actor_kind, created_at) "
        "SELECT $1, $3, claim.id, $4, $5, $6, $7 FROM claim) SELECT external_id FROM claim",
        acting.practice_id,
        claim_id,
        note_id,
        text,
        acting.actor.id,
        acting.actor.kind,
        acting.moment.at,
    )
    if claim is None:
        raise NotFoundError("there is no such claim")
    event = NewEvent("note.added", "claim", claim_id, {"external_id": claim["external_id"], "note_id": note_id})
    await tell(connection, acting, [event])
    return note_id
