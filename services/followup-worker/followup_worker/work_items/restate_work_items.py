"""Keep the amount and the deadline of live work items equal to what the claims say."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection

_RESTATE: Final = """
UPDATE followup.work_item w
SET amount_cents = n.amount_cents, deadline_on = n.deadline_on, due_on = least(w.due_on, n.deadline_on),
    row_version = w.row_version + 1, updated_at = $5
FROM unnest($2::uuid[], $3::bigint[], $4::date[]) AS n(id, amount_cents, deadline_on)
WHERE w.practice_id = $1 AND w.id = n.id AND w.state NOT IN ('completed', 'closed')
"""


async def restate_work_items(
    connection: Connection,
    practice_id: int,
    facts: Sequence[tuple[UUID, int, date | None]],
    machine: datetime,
) -> None:
    """Set (amount in cents, deadline) of each live item; a nearer deadline also pulls the due date forward."""
    if not facts:
        return
    ids, amounts, deadlines = zip(*facts, strict=True)
    await connection.execute(_RESTATE, practice_id, list(ids), list(amounts), list(deadlines), machine)
