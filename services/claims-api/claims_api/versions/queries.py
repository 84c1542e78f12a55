"""SQL of claim versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

_LOCK: Final = """
SELECT c.*, o.frequency AS frequency_before, o.image,
       coalesce(n.supports_replacement, y.supports_replacement) AS supports_replacement, n.line_of_business,
       (SELECT max(v.n) FROM claims.claim_version v WHERE v.practice_id = $1 AND v.claim_id = c.id) AS newest_version,
       ($3::text[] && coalesce((
           SELECT k.remark_codes || coalesce((
                      SELECT array_agg(code) FROM claims.remittance_line l, unnest(l.remark_codes) AS code
                      WHERE l.practice_id = $1 AND l.remittance_id = k.remittance_id AND l.claim_n = k.n), '{}')
           FROM claims.remittance_claim k JOIN claims.remittance r ON r.practice_id = $1 AND r.id = k.remittance_id
           WHERE k.practice_id = $1 AND k.claim_id = c.id AND k.state = 'posted' AND k.clp_status <> '22'
           ORDER BY r.received_at DESC, k.n DESC LIMIT 1), '{}')) AS is_unprocessable
FROM claims.claim c
JOIN claims.claim_version o ON o.practice_id = $1 AND o.claim_id = c.id AND o.n = c.version
JOIN claims.payer y ON y.practice_id = $1 AND y.id = c.payer_id
LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = c.plan_id
WHERE c.practice_id = $1 AND c.id = $2
FOR UPDATE OF c
"""

_LINES: Final = """
SELECT l.n, l.charge_id, l.allocated_cents AS charge_cents, h.external_id, h.procedure_code, h.modifiers,
       h.revenue_code, h.non_covered_cents, h.units, h.unit_basis, h.place_of_service, h.service_from, h.service_to,
       coalesce(l.diagnosis_pointers, to_jsonb(h.diagnosis_pointers)) AS diagnosis_pointers, h.ndc, h.ndc_units,
       h.ndc_unit_basis
FROM claims.claim_line l JOIN claims.charge h ON h.practice_id = $1 AND h.id = l.charge_id
WHERE l.practice_id = $1 AND l.claim_id = $2 AND l.version = $3
ORDER BY l.n
"""

_COVERAGE: Final = """
SELECT v.rank, v.member_id, v.group_number, v.group_name, v.relation, v.subscriber, v.accepts_assignment,
       v.release_of_information, coalesce(v.filing_indicator, n.filing_indicator) AS filing_indicator,
       y.id_qualifier AS payer_id_qualifier, y.payer_identifier, y.name AS payer_name
FROM claims.coverage v
JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id
LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = v.plan_id
WHERE v.practice_id = $1 AND v.id = $2
"""

_CHARGES: Final = """
INSERT INTO claims.charge (practice_id, id, external_id, patient_id, guarantor_id, procedure_qualifier,
    procedure_code, modifiers, charge_cents, non_covered_cents, units, unit_basis, place_of_service, service_from,
    service_to, diagnoses, diagnosis_pointers, revenue_code, ndc, ndc_units, ndc_unit_basis, rendering_provider_id,
    entered_at, replaces_charge_id)
SELECT $1, r.id, r.external_id, c.patient_id, c.guarantor_id, CASE WHEN r.procedure_code IS NOT NULL THEN 'HC' END,
       r.procedure_code, r.modifiers, r.charge_cents, r.non_covered_cents, r.units, r.unit_basis,
       coalesce(r.place_of_service, c.place_of_service), r.service_from, r.service_to, $5::text[],
       r.diagnosis_pointers, r.revenue_code, r.ndc, r.ndc_units, r.ndc_unit_basis,
       coalesce($6::uuid, c.rendering_provider_id), $4, r.replaces_charge_id
FROM claims.claim c, jsonb_to_recordset($3::jsonb) AS r(id uuid, external_id text, procedure_code text,
    modifiers text[], charge_cents bigint, non_covered_cents bigint, units numeric(12,3), unit_basis text,
    place_of_service text, service_from date, service_to date, diagnosis_pointers text[], revenue_code text,
    ndc text, ndc_units numeric(12,3), ndc_unit_basis text, replaces_charge_id uuid)
