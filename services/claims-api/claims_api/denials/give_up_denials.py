"""A denied amount was written off, or the write-off taken back: the open cases of the charge follow."""

from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.announce import RETURNED, moved_events
from claims_api.denials.domain import DenialEvent, DenialState, next_denial_state

_REASON: Final = "the denied amount was written off"
_CASES: Final = """
SELECT id, state FROM claims.denial_case
WHERE practice_id = $1 AND claim_id = $2 AND charge_id = $3 AND state = ANY($4::text[])
ORDER BY id
FOR UPDATE
"""
_MOVE: Final = f"""
UPDATE claims.denial_case d SET state = $3, closed_at = $4, closed_reason = $5, row_version = d.row_version + 1,
       updated_at = $6
WHERE d.practice_id = $1 AND d.id = $2
RETURNING {RETURNED}
"""


async def give_up_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, *, now: datetime
) -> list[NewEvent]:
    """Cases that nobody has taken further become `written_off`; returns what to announce."""
    states = [DenialState.NEW.value, DenialState.IN_REVIEW.value]
    moved: list[Row] = []
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, states):
        state = DenialState(case["state"])
        if state is DenialState.NEW:
            state = next_denial_state(state, DenialEvent.TAKE)
        state = next_denial_state(state, DenialEvent.WRITE_OFF)
        moved += await connection.fetch(_MOVE, practice_id, case["id"], state.value, now, _REASON, now)
    return moved_events(moved)


async def take_up_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, *, now: datetime
) -> list[NewEvent]:
    """Cases that were written off are in review again; returns what to announce."""
    moved: list[Row] = []
    written_off = [DenialState.WRITTEN_OFF.value]
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, written_off):
        state = next_denial_state(DenialState.WRITTEN_OFF, DenialEvent.REOPEN)
        moved += await connection.fetch(_MOVE, practice_id, case["id"], state.value, None, None, now)
    return moved_events(moved)
