"""SQL of the event feed."""

from datetime import datetime, timedelta
from typing import Final

from ar_shared.platform.database import Connection, Row

BATCH: Final = 2_000
KEPT_FOR: Final = timedelta(days=400)

_SEQUENCE: Final = """
WITH head AS (
    SELECT last_sequence FROM claims.event_head WHERE practice_id = $1 FOR UPDATE SKIP LOCKED
), picked AS (
    SELECT o.id FROM claims.outbox o, head WHERE o.practice_id = $1 ORDER BY o.id LIMIT $2
), taken AS (
    DELETE FROM claims.outbox o USING picked WHERE o.practice_id = $1 AND o.id = picked.id
    RETURNING o.id, o.type, o.subject_type, o.subject_id, o.data, o.occurred_at, o.recorded_at
), placed AS (
    INSERT INTO claims.event (practice_id, sequence, source, source_event_id, type, subject_type, subject_id,
                              data, occurred_at, recorded_at)
    SELECT $1, head.last_sequence + row_number() OVER (ORDER BY taken.id), 'claims', taken.id, taken.type,
           taken.subject_type, taken.subject_id, taken.data, taken.occurred_at, taken.recorded_at
    FROM taken, head
    RETURNING sequence
), counted AS (
    SELECT count(*) AS n, max(sequence) AS top FROM placed
), moved AS (
    UPDATE claims.event_head h SET last_sequence = counted.top
    FROM counted WHERE h.practice_id = $1 AND counted.n > 0
)
SELECT n FROM counted
"""


async def sequence_batch(connection: Connection, practice_id: int) -> int:
    """Number up to BATCH waiting facts of the practice; 0 when none waits or another replica is at it."""
    return int(await connection.fetchval(_SEQUENCE, practice_id, BATCH))


async def events_after(connection: Connection, practice_id: int, after: int, limit: int) -> list[Row]:
    """Events with a greater sequence, in order."""
    return await connection.fetch(
        "SELECT sequence, source, type, subject_type, subject_id, data, occurred_at, recorded_at "
        "FROM claims.event WHERE practice_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        practice_id,
        after,
        limit,
    )


async def last_before(connection: Connection, practice_id: int, instant: datetime) -> int:
    """The newest event recorded before an instant; 0 when there is none."""
    return int(
        await connection.fetchval(
            "SELECT coalesce(max(sequence), 0) FROM claims.event WHERE practice_id = $1 AND recorded_at < $2",
            practice_id,
            instant,
        )
    )


async def last_sequence(connection: Connection, practice_id: int) -> int:
    """The head of the practice's feed; 0 when nothing has happened."""
    return int(
        await connection.fetchval("SELECT last_sequence FROM claims.event_head WHERE practice_id = $1", practice_id)
        or 0
    )


async def heads(connection: Connection, after_practice: int, limit: int) -> list[Row]:
    """Heads of all practices, by internal number: what a service compares its cursors with."""
    return await connection.fetch(
        "SELECT practice_id, last_sequence FROM claims.event_head "
        "WHERE practice_id > $1 AND last_sequence > 0 ORDER BY practice_id LIMIT $2",
        after_practice,
        limit,
    )


async def relay(
    connection: Connection, practice_id: int, source: str, events: list[dict[str, object]], recorded_at: datetime
) -> int:
    """Number another service's facts after the last one; a fact that came before is left out. How many were new.

    Waits for the practice's head row: sequencing is exclusive. The lock is a statement of its own, so that the next
    one sees what was placed while this one waited.
    """
    await connection.execute("SELECT FROM claims.event_head WHERE practice_id = $1 FOR UPDATE", practice_id)
    return int(
        await connection.fetchval(
            """
            WITH head AS (
                SELECT last_sequence FROM claims.event_head WHERE practice_id = $1
            ), incoming AS (
                SELECT * FROM jsonb_to_recordset($3) AS e(
                    source_event_id bigint, type text, subject_type text, subject_id uuid, data jsonb,
                    occurred_at timestamptz)
            ), fresh AS (
                SELECT i.* FROM incoming i
                WHERE NOT EXISTS (SELECT FROM claims.event e WHERE e.practice_id = $1 AND e.source = $2
                                  AND e.source_event_id = i.source_event_id)
            ), placed AS (
                INSERT INTO claims.event (practice_id, sequence, source, source_event_id, type, subject_type,
                                          subject_id, data, occurred_at, recorded_at)
                SELECT $1, head.last_sequence + row_number() OVER (ORDER BY fresh.source_event_id), $2,
                       fresh.source_event_id, fresh.type, fresh.subject_type, fresh.subject_id, fresh.data,
                       fresh.occurred_at, $4
                FROM fresh, head
                RETURNING sequence
            ), counted AS (
                SELECT count(*) AS n, max(sequence) AS top FROM placed
            ), moved AS (
                UPDATE claims.event_head h SET last_sequence = counted.top
                FROM counted WHERE h.practice_id = $1 AND counted.n > 0
            )
            SELECT n FROM counted""",
            practice_id,
            source,
            events,
            recorded_at,
        )
    )
