"""Move claims back when a decision is taken off them: what remains posted says where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.claims.domain import ADJUDICATION_TRANSITIONS, AdjudicationEvent

_MOVES: Final = [
    (state.value, event.value, to.value)
    for (state, event), to in ADJUDICATION_TRANSITIONS.items()
    if event.value.startswith("remit_")
]
_TAKE_OFF: Final = """
UPDATE claims.claim c
SET adjudication_state = a.after, payer_control_number = t.payer_number, row_version = c.row_version + 1,
    updated_at = $2
FROM unnest($3::uuid[], $4::text[], $5::text[]) AS t(claim_id, event, payer_number)
JOIN claims.claim b ON b.practice_id = $1 AND b.id = t.claim_id
JOIN unnest($6::text[], $7::text[], $8::text[]) AS a(before, event, after)
  ON a.before = b.adjudication_state AND a.event = t.event
WHERE c.practice_id = $1 AND c.id = t.claim_id
"""


@dataclass(frozen=True, slots=True)
class Remaining:
    """The last decision that still stands on a claim (None: none does), and the payer's newest number for it."""

    claim_id: UUID
    event: AdjudicationEvent | None
    payer_number: str | None


def event_of(outcome: str | None) -> AdjudicationEvent:
    """The event of a posted decision by its outcome; None is a reversal."""
    return AdjudicationEvent(f"remit_{outcome}" if outcome else "remit_reversed")


async def take_off_decisions(
    connection: Connection, practice_id: int, remaining: Sequence[Remaining], *, now: datetime
) -> None:
    """Each claim to the state of what remains, `none` when nothing does; the caller holds their locks and commits."""
    await connection.execute(
        _TAKE_OFF,
        practice_id,
        now,
        [one.claim_id for one in remaining],
        [(one.event or AdjudicationEvent.REMIT_TAKEN_OFF).value for one in remaining],
        [one.payer_number for one in remaining],
        *[list(column) for column in zip(*_MOVES, strict=True)],
    )
