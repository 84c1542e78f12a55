"""Who pays a claim's charges in which order, how far that has come, and what the patient may be billed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.types import Blocker
from claims_api.coordination.domain import billable_cents, blocker, patient_blocks
from claims_api.coordination.schemas import CoordinationOut, PatientShareOut, PayerStepOut

_FAMILY: Final = """
SELECT c.id AS claim_id, c.sequence, c.payer_id, c.coverage_id, c.patient_control_number, c.submission_state,
       c.adjudication_state, o.step AS next_step, o.next_claim_id, o.awaited_until,
       coalesce(o.blockers, '[]') AS blockers
FROM claims.claim s
JOIN claims.claim c ON c.practice_id = $1 AND (c.id = coalesce(s.origin_claim_id, s.id)
                                               OR c.origin_claim_id = coalesce(s.origin_claim_id, s.id))
LEFT JOIN claims.coordination o ON o.practice_id = $1 AND o.claim_id = c.id
WHERE s.practice_id = $1 AND s.id = $2
ORDER BY c.sequence, c.id
"""

_OPEN: Final = """
SELECT coalesce(sum(b.balance_cents) FILTER (WHERE b.account = 1100), 0)::bigint AS insurance_cents,
       coalesce(sum(b.balance_cents) FILTER (WHERE b.account = 1110), 0)::bigint AS patient_cents
FROM claims.ar_balance b WHERE b.practice_id = $1 AND b.claim_id = ANY($2::uuid[])
"""

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
FROM claims.claim c
JOIN claims.coverage v ON v.practice_id = $1 AND v.patient_id = c.patient_id
 AND coalesce(v.starts_on <= c.service_from, true) AND coalesce(v.ends_on >= c.service_from, true)
LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = v.plan_id
WHERE c.practice_id = $1 AND c.id = $3
"""


async def read_coordination(
    connection: Connection, practice_id: int, claim_id: UUID, *, now: datetime
) -> CoordinationOut:
    """Of the claim's charges, whichever of their claims is named. Raises NotFoundError."""
    rows = await connection.fetch(_FAMILY, practice_id, claim_id)
    if not rows:
        raise NotFoundError("there is no such claim")
    family = [row["claim_id"] for row in rows]
    return CoordinationOut(
        claim_id=claim_id,
        payers=[PayerStepOut(**dict(row)) for row in rows],
        patient=await _patient(connection, practice_id, family, now),
    )


async def _patient(connection: Connection, practice_id: int, family: list[UUID], now: datetime) -> PatientShareOut:
    owed = await connection.fetchrow(_OPEN, practice_id, family)
    said = await connection.fetchrow(_SAID, practice_id, family, family[0])
    if owed is None or said is None:
        raise RuntimeError("sums always have a row")
    blocks = patient_blocks(
        lines_of_business=said["lines_of_business"] or (),
        stated=said["stated"] or (),
        remarks=said["remarks"] or (),
        carcs=said["carcs"] or (),
    )
    since = now.isoformat()
    told: list[dict[str, Any]] = [
        blocker(block.value, f"{block.phrase}.", since, "A change of the patient's coverage.") for block in blocks
    ]
    if owed["insurance_cents"]:
        told.append(blocker("payer_outstanding", "A payer still owes.", since, "The last payer's decision."))
    return PatientShareOut(
        **dict(owed),
        billable_cents=billable_cents(**dict(owed), blocks=blocks),
        blockers=[Blocker(**one) for one in told],
    )
