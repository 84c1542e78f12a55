"""Close work items whose cause went away, whoever has them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from followup_worker.practice_clock import Now

_CLOSE: Final = """
UPDATE followup.work_item
SET state = 'closed', ended_at = $3, snoozed_until = NULL, holder_kind = NULL, holder_id = NULL,
    leased_until = NULL, row_version = row_version + 1, updated_at = $4
WHERE practice_id = $1 AND id = ANY($2::uuid[]) AND state IN ('open', 'snoozed')
RETURNING id, rule, claim_id
"""


async def close_work_items(connection: Connection, practice_id: int, ids: Sequence[UUID], now: Now) -> int:
    """How many of the items were live and are closed now, each with its `work_item.closed` fact."""
    if not ids:
        return 0
    rows = await connection.fetch(_CLOSE, practice_id, ids, now.practice.at, now.machine)
    events = [
        NewEvent(
            "work_item.closed",
            "work_item",
            row["id"],
            {"rule": row["rule"], "claim_id": str(row["claim_id"]) if row["claim_id"] else None},
        )
        for row in rows
    ]
    await append_events(
        connection, "followup", practice_id, events, occurred_at=now.practice.at, recorded_at=now.machine
    )
    return len(rows)
