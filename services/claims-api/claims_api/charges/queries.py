"""SQL of charges that come by themselves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

_SHOWN: Final = """
SELECT h.*, o.id AS replaced_id, o.charge_cents AS replaced_cents, o.voided_at AS replaced_voided_at,
       (SELECT c.id FROM claims.claim_line l
        JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id
         AND l.version = coalesce(c.pending_version, c.version)
        WHERE l.practice_id = $1 AND l.charge_id = h.id AND c.submission_state <> 'voided'
        ORDER BY c.sequence, c.id LIMIT 1) AS claim_id,
       coalesce(b.insurance, 0) AS insurance_cents, coalesce(b.patient, 0) AS patient_cents
FROM claims.charge h
LEFT JOIN claims.charge o ON o.practice_id = $1 AND o.id = h.replaces_charge_id
LEFT JOIN LATERAL (
    SELECT sum(balance_cents) FILTER (WHERE account = 1100)::bigint AS insurance,
           sum(balance_cents) FILTER (WHERE account <> 1100)::bigint AS patient
    FROM claims.ar_balance WHERE practice_id = $1 AND charge_id = h.id
) b ON true
WHERE h.practice_id = $1 AND
"""

# The first that pays, of those that hold on the day of the service; without dates it always holds.
_COVERAGE: Final = """
SELECT v.id AS coverage_id, v.rank, v.plan_id, y.id AS payer_id, y.financial_class
FROM claims.coverage v JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id
WHERE v.practice_id = $1 AND v.patient_id = $2
  AND (v.starts_on IS NULL OR v.starts_on <= $3) AND (v.ends_on IS NULL OR v.ends_on >= $3)
ORDER BY v.rank, v.starts_on DESC NULLS LAST, v.id
LIMIT 1
"""

_HOLDING: Final = """
SELECT c.id AS claim_id, c.submission_state, c.sent_on, c.pending_version, l.version, l.n, l.allocated_cents,
       v.image IS NOT NULL AS is_written, c.submission_state = 'voided' AS is_over,
       c.coverage_id, c.sequence, c.payer_id, c.plan_id, c.financial_class,
       c.billing_entity_id, c.location_id, c.rendering_provider_id, c.place_of_service
FROM claims.claim_line l
JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id
JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = l.claim_id AND v.n = l.version
WHERE l.practice_id = $1 AND l.charge_id = $2 AND (c.submission_state <> 'voided' OR c.sent_on IS NOT NULL)
ORDER BY c.sent_on NULLS LAST, c.id, l.version, l.n
FOR UPDATE OF c
"""

_POSTED: Final = """
SELECT p.*, j.source_type FROM claims.posting p
JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id
WHERE p.practice_id = $1 AND p.charge_id = $2 AND p.entry IN ('E01', 'E02')
"""

_OPEN: Final = """
SELECT account, party_id, balance_cents, responsible_on FROM claims.ar_balance
WHERE practice_id = $1 AND charge_id = $2 AND balance_cents > 0 FOR UPDATE
"""

_REPOINT: Final = """
WITH line AS (
    UPDATE claims.claim_line SET charge_id = $5, allocated_cents = $6
    WHERE practice_id = $1 AND claim_id = $2 AND version = $3 AND n = $4
    RETURNING charge_id
), version AS (
    UPDATE claims.claim_version SET charge_cents = charge_cents + $7
    WHERE practice_id = $1 AND claim_id = $2 AND n = $3
), day AS (
    SELECT min(h.service_from) AS first_on, max(h.service_to) AS last_on
    FROM claims.charge h
    WHERE h.practice_id = $1 AND (h.id = $5 OR h.id IN (
        SELECT l.charge_id FROM claims.claim_line l
        WHERE l.practice_id = $1 AND l.claim_id = $2 AND l.version = $3 AND l.n <> $4))
)
UPDATE claims.claim c
SET charge_cents = c.charge_cents + $7, service_from = day.first_on, service_to = day.last_on,
    row_version = c.row_version + 1, updated_at = $8
FROM day WHERE c.practice_id = $1 AND c.id = $2
"""


async def find_charge(
    connection: Connection, practice_id: int, *, charge_id: UUID | None = None, external_id: str | None = None
) -> Row | None:
    """With what is open, its claim and what it replaces; by the caller's id only the one that is not voided."""
    condition = "h.id = $2" if charge_id is not None else "h.external_id = $2 AND h.voided_at IS NULL"
    return await connection.fetchrow(_SHOWN + condition, practice_id, charge_id or external_id)


async def lock_charge(connection: Connection, practice_id: int, external_id: str) -> Row | None:
    return await connection.fetchrow(
        "SELECT * FROM claims.charge WHERE practice_id = $1 AND external_id = $2 AND voided_at IS NULL FOR UPDATE",
        practice_id,
        external_id,
    )


async def lock_charge_by_id(connection: Connection, practice_id: int, charge_id: UUID) -> Row | None:
    """A voided one too."""
    return await connection.fetchrow(
        "SELECT * FROM claims.charge WHERE practice_id = $1 AND id = $2 FOR UPDATE", practice_id, charge_id
    )


async def coverage_on(connection: Connection, practice_id: int, patient_id: UUID, day: date) -> Row | None:
    """The coverage that pays first on that day; None for a patient who pays for themselves."""
    return await connection.fetchrow(_COVERAGE, practice_id, patient_id, day)


async def location_of(connection: Connection, practice_id: int, encounter_id: UUID | None) -> UUID | None:
    found: UUID | None = await connection.fetchval(
        "SELECT location_id FROM claims.encounter WHERE practice_id = $1 AND id = $2", practice_id, encounter_id
    )
    return found


async def only_billing_entity(connection: Connection, practice_id: int) -> UUID | None:
    """Where there are several, a charge has none before its claim names it."""
    rows = await connection.fetch("SELECT id FROM claims.billing_entity WHERE practice_id = $1 LIMIT 2", practice_id)
    return rows[0]["id"] if len(rows) == 1 else None


async def claims_holding(connection: Connection, practice_id: int, charge_id: UUID) -> list[Row]:
    """Lines of claims that bill the charge, sent claims first; the claims are locked."""
    return await connection.fetch(_HOLDING, practice_id, charge_id)


async def posting_of(connection: Connection, practice_id: int, charge_id: UUID) -> Row | None:
    """How it was posted; None for a charge of 0."""
    return await connection.fetchrow(_POSTED, practice_id, charge_id)


async def open_buckets(connection: Connection, practice_id: int, charge_id: UUID) -> list[Row]:
    return await connection.fetch(_OPEN, practice_id, charge_id)


async def insert_charge(connection: Connection, columns: Mapping[str, Any]) -> None:
    names = ", ".join(columns)
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    await connection.execute(f"INSERT INTO claims.charge ({names}) VALUES ({places})", *columns.values())


async def change_charge(connection: Connection, practice_id: int, charge_id: UUID, columns: Mapping[str, Any]) -> None:
    changes = ", ".join(f"{name} = ${n}" for n, name in enumerate(columns, start=3))
    await connection.execute(
        f"UPDATE claims.charge SET {changes} WHERE practice_id = $1 AND id = $2",
        practice_id,
        charge_id,
        *columns.values(),
    )


async def repoint_line(
    connection: Connection, practice_id: int, line: Row, charge_id: UUID, cents: int, now: datetime
) -> None:
    """The unsent claim bills this charge instead; its total and its days follow."""
    await connection.execute(
        _REPOINT,
        practice_id,
        line["claim_id"],
        line["version"],
        line["n"],
        charge_id,
        cents,
        cents - line["allocated_cents"],
        now,
    )
