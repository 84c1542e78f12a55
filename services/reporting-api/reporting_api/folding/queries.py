"""SQL of the fold: which events come next, and the one statement that adds them up."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ar_shared.platform.database import Connection, Row
from reporting_api.aging import queries as aging
from reporting_api.measures import queries as measures
from reporting_api.measures.facts import ENTRIES

MAX_ENTRIES: Final = 50_000
MAX_EVENTS: Final = 10_000

# $1 practice, $2 cursor, $3 last event of this fold, $4 time zone, $5 month ends that have a checkpoint.
_FOLD: Final = f"""
WITH entry AS MATERIALIZED ({ENTRIES}
), {aging.FOLD_CTES}, {measures.FOLD_CTES}
UPDATE reporting.fold_cursor c
SET last_sequence = $3,
    exact_at = (SELECT e.recorded_at FROM claims_export.event_v1 e WHERE e.practice_id = $1 AND e.sequence = $3),
    max_late_days = greatest(c.max_late_days, (SELECT max(known_on - effective_on) FROM entry),
                             (SELECT max(known_on - effective_on) FROM measured))
WHERE c.practice_id = $1
"""


async def lock_cursor(connection: Connection, practice_id: int) -> Row | None:
    """The practice's cursor, locked until commit; None while another replica folds this practice."""
    await connection.execute(
        "INSERT INTO reporting.fold_cursor (practice_id, last_sequence, max_late_days) VALUES ($1, 0, 0) "
        "ON CONFLICT (practice_id) DO NOTHING",
        practice_id,
    )
    return await connection.fetchrow(
        "SELECT last_sequence, first_checkpoint_on, last_checkpoint_on FROM reporting.fold_cursor "
        "WHERE practice_id = $1 FOR UPDATE SKIP LOCKED",
        practice_id,
    )


async def feed_head(connection: Connection, practice_id: int) -> int:
    """The practice's newest event; 0 when nothing has happened."""
    found: int | None = await connection.fetchval(
        "SELECT last_sequence FROM claims_export.event_head_v1 WHERE practice_id = $1", practice_id
    )
    return found or 0


async def fold_end(connection: Connection, practice_id: int, after: int, head: int) -> int:
    """The last event to take so that a fold stays at MAX_ENTRIES; one event alone may be larger."""
    through: int = await connection.fetchval(
        """
        WITH running AS (
            SELECT event_sequence, sum(count(*)) OVER (ORDER BY event_sequence) AS entries
            FROM claims_export.ledger_entry_v1
            WHERE practice_id = $1 AND event_sequence > $2 AND event_sequence <= $3
            GROUP BY event_sequence
        )
        SELECT CASE WHEN count(*) = 0 THEN $3 ELSE greatest(min(event_sequence) - 1, $2 + 1) END
        FROM running WHERE entries > $4""",
        practice_id,
        after,
        min(head, after + MAX_EVENTS),
        MAX_ENTRIES,
    )
    return through


async def fold(
    connection: Connection, practice_id: int, after: int, through: int, time_zone: str, crossable: Sequence[date]
) -> None:
    """Add the events after `after` through `through` to every rollup and move the cursor."""
    await measures.record_claim_facts(connection, practice_id, after, through, time_zone)
    await connection.execute(_FOLD, practice_id, after, through, time_zone, list(crossable))


async def record_checkpoints(connection: Connection, practice_id: int, first: date, last: date) -> None:
    """Remember from which through which month end checkpoints exist."""
    await connection.execute(
        "UPDATE reporting.fold_cursor SET first_checkpoint_on = coalesce(first_checkpoint_on, $2), "
        "last_checkpoint_on = $3 WHERE practice_id = $1",
        practice_id,
        first,
        last,
    )


async def progress(connection: Connection, practice_id: int) -> Row:
    """(sequence, head, exact_at); one row, 0 before the first event."""
    row = await connection.fetchrow(
        """
        SELECT coalesce(c.last_sequence, 0) AS sequence, coalesce(h.last_sequence, 0) AS head, c.exact_at
        FROM (VALUES (1)) AS one
        LEFT JOIN reporting.fold_cursor c ON c.practice_id = $1
        LEFT JOIN claims_export.event_head_v1 h ON h.practice_id = $1""",
        practice_id,
    )
    assert row is not None
    return row
