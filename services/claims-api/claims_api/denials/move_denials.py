"""Take the cases of a claim, or of one charge of it, through moves of their life; returns what to announce."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.announce import RETURNED, moved_events
from claims_api.denials.domain import OPEN_STATES, DenialEvent, DenialState, next_denial_state

_CASES: Final = """
SELECT id, state FROM claims.denial_case
WHERE practice_id = $1 AND claim_id = $2 AND ($3::uuid IS NULL OR charge_id = $3) AND state = ANY($4::text[])
ORDER BY id
FOR UPDATE
"""
_MOVE: Final = f"""
UPDATE claims.denial_case d SET state = $3, closed_at = $4, closed_reason = $5, row_version = d.row_version + 1,
       updated_at = $6
WHERE d.practice_id = $1 AND d.id = $2
RETURNING {RETURNED}
"""


async def move_denials(
    connection: Connection,
    practice_id: int,
    claim_id: UUID,
    charge_id: UUID | None,
    before: Collection[DenialState],
    moves: Sequence[DenialEvent],
    *,
    closed_reason: str | None = None,
    now: datetime,
) -> list[NewEvent]:
    """Cases in one of the states `before` take the moves; a new one is taken up first. The caller commits.

    charge_id: None is every case of the claim. closed_reason: of those that end with the moves.
    """
    moved: list[Row] = []
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, [state.value for state in before]):
        state = DenialState(case["state"])
        taken_up = [DenialEvent.TAKE] if state is DenialState.NEW else []
        for move in (*taken_up, *moves):
            state = next_denial_state(state, move)
        closed = (None, None) if state in OPEN_STATES else (now, closed_reason)
        moved += await connection.fetch(_MOVE, practice_id, case["id"], state.value, *closed, now)
    return moved_events(moved)
