"""SQL of the sweep schedule: what is due, what was started and never ended, what is parked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ar_shared.platform.database import Connection, Row

_ENROL: Final = """
INSERT INTO followup.sweep_schedule (practice_id, due_at, attempts)
SELECT p.practice_id, $1, 0 FROM claims_export.practice_v1 p
WHERE NOT EXISTS (SELECT FROM followup.sweep_schedule s WHERE s.practice_id = p.practice_id)
ON CONFLICT DO NOTHING
"""

_BEGIN: Final = """
UPDATE followup.sweep_schedule
SET attempts = attempts + 1, parked_at = CASE WHEN attempts >= $3 THEN $2::timestamptz END
WHERE practice_id = $1 AND due_at <= $2 AND parked_at IS NULL
RETURNING parked_at IS NULL
"""

_FINISH: Final = """
UPDATE followup.sweep_schedule s
SET due_at = $3, attempts = 0, parked_at = NULL, swept_at = $2, swept_to = $4, oldest_open_days = (
    SELECT $5::date - min(w.opened_on) FROM followup.work_item w
    WHERE w.practice_id = $1 AND w.state IN ('open', 'snoozed'))
WHERE s.practice_id = $1
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a finished sweep leaves: next due (machine) and the practice's moment and day it saw."""

    at: datetime
    next_due_at: datetime
    to: datetime
    today: date


async def enrol_practices(connection: Connection, machine: datetime) -> None:
    """Give every practice a schedule; a new one is due at once."""
    await connection.execute(_ENROL, machine)


async def due_practices(connection: Connection, machine: datetime) -> list[int]:
    """Practices to sweep, the longest due first."""
    rows = await connection.fetch(
        "SELECT practice_id FROM followup.sweep_schedule WHERE due_at <= $1 AND parked_at IS NULL ORDER BY due_at",
        machine,
    )
    return [row["practice_id"] for row in rows]


async def make_due(connection: Connection, practice_id: int, machine: datetime) -> None:
    """Ask for a sweep now. A parked practice gets another chance: its time has changed."""
    await connection.execute(
        "INSERT INTO followup.sweep_schedule (practice_id, due_at, attempts) VALUES ($1, $2, 0) "
        "ON CONFLICT (practice_id) DO UPDATE SET due_at = excluded.due_at, parked_at = NULL, attempts = 0",
        practice_id,
        machine,
    )


async def begin_attempt(connection: Connection, practice_id: int, machine: datetime, allowed: int) -> bool:
    """Count a start before anything can fail. False when nothing is due, or the practice is parked by this."""
    return bool(await connection.fetchval(_BEGIN, practice_id, machine, allowed))


async def is_still_due(connection: Connection, practice_id: int, machine: datetime) -> bool:
    """Whether nobody has finished the sweep since the attempt was counted."""
    return bool(
        await connection.fetchval(
            "SELECT due_at <= $2 FROM followup.sweep_schedule WHERE practice_id = $1", practice_id, machine
        )
    )


async def finish(connection: Connection, practice_id: int, swept: Swept) -> None:
    """Record the sweep in the transaction of its effects."""
    await connection.execute(_FINISH, practice_id, swept.at, swept.next_due_at, swept.to, swept.today)


async def health(connection: Connection) -> Row:
    """Over all practices: longest unswept, how many parked, oldest live work item."""
    row = await connection.fetchrow(
        "SELECT min(swept_at) FILTER (WHERE parked_at IS NULL) AS longest_unswept_at, "
        "count(*) FILTER (WHERE parked_at IS NOT NULL) AS parked, max(oldest_open_days) AS oldest_open_days "
        "FROM followup.sweep_schedule"
    )
    assert row is not None
    return row


async def forget_old_jobs(connection: Connection, before: datetime) -> None:
    """Delete PGQueuer's own log and counts from before an instant; the schedule is what we keep."""
    await connection.execute("DELETE FROM followup.pgqueuer_log WHERE created < $1", before)
    await connection.execute("DELETE FROM followup.pgqueuer_statistics WHERE created < $1", before)
