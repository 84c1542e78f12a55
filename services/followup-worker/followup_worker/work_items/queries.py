"""SQL of work items. The score is computed here and nowhere else; `scoring` puts its parts into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import insert_row
from followup_worker.work_items.domain import (
    CENTS_PER_POINT,
    DEADLINE_HORIZON_DAYS,
    MAX_AMOUNT_POINTS,
    MAX_OVERDUE_POINTS,
    URGENT_DAYS,
    URGENT_POINTS,
)

# $1 practice, $2 the practice's today, $3 and $4 the rules' names and weights, $5 machine time
_SCORED: Final = f"""
SELECT w.id, w.rule, w.subject_type, w.subject_id, w.generation, w.claim_id, w.payer_id, w.owner, w.state,
       w.amount_cents, w.opened_on, w.due_on, w.deadline_on, w.snoozed_until, w.holder_kind, w.holder_id,
       w.leased_until, w.leased_until > $5::timestamptz AS is_held,
       w.outcome, w.next_action, w.comes_back_on, w.ended_at, w.row_version,
       p.amount_points, p.deadline_points, p.urgent_points, p.overdue_points, p.weight_points,
       p.amount_points + p.deadline_points + p.urgent_points + p.overdue_points + p.weight_points AS score
FROM followup.work_item w
LEFT JOIN unnest($3::text[], $4::int[]) AS r(rule, weight) ON r.rule = w.rule
CROSS JOIN LATERAL (SELECT
    least(w.amount_cents / {CENTS_PER_POINT}, {MAX_AMOUNT_POINTS})::int AS amount_points,
    CASE WHEN w.deadline_on >= $2::date
         THEN greatest(0, {DEADLINE_HORIZON_DAYS} - (w.deadline_on - $2::date)) ELSE 0 END AS deadline_points,
    CASE WHEN w.deadline_on - $2::date BETWEEN 0 AND {URGENT_DAYS} THEN {URGENT_POINTS} ELSE 0 END AS urgent_points,
    least(greatest($2::date - w.due_on, 0), {MAX_OVERDUE_POINTS}) AS overdue_points,
    coalesce(r.weight, 0) AS weight_points
) p
WHERE w.practice_id = $1
"""

_DETAIL: Final = """
SELECT s.*, c.external_id AS claim_external_id, c.patient_control_number, c.service_from, c.charge_cents,
       c.submission_state, c.adjudication_state, y.name AS payer_name
FROM ({scored}) s
LEFT JOIN claims_export.claim_v1 c ON c.practice_id = $1 AND c.claim_id = s.claim_id
LEFT JOIN claims_export.payer_v1 y ON y.practice_id = $1 AND y.payer_id = s.payer_id
ORDER BY s.score DESC, s.id
"""

FILTERS: Final = {
    "state": "w.state = {}::text",
    "rule": "w.rule = {}::text",
    "assignee": "w.holder_id = {}::text AND w.leased_until > $5",
    "claim_id": "w.claim_id = {}::uuid",
}


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the score depends on beside the item: the practice's day, the rules' weights; and machine time."""

    today: date
    weights: Mapping[str, int]
    machine: datetime

    def arguments(self) -> tuple[date, list[str], list[int], datetime]:
        """`$2` to `$5`."""
        return self.today, list(self.weights), list(self.weights.values()), self.machine


async def ranked(
    connection: Connection,
    practice_id: int,
    ranking: Ranking,
    filters: Mapping[str, Any],
    after: tuple[int, UUID] | None,
    limit: int,
) -> list[Row]:
    """Items with their points, what to do first first, after a (score, id)."""
    arguments: list[Any] = [practice_id, *ranking.arguments()]
    statement = _SCORED
    for name, value in filters.items():
        arguments.append(value)
        statement += f" AND {FILTERS[name].format(f'${len(arguments)}')}"
    if after is not None:
        arguments += after
        statement = (
            f"SELECT * FROM ({statement}) ranked WHERE score < ${len(arguments) - 1}::int "
            f"OR (score = ${len(arguments) - 1}::int AND id > ${len(arguments)}::uuid)"
        )
    statement += f" ORDER BY score DESC, id LIMIT {limit:d}"
    return await connection.fetch(_DETAIL.format(scored=statement), *arguments)


async def scored_item(connection: Connection, practice_id: int, ranking: Ranking, item_id: UUID) -> Row:
    """One item with its points. Raises NotFoundError."""
    statement = _DETAIL.format(scored=_SCORED + " AND w.id = $6")
    row = await connection.fetchrow(statement, practice_id, *ranking.arguments(), item_id)
    if row is None:
        raise NotFoundError("there is no such work item")
    return row


async def lock_item(connection: Connection, practice_id: int, item_id: UUID) -> Row:
    """The item's row, locked until the transaction ends. Raises NotFoundError."""
    row = await connection.fetchrow(
        "SELECT rule, state, claim_id, deadline_on, holder_kind, holder_id, leased_until, row_version "
        "FROM followup.work_item WHERE practice_id = $1 AND id = $2 FOR UPDATE",
        practice_id,
        item_id,
    )
    if row is None:
        raise NotFoundError("there is no such work item")
    return row


async def touches_of(connection: Connection, practice_id: int, item_id: UUID) -> list[Row]:
    """What people did about the item, oldest first."""
    return await connection.fetch(
        "SELECT action, outcome, channel, reference_number, promised_on, until_on, note, actor_kind, actor_id, at "
        "FROM followup.work_item_touch WHERE practice_id = $1 AND work_item_id = $2 ORDER BY id",
        practice_id,
        item_id,
    )


async def update_item(connection: Connection, practice_id: int, item_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns (names are ours, never a caller's) and raise the row version."""
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=3))
    await connection.execute(
        f"UPDATE followup.work_item SET {columns}, row_version = row_version + 1 WHERE practice_id = $1 AND id = $2",
        practice_id,
        item_id,
        *values.values(),
    )


async def add_touch(connection: Connection, practice_id: int, values: Mapping[str, Any]) -> None:
    """Write one touch; its columns are ours."""
    await insert_row(connection, "followup.work_item_touch", {"practice_id": practice_id, **values})
