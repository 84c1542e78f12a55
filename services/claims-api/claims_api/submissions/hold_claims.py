"""Keep claims back that cannot go out, with the reason on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.acting import Acting

_HOLD: Final = """
UPDATE claims.claim c
SET submission_state = 'held', blockers = h.kept -> 'blockers', row_version = c.row_version + 1, updated_at = $4
FROM unnest($2::uuid[], $3::jsonb[]) AS h(claim_id, kept)
WHERE c.practice_id = $1 AND c.id = h.claim_id
RETURNING c.id, c.external_id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that is kept back, and why: blockers as `ClaimOut` shows them."""

    claim_id: UUID
    blockers: list[dict[str, Any]]


async def hold_claims(connection: Connection, acting: Acting, held: Sequence[Held]) -> None:
    """The caller has locked the claims, in a state that allows a hold, and commits."""
    if not held:
        return
    codes = {one.claim_id: [blocker["code"] for blocker in one.blockers] for one in held}
    rows = await connection.fetch(
        _HOLD, acting.practice_id, list(codes), [{"blockers": one.blockers} for one in held], acting.moment.at
    )
    await append_events(
        connection,
        "claims",
        acting.practice_id,
        [
            NewEvent(
                "claim.held", "claim", row["id"], {"external_id": row["external_id"], "blockers": codes[row["id"]]}
            )
            for row in rows
        ],
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
