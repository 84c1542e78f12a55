"""SQL of a page of events and of what belongs to the things it mentions."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

PAGE: Final = 1_000

_LINKED: Final = """
SELECT 'claim' AS subject, h.claim_id AS id
FROM claims_export.remittance_claim_v1 h
WHERE h.practice_id = $1 AND h.remittance_id = ANY($2::uuid[]) AND h.claim_id IS NOT NULL
"""
# $2 claims, $3 remittances, $4 bank statements. A remittance bears on lines that name it, and may have taken what its
# payer had announced: those that are asked about are looked at again.
_HANGING: Final = """
SELECT 'denial' AS subject, d.denial_id AS id
FROM claims_export.denial_v1 d WHERE d.practice_id = $1 AND d.claim_id = ANY($2::uuid[])
UNION ALL
SELECT 'review_item', v.review_item_id
FROM claims_export.review_item_v1 v WHERE v.practice_id = $1 AND v.claim_id = ANY($2::uuid[])
UNION ALL
SELECT 'review_item', v.review_item_id
FROM claims_export.review_item_v1 v WHERE v.practice_id = $1 AND v.remittance_id = ANY($3::uuid[])
UNION ALL
SELECT 'bank_line', l.bank_line_id
FROM claims_export.remittance_v1 r
JOIN claims_export.bank_line_v1 l ON l.practice_id = $1 AND l.state = 'open' AND r.trace_number = ANY(l.named)
WHERE r.practice_id = $1 AND r.remittance_id = ANY($3::uuid[])
UNION ALL
SELECT 'bank_line', l.bank_line_id
FROM claims_export.bank_line_v1 l WHERE l.practice_id = $1 AND l.statement_id = ANY($4::uuid[])
UNION ALL
SELECT 'payer_item', w.subject_id
FROM followup.work_item w
WHERE w.practice_id = $1 AND w.subject_type = 'payer_item' AND w.state IN ('open', 'snoozed')
  AND cardinality($3::uuid[]) > 0
"""


async def page_after(connection: Connection, practice_id: int, after: int) -> list[Row]:
    """The next events of the practice, at most PAGE."""
    return await connection.fetch(
        "SELECT sequence, source, type, subject_type, subject_id, data FROM claims_export.event_v1 "
        "WHERE practice_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        practice_id,
        after,
        PAGE,
    )


async def claims_of(connection: Connection, practice_id: int, remittances: Collection[UUID]) -> set[UUID]:
    """Claims that these remittances paid, denied or mention."""
    rows = await connection.fetch(_LINKED, practice_id, list(remittances))
    return {row["id"] for row in rows}


async def hanging_on(
    connection: Connection,
    practice_id: int,
    claims: Collection[UUID],
    remittances: Collection[UUID],
    statements: Collection[UUID],
) -> list[Row]:
    """What has to be looked at with claims, remittances and bank statements, as (subject, id)."""
    if not (claims or remittances or statements):
        return []
    return await connection.fetch(_HANGING, practice_id, list(claims), list(remittances), list(statements))


async def progress(connection: Connection, practice_id: int) -> dict[str, Any]:
    """Last handled event, newest event, and up to which instants the practice was swept."""
    row = await connection.fetchrow(
        """
        SELECT coalesce((SELECT h.last_sequence FROM followup.event_head h WHERE h.practice_id = $1), 0) AS sequence,
               coalesce((SELECT e.last_sequence FROM claims_export.event_head_v1 e WHERE e.practice_id = $1), 0)
                   AS head,
               (SELECT s.swept_to FROM followup.sweep_schedule s WHERE s.practice_id = $1) AS swept_to,
               (SELECT s.swept_at FROM followup.sweep_schedule s WHERE s.practice_id = $1) AS swept_at,
               (SELECT s.parked_at FROM followup.sweep_schedule s WHERE s.practice_id = $1) AS parked_at""",
        practice_id,
    )
    assert row is not None
    return dict(row)
