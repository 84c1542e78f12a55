"""SQL of claims: reads. Writes are in `intake_sql` and the use cases' own statements."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged

_CLAIM: Final = """
SELECT c.id, c.external_id, c.type, c.purpose, c.patient_control_number, c.submitted_pcn, c.payer_control_number,
       c.patient_id, c.coverage_id, c.payer_id, c.billing_entity_id, c.rendering_provider_id, c.location_id,
       c.diagnoses, c.charge_cents, c.service_from, c.service_to, c.submission_state, c.adjudication_state,
       c.version, c.pending_version, c.origin_claim_id, c.sequence, c.first_billed_on, c.accepted_on,
       c.adjudicated_on, c.blockers, c.row_version, c.created_at, c.updated_at,
       coalesce(open.insurance, 0) AS insurance_cents, coalesce(open.patient, 0) AS patient_cents,
       coalesce(credit.cents, 0) AS credit_cents
FROM claims.claim c
LEFT JOIN LATERAL (
    SELECT sum(b.balance_cents) FILTER (WHERE b.account = 1100)::bigint AS insurance,
           sum(b.balance_cents) FILTER (WHERE b.account <> 1100)::bigint AS patient
    FROM claims.ar_balance b
    WHERE b.practice_id = $1 AND b.claim_id = c.id AND b.balance_cents > 0
) open ON true
LEFT JOIN LATERAL (
    SELECT sum(p.amount_cents * (CASE WHEN p.credit_account IN (2020, 2030) THEN 1 ELSE 0 END
                                 - CASE WHEN p.debit_account IN (2020, 2030) THEN 1 ELSE 0 END))::bigint AS cents
    FROM claims.posting p
    WHERE p.practice_id = $1 AND p.claim_id = c.id
) credit ON true
"""

_LINES: Final = """
SELECT l.claim_id, l.n, l.charge_id, h.external_id, l.line_control_number, h.procedure_code, h.modifiers,
       h.revenue_code, l.allocated_cents AS charge_cents, h.units, h.service_from, h.service_to,
       coalesce((SELECT sum(b.balance_cents) FROM claims.ar_balance b
                 WHERE b.practice_id = $1 AND b.charge_id = l.charge_id), 0)::bigint AS balance_cents
FROM claims.claim_line l
JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id AND c.version = l.version
JOIN claims.charge h ON h.practice_id = $1 AND h.id = l.charge_id
WHERE l.practice_id = $1 AND l.claim_id = ANY($2::uuid[])
ORDER BY l.claim_id, l.n
"""

FILTERS: Final = {
    "external_id": "c.external_id = {}",
    "patient_control_number": "c.patient_control_number = {}",
    "submission_state": "c.submission_state = {}",
    "adjudication_state": "c.adjudication_state = {}",
    "payer_id": "c.payer_id = {}",
    "patient_id": "c.patient_id = {}",
    "source_file_id": "c.source_file_id = {}",
}


async def claim_id_of(connection: Connection, practice_id: int, external_id: str) -> UUID | None:
    """The claim with the caller's own id."""
    found: UUID | None = await connection.fetchval(
        "SELECT id FROM claims.claim WHERE practice_id = $1 AND external_id = $2", practice_id, external_id
    )
    return found


async def claim_rows(connection: Connection, practice_id: int, claim_ids: list[UUID]) -> list[Row]:
    """Claims with what is open on them, in the order of their ids."""
    return await connection.fetch(
        _CLAIM + "WHERE c.practice_id = $1 AND c.id = ANY($2::uuid[]) ORDER BY c.id", practice_id, claim_ids
    )


async def line_rows(connection: Connection, practice_id: int, claim_ids: list[UUID]) -> list[Row]:
    """Lines of the claims' newest versions."""
    return await connection.fetch(_LINES, practice_id, claim_ids)


claim_page = Paged(_CLAIM, "c", FILTERS).rows
"""Claims in the order they were created."""


async def claims_named(connection: Connection, practice_id: int, names: Sequence[str | None]) -> list[Row]:
    """Claims with one of the caller's own ids."""
    return await connection.fetch(
        "SELECT external_id, id, content_hash FROM claims.claim "
        "WHERE practice_id = $1 AND external_id = ANY($2::text[])",
        practice_id,
        names,
    )


async def charges_named(connection: Connection, practice_id: int, names: Sequence[str]) -> set[str]:
    """Those of the caller's own ids that a charge has."""
    rows = await connection.fetch(
        "SELECT external_id FROM claims.charge "
        "WHERE practice_id = $1 AND external_id = ANY($2::text[]) AND voided_at IS NULL",
        practice_id,
        names,
    )
    return {row["external_id"] for row in rows}
