"""A denied amount was written off or moved to another party, or that was undone: the cases of the charge follow."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.announce import RETURNED, moved_events
from claims_api.denials.domain import OPEN_STATES, DenialEvent, DenialState, next_denial_state

_REASONS: Final[Mapping[DenialEvent, str]] = MappingProxyType(
    {
        DenialEvent.WRITE_OFF: "the denied amount was written off",
        DenialEvent.BILL_PATIENT: "the denied amount was moved to the patient",
        DenialEvent.BILL_PAYER: "the denied amount was moved to another payer",
    }
)
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


async def conclude_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, event: DenialEvent, *, now: datetime
) -> list[NewEvent]:
    """Cases that nobody has taken further take the event of `_REASONS`; returns what to announce."""
    states = [DenialState.NEW.value, DenialState.IN_REVIEW.value]
    moved: list[Row] = []
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, states):
        state = DenialState(case["state"])
        if state is DenialState.NEW:
            state = next_denial_state(state, DenialEvent.TAKE)
        state = next_denial_state(state, event)
        closed_at = None if state in OPEN_STATES else now
        reason = None if state in OPEN_STATES else _REASONS[event]
        moved += await connection.fetch(_MOVE, practice_id, case["id"], state.value, closed_at, reason, now)
    return moved_events(moved)


async def reopen_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, event: DenialEvent, *, now: datetime
) -> list[NewEvent]:
    """Cases that this event concluded are in review again; returns what to announce."""
    concluded = next_denial_state(DenialState.IN_REVIEW, event)
    moved: list[Row] = []
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, [concluded.value]):
        state = next_denial_state(concluded, DenialEvent.REOPEN)
        moved += await connection.fetch(_MOVE, practice_id, case["id"], state.value, None, None, now)
    return moved_events(moved)
