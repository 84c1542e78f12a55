"""Who pays a claim's charges in which order, how far that has come, and what the patient may be billed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.types import Blocker
from claims_api.coordination.domain import billable_cents, blocker
from claims_api.coordination.find_patient_blocks import find_patient_blocks
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

_PATIENT: Final = "SELECT patient_id, service_from FROM claims.claim WHERE practice_id = $1 AND id = $2"


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
    subject = await connection.fetchrow(_PATIENT, practice_id, family[0])
    if owed is None or subject is None:
        raise RuntimeError("sums always have a row, and a claim of the family is there")
    blocks = await find_patient_blocks(connection, practice_id, subject["patient_id"], subject["service_from"], family)
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
