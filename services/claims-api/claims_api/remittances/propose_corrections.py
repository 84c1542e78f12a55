"""What a payer says is wrong in our registration becomes a proposal for a person; nothing is overwritten."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.sql_ids import uuid7_sql

# NM1*74 corrects the insured or patient, NM1*PR names a payer that comes before. What says nothing new is no proposal.
_PROPOSE: Final = f"""
INSERT INTO claims.correction_proposal (practice_id, id, kind, claim_id, patient_id, coverage_id, remittance_id,
    remittance_claim_n, stated, state, opened_on, row_version, created_at)
SELECT $1, {uuid7_sql("$5::bigint")}, f.kind, c.id, c.patient_id, p.coverage_id, $2, p.n, f.stated, 'open', $3, 1, $4
FROM remit_post p
JOIN remit_claim s ON s.n = p.n AND s.facts IS NOT NULL
JOIN claims.claim c ON c.practice_id = $1 AND c.id = p.claim_id
JOIN claims.patient t ON t.practice_id = $1 AND t.id = c.patient_id
LEFT JOIN claims.coverage v ON v.practice_id = $1 AND v.id = p.coverage_id
CROSS JOIN LATERAL (
    SELECT 'member' AS kind, s.facts->'corrected_insured' AS stated
    UNION ALL SELECT 'other_payer', s.facts->'corrected_payer'
) f
WHERE p.handling = 'adjudicated' AND f.stated IS NOT NULL AND NOT (
    f.kind = 'member'
    AND (f.stated->>'id' = '' OR f.stated->>'id' = v.member_id)
    AND (f.stated->>'last' = '' OR upper(f.stated->>'last') = upper(t.last_name))
    AND (f.stated->>'first' = '' OR upper(f.stated->>'first') = upper(t.first_name)))
ON CONFLICT (practice_id, remittance_id, remittance_claim_n, kind, claim_id) DO NOTHING
"""


async def propose_corrections(
    connection: Connection, practice_id: int, remittance_id: UUID, *, today: date, now: datetime, machine: datetime
) -> None:
    """One proposal a posted claim and kind; one that a person decided about stays decided."""
    await connection.execute(_PROPOSE, practice_id, remittance_id, today, now, int(machine.timestamp() * 1000))
