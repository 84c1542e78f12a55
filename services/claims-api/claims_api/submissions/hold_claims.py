"""Keep claims back that cannot go out, with the reason on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.telling import tell

# A version that waits is held by itself: the claim goes on as the payer has it.
_HOLD: Final = """
WITH held AS MATERIALIZED (
    SELECT h.claim_id, h.version, h.kept -> 'blockers' AS blockers
    FROM unnest($2::uuid[], $3::smallint[], $4::jsonb[]) AS h(claim_id, version, kept)
), waiting AS (
    UPDATE claims.claim_version v SET state = 'held', blockers = h.blockers
    FROM held h JOIN claims.claim c ON c.practice_id = $1 AND c.id = h.claim_id AND c.pending_version = h.version
    WHERE v.practice_id = $1 AND v.claim_id = h.claim_id AND v.n = h.version
)
UPDATE claims.claim c
SET submission_state = CASE WHEN c.pending_version IS NULL THEN 'held' ELSE c.submission_state END,
    blockers = h.blockers, row_version = c.row_version + 1, updated_at = $5
FROM held h
WHERE c.practice_id = $1 AND c.id = h.claim_id
RETURNING c.id, c.external_id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that is kept back, and why: blockers as `ClaimOut` shows them."""

    claim_id: UUID
    version: int
    blockers: list[dict[str, Any]]


async def hold_claims(connection: Connection, acting: Acting, held: Sequence[Held]) -> None:
    """The caller has locked the claims, in a state that allows a hold, and commits."""
    if not held:
        return
    codes = {one.claim_id: [blocker["code"] for blocker in one.blockers] for one in held}
    rows = await connection.fetch(
        _HOLD,
        acting.practice_id,
        list(codes),
        [one.version for one in held],
        [{"blockers": one.blockers} for one in held],
        acting.moment.at,
    )
    await tell(
        connection,
        acting,
        [
            NewEvent(
                "claim.held", "claim", row["id"], {"external_id": row["external_id"], "blockers": codes[row["id"]]}
            )
            for row in rows
        ],
    )
