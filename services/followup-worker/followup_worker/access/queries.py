"""SQL of the access log."""

from uuid import UUID

from ar_shared.platform.database import Connection


async def subjects_of_patient(connection: Connection, practice_id: int, patient_id: UUID) -> list[UUID]:
    """The work items about the patient's claims."""
    rows = await connection.fetch(
        "SELECT w.id FROM followup.work_item w "
        "JOIN claims_export.claim_v1 c ON c.practice_id = $1 AND c.claim_id = w.claim_id "
        "WHERE w.practice_id = $1 AND c.patient_id = $2",
        practice_id,
        patient_id,
    )
    return [row["id"] for row in rows]
