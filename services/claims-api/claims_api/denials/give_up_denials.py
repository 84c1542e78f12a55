"""A denied amount was written off, or the write-off taken back: the open cases of the charge follow."""

from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.domain import DenialEvent, DenialState, next_denial_state

_REASON: Final = "the denied amount was written off"
_CASES: Final = """
SELECT id, state, denied_cents, recovered_cents FROM claims.denial_case
WHERE practice_id = $1 AND claim_id = $2 AND charge_id = $3 AND state = ANY($4::text[])
ORDER BY id
FOR UPDATE
"""
_MOVE: Final = """
UPDATE claims.denial_case SET state = $3, closed_at = $4, closed_reason = $5, row_version = row_version + 1,
       updated_at = $6
WHERE practice_id = $1 AND id = $2
"""


async def give_up_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, *, now: datetime
) -> list[NewEvent]:
    """Cases that nobody has taken further become `written_off`; returns what to announce."""
    states = [DenialState.NEW.value, DenialState.IN_REVIEW.value]
    events = []
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, states):
        state = DenialState(case["state"])
        if state is DenialState.NEW:
            state = next_denial_state(state, DenialEvent.TAKE)
        state = next_denial_state(state, DenialEvent.WRITE_OFF)
        await connection.execute(_MOVE, practice_id, case["id"], state.value, now, _REASON, now)
        events.append(_changed(case["id"], claim_id, state, case["denied_cents"], case["recovered_cents"]))
    return events


async def take_up_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, *, now: datetime
) -> list[NewEvent]:
    """Cases that were written off are in review again; returns what to announce."""
    events = []
    written_off = [DenialState.WRITTEN_OFF.value]
    for case in await connection.fetch(_CASES, practice_id, claim_id, charge_id, written_off):
        state = next_denial_state(DenialState.WRITTEN_OFF, DenialEvent.REOPEN)
        await connection.execute(_MOVE, practice_id, case["id"], state.value, None, None, now)
        events.append(_changed(case["id"], claim_id, state, case["denied_cents"], case["recovered_cents"]))
    return events


def _changed(case_id: UUID, claim_id: UUID, state: DenialState, denied_cents: int, recovered_cents: int) -> NewEvent:
    data = {
        "claim_id": str(claim_id),
        "state": state.value,
        "denied_cents": denied_cents,
        "recovered_cents": recovered_cents,
    }
    return NewEvent("denial.changed", "denial", case_id, data)
