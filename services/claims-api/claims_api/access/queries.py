"""SQL of the access log."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection

_OF_PATIENT: Final = """
SELECT $2::uuid AS id
UNION ALL SELECT v.id FROM claims.coverage v WHERE v.practice_id = $1 AND v.patient_id = $2
UNION ALL SELECT e.id FROM claims.encounter e WHERE e.practice_id = $1 AND e.patient_id = $2
UNION ALL SELECT h.id FROM claims.charge h WHERE h.practice_id = $1 AND h.patient_id = $2
UNION ALL SELECT c.id FROM claims.claim c WHERE c.practice_id = $1 AND c.patient_id = $2
UNION ALL SELECT d.id FROM claims.denial_case d
    JOIN claims.claim c ON c.practice_id = $1 AND c.id = d.claim_id
    WHERE d.practice_id = $1 AND c.patient_id = $2
UNION ALL SELECT l.document_id FROM claims.document_link l
    WHERE l.practice_id = $1 AND l.kind = 'patient' AND l.target_id = $2
"""


async def subjects_of_patient(connection: Connection, practice_id: int, patient_id: UUID) -> list[UUID]:
    """The patient and everything of theirs that an entry may name."""
    rows = await connection.fetch(_OF_PATIENT, practice_id, patient_id)
    return [row["id"] for row in rows]
