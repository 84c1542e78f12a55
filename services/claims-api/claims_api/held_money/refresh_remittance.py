"""Bring the sums of a payment's row up to what its claims are now."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection

_REFRESH: Final = """
UPDATE claims.remittance r
SET state = CASE WHEN k.held > 0 OR r.difference_cents <> r.difference_resolved_cents THEN 'posted_with_held'
                 ELSE 'posted' END,
    held_cents = k.held_cents + abs(r.difference_cents - r.difference_resolved_cents),
    row_version = r.row_version + 1,
    counts = r.counts || jsonb_build_object('posted', k.posted, 'held', k.held, 'memo', k.memo, 'denials', d.denials)
FROM (
    SELECT count(*) FILTER (WHERE state = 'held') AS held, count(*) FILTER (WHERE state = 'posted') AS posted,
           count(*) FILTER (WHERE state = 'memo') AS memo,
           coalesce(sum(abs(paid_cents)) FILTER (WHERE state = 'held'), 0)::bigint AS held_cents
    FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2
) k, (
    SELECT count(*) AS denials FROM claims.denial_case
    WHERE practice_id = $1 AND remittance_id = $2 AND state <> 'withdrawn'
) d
WHERE r.practice_id = $1 AND r.id = $2
"""


async def refresh_remittance(connection: Connection, practice_id: int, remittance_id: UUID) -> None:
    """State, held money and counts of a payment that is in the books; the caller commits."""
    await connection.execute(_REFRESH, practice_id, remittance_id)
