"""SQL of denials: reads."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged

_DENIAL: Final = """
SELECT d.id, d.claim_id, c.external_id AS claim_external_id, d.charge_id, d.payer_id, d.remittance_id,
       d.remittance_claim_n, d.remittance_line_n, d.group_code, d.carc, d.rarcs, d.category, d.owner,
       d.recommended_action, d.route_reason, d.preventable, d.appeal_path, d.denied_cents, d.recovered_cents, d.state,
       d.remitted_on, d.opened_on, d.correction_due_on, d.appeal_due_on, d.closed_at, d.closed_reason, d.row_version
FROM claims.denial_case d
JOIN claims.claim c ON c.practice_id = $1 AND c.id = d.claim_id
"""
FILTERS: Final = {
    "state": "d.state = {}",
    "payer_id": "d.payer_id = {}::uuid",
    "claim_id": "d.claim_id = {}::uuid",
    "remittance_id": "d.remittance_id = {}::uuid",
    "carc": "d.carc = {}",
    "category": "d.category = {}",
}


async def denial_row(connection: Connection, practice_id: int, denial_id: UUID) -> Row | None:
    return await connection.fetchrow(f"{_DENIAL} WHERE d.practice_id = $1 AND d.id = $2", practice_id, denial_id)


denial_page = Paged(_DENIAL, "d", FILTERS).rows
"""Denials in the order they were opened."""
