"""Close the cases of a decision that was taken off its claim: they were no denials of it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection

_WITHDRAW: Final = """
WITH gone AS (
    UPDATE claims.denial_case
    SET state = 'withdrawn', closed_at = $4, closed_reason = $6, row_version = row_version + 1, updated_at = $4
    WHERE practice_id = $1 AND remittance_id = $2 AND remittance_claim_n = ANY($3::bigint[]) AND state <> 'withdrawn'
    RETURNING id, claim_id, carc, denied_cents
)
INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
SELECT $1, 'denial.withdrawn', 'denial', g.id,
       jsonb_build_object('claim_id', g.claim_id, 'external_id', c.external_id, 'carc', g.carc,
                          'denied_cents', g.denied_cents), $4, $5
FROM gone g JOIN claims.claim c ON c.practice_id = $1 AND c.id = g.claim_id
"""


async def withdraw_denials(
    connection: Connection,
    practice_id: int,
    remittance_id: UUID,
    numbers: list[int],
    *,
    reason: str,
    now: datetime,
    machine: datetime,
) -> None:
    """Withdraw every case of these claims of the payment, whatever its state, with the reason; the caller commits."""
    await connection.execute(_WITHDRAW, practice_id, remittance_id, numbers, now, machine, reason)
