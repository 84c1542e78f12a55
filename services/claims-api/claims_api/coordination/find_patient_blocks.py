"""Find why a patient may not be billed for care on a day: coverages that forbid it, and what payers said."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.coordination.domain import patient_blocks
from claims_api.parties.domain import PatientBillingBlock

_SAID: Final = """
SELECT array_agg(DISTINCT n.line_of_business) AS lines_of_business,
       array_agg(DISTINCT v.patient_billing_block) AS stated,
       (SELECT array_agg(DISTINCT code) FROM (
            SELECT unnest(k.remark_codes) AS code FROM claims.remittance_claim k
            WHERE k.practice_id = $1 AND k.claim_id = ANY($2::uuid[]) AND k.state = 'posted'
            UNION ALL
            SELECT unnest(l.remark_codes) FROM claims.remittance_claim k
            JOIN claims.remittance_line l
              ON l.practice_id = $1 AND l.remittance_id = k.remittance_id AND l.claim_n = k.n
            WHERE k.practice_id = $1 AND k.claim_id = ANY($2::uuid[]) AND k.state = 'posted') r) AS remarks,
       (SELECT array_agg(DISTINCT a.carc) FROM claims.remittance_claim k
        JOIN claims.remittance_adjustment a
          ON a.practice_id = $1 AND a.remittance_id = k.remittance_id AND a.claim_n = k.n
        WHERE k.practice_id = $1 AND k.claim_id = ANY($2::uuid[]) AND k.state = 'posted') AS carcs
FROM claims.coverage v
LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = v.plan_id
WHERE v.practice_id = $1 AND v.patient_id = $3
  AND coalesce(v.starts_on <= $4, true) AND coalesce(v.ends_on >= $4, true)
"""


async def find_patient_blocks(
    connection: Connection, practice_id: int, patient_id: UUID, day: date, claims: Sequence[UUID]
) -> list[PatientBillingBlock]:
    """Each block once, in the order of the list. claims: those to all payers for the same charges."""
    said = await connection.fetchrow(_SAID, practice_id, claims, patient_id, day)
    if said is None:
        raise RuntimeError("sums always have a row")
    return patient_blocks(
        lines_of_business=said["lines_of_business"] or (),
        stated=said["stated"] or (),
        remarks=said["remarks"] or (),
        carcs=said["carcs"] or (),
    )
