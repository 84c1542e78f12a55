"""SQL of proposed corrections."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged

_PROPOSAL: Final = """
SELECT id, kind, state, claim_id, patient_id, coverage_id, remittance_id, remittance_claim_n, stated, opened_on,
       decided_at, decided_by, reason, changes, row_version AS version
FROM claims.correction_proposal
"""


proposal_page = Paged(f"{_PROPOSAL} p", "p", {"state": "p.state = {}"}).rows
"""Oldest first."""


async def proposal_row(
    connection: Connection, practice_id: int, proposal_id: UUID, *, lock: bool = False
) -> Row | None:
    statement = f"{_PROPOSAL} WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}"
    return await connection.fetchrow(statement, practice_id, proposal_id)


async def decide_proposal(
    connection: Connection,
    practice_id: int,
    proposal_id: UUID,
    state: str,
    reason: str,
    decided_by: dict[str, Any],
    changes: list[dict[str, Any]] | None,
    now: datetime,
) -> None:
    await connection.execute(
        "UPDATE claims.correction_proposal SET state = $3, reason = $4, decided_by = $5, changes = $6, "
        "decided_at = $7, row_version = row_version + 1 WHERE practice_id = $1 AND id = $2",
        practice_id,
        proposal_id,
        state,
        reason,
        decided_by,
        changes,
        now,
    )


async def coverage_by_payer(
    connection: Connection, practice_id: int, patient_id: UUID, payer_identifier: str
) -> Row | None:
    """The patient's coverage by the payer of this identifier, the first of several by rank."""
    return await connection.fetchrow(
        "SELECT v.id, v.rank FROM claims.coverage v JOIN claims.payer p ON p.practice_id = $1 AND p.id = v.payer_id "
        "WHERE v.practice_id = $1 AND v.patient_id = $2 AND $3 <> '' "
        "AND (p.payer_identifier = $3 OR $3 = ANY(p.remittance_ids)) ORDER BY v.rank, v.id LIMIT 1",
        practice_id,
        patient_id,
        payer_identifier,
    )