WHERE c.practice_id = $1 AND c.id = $2
"""

_VERSION: Final = """
WITH version AS (
    INSERT INTO claims.claim_version (practice_id, claim_id, n, frequency, channel, patient_control_number,
        charge_cents, image, created_at, state, reason, changes, actor_id, actor_kind, other_payers,
        void_cause)
    SELECT $1, c.id, $3, $4, 'edi', c.patient_control_number, $5, $6, $7, 'ready', $8, $9, $10, $11,
        coalesce($13, (SELECT o.other_payers FROM claims.claim_version o
                       WHERE o.practice_id = $1 AND o.claim_id = c.id AND o.n = c.version)), $14
    FROM claims.claim c WHERE c.practice_id = $1 AND c.id = $2
), line AS (
    INSERT INTO claims.claim_line (practice_id, claim_id, version, n, charge_id, line_control_number,
        allocated_cents, diagnosis_pointers)
    SELECT $1, $2, $3, r.n, r.charge_id, r.line_control_number, r.charge_cents, r.diagnosis_pointers
    FROM jsonb_to_recordset($12::jsonb) AS r(n smallint, charge_id uuid, line_control_number text,
        charge_cents bigint, diagnosis_pointers jsonb)
)
UPDATE claims.claim SET pending_version = $3, row_version = row_version + 1, updated_at = $7
WHERE practice_id = $1 AND id = $2
"""

_WITHDRAW: Final = """
WITH version AS (
    UPDATE claims.claim_version SET state = 'withdrawn', blockers = NULL
    WHERE practice_id = $1 AND claim_id = $2 AND n = $3
), charge AS (
    UPDATE claims.charge h SET voided_at = $4
    FROM claims.claim_line l
    WHERE l.practice_id = $1 AND l.claim_id = $2 AND l.version = $3 AND h.practice_id = $1 AND h.id = l.charge_id
      AND NOT EXISTS (SELECT FROM claims.claim_line k WHERE k.practice_id = $1 AND k.claim_id = $2
                      AND k.charge_id = l.charge_id AND k.version <> $3)
)
UPDATE claims.claim SET pending_version = NULL, blockers = '[]', row_version = row_version + 1, updated_at = $4
WHERE practice_id = $1 AND id = $2
"""

_VERSIONS: Final = """
SELECT v.claim_id, v.n, v.frequency, v.reason, v.void_cause, v.charge_cents, v.patient_control_number,
       v.submission_id, v.sent_at, v.created_at,
       coalesce(v.blockers, CASE WHEN v.n = c.version AND c.pending_version IS NULL THEN c.blockers END, '[]')
           AS blockers,
       coalesce(v.state, c.submission_state) AS state,
       CASE WHEN v.n = c.version THEN c.adjudication_state ELSE v.adjudication_state END AS adjudication_state,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('n', l.n, 'charge_id', l.charge_id, 'replaces_charge_id',
            h.replaces_charge_id, 'line_control_number', l.line_control_number, 'procedure_code', h.procedure_code,
            'modifiers', h.modifiers, 'revenue_code', h.revenue_code, 'charge_cents', l.allocated_cents,
            'units', h.units::text) ORDER BY l.n), '[]')
        FROM claims.claim_line l JOIN claims.charge h ON h.practice_id = $1 AND h.id = l.charge_id
        WHERE l.practice_id = $1 AND l.claim_id = v.claim_id AND l.version = v.n) AS lines
FROM claims.claim_version v JOIN claims.claim c ON c.practice_id = $1 AND c.id = v.claim_id
WHERE v.practice_id = $1 AND v.claim_id = $2
ORDER BY v.n
"""


async def lock_claim(connection: Connection, practice_id: int, claim_id: UUID, unprocessable: list[str]) -> Row | None:
    """The claim with what decides over a new version. unprocessable: remark codes of a decision that is none."""
    return await connection.fetchrow(_LOCK, practice_id, claim_id, unprocessable)


async def lines_of(connection: Connection, practice_id: int, claim_id: UUID, version: int) -> list[Row]:
    return await connection.fetch(_LINES, practice_id, claim_id, version)


async def pending_frequency(connection: Connection, practice_id: int, claim_id: UUID, n: int) -> str:
    """Frequency of a version that waits to be sent."""
    found: str = await connection.fetchval(
        "SELECT frequency FROM claims.claim_version WHERE practice_id = $1 AND claim_id = $2 AND n = $3",
        practice_id,
        claim_id,
        n,
    )
    return found


async def void_cause(connection: Connection, practice_id: int, claim_id: UUID, n: int) -> str | None:
    """Why this version asks the payer to undo the claim."""
    found: str | None = await connection.fetchval(
        "SELECT void_cause FROM claims.claim_version WHERE practice_id = $1 AND claim_id = $2 AND n = $3",
        practice_id,
        claim_id,
        n,
    )
    return found


async def set_submission(connection: Connection, practice_id: int, claim_id: UUID, state: str, at: datetime) -> None:
    await connection.execute(
        "UPDATE claims.claim SET submission_state = $3, row_version = row_version + 1, updated_at = $4 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        claim_id,
        state,
        at,
    )


async def coverage_today(connection: Connection, practice_id: int, coverage_id: UUID) -> Row | None:
    """The facts of a coverage snapshot, as they are now."""
    return await connection.fetchrow(_COVERAGE, practice_id, coverage_id)


async def insert_charges(
    connection: Connection,
    practice_id: int,
    claim_id: UUID,
    charges: Sequence[dict[str, Any]],
    entered_at: datetime,
    diagnoses: list[str],
    rendering_provider_id: UUID | None,
) -> None:
    """New charges of a version; nothing is posted before it is sent. Raises asyncpg.UniqueViolationError."""
    await connection.execute(
        _CHARGES, practice_id, claim_id, list(charges), entered_at, diagnoses, rendering_provider_id
    )


async def insert_version(
    connection: Connection,
    practice_id: int,
    claim_id: UUID,
    n: int,
    *,
    frequency: str,
    charge_cents: int,
    image: dict[str, Any] | None,
    made_at: datetime,
    reason: str,
    changes: dict[str, Any],
    other_payers: list[dict[str, Any]] | None,
    void_cause: str | None,
    actor_id: str | None,
    actor_kind: str,
    lines: Sequence[dict[str, Any]],
) -> None:
    """The version, its lines, and the claim's word that it waits."""
    await connection.execute(
        _VERSION,
        practice_id,
        claim_id,
        n,
        frequency,
        charge_cents,
        image,
        made_at,
        reason,
        changes,
        actor_id,
        actor_kind,
        list(lines),
        other_payers,
        void_cause,
    )


async def withdraw(connection: Connection, practice_id: int, claim_id: UUID, n: int, at: datetime) -> None:
    """Give a version up that waits; charges that only it billed are void and were never posted."""
    await connection.execute(_WITHDRAW, practice_id, claim_id, n, at)


async def versions_of(connection: Connection, practice_id: int, claim_id: UUID) -> list[Row]:
    """All versions with their lines, oldest first; empty for a claim that does not exist."""
    return await connection.fetch(_VERSIONS, practice_id, claim_id)
