"""Facts in the business transaction, numbered afterwards.

A writer appends to its service's `outbox`; only claims-api's sequencer gives out numbers, so a practice's feed has
no gap and no order that a late commit could break. Same shape in every service: schema, outbox, practice_activity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ar_shared.platform.database import Connection


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact: type from `docs/events.md`, the resource it is about, ids and codes only (never patient data)."""

    type: str
    subject_type: str
    subject_id: UUID | None
    data: Mapping[str, Any] = field(default_factory=dict)


def activity_cte(schema: str, kind: str, *, practice: str, now: str) -> str:
    """SQL of a data-modifying CTE that marks the practice as having `kind` of work for the next minute.

    Reads first and writes at most twice a minute: an upsert would lock the row and queue all writers behind it.
    """
    return f"""
        INSERT INTO {schema}.practice_activity (practice_id, kind, active_until)
        SELECT {practice}, '{kind}', {now} + interval '60 seconds'
        WHERE NOT EXISTS (
            SELECT FROM {schema}.practice_activity a
            WHERE a.practice_id = {practice} AND a.kind = '{kind}' AND a.active_until > {now} + interval '30 seconds')
        ON CONFLICT (practice_id, kind) DO UPDATE SET active_until = excluded.active_until"""


async def append_events(
    connection: Connection,
    schema: str,
    practice_id: int,
    events: Sequence[NewEvent],
    *,
    occurred_at: datetime,
    recorded_at: datetime,
) -> list[int]:
    """Outbox ids of the events, in their order. occurred_at: practice clock; recorded_at: machine clock."""
    if not events:
        return []
    rows = await connection.fetch(
        f"""
        WITH active AS ({activity_cte(schema, "events", practice="$1::int", now="$7::timestamptz")})
        INSERT INTO {schema}.outbox
            (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
        SELECT $1, e.type, e.subject_type, e.subject_id, e.data, $6, $7
        FROM unnest($2::text[], $3::text[], $4::uuid[], $5::jsonb[])
            WITH ORDINALITY AS e(type, subject_type, subject_id, data, n)
        ORDER BY e.n
        RETURNING id""",
        practice_id,
        [event.type for event in events],
        [event.subject_type for event in events],
        [event.subject_id for event in events],
        [dict(event.data) for event in events],
        occurred_at,
        recorded_at,
    )
    return [row["id"] for row in rows]


async def active_practices(connection: Connection, schema: str, kind: str, now: datetime) -> list[int]:
    """Practices whose writers announced `kind` of work within the last minute."""
    rows = await connection.fetch(
        f"SELECT practice_id FROM {schema}.practice_activity WHERE kind = $1 AND active_until > $2",
        kind,
        now,
    )
    return [row["practice_id"] for row in rows]
