"""SQL of placements and of agencies' remittances."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row
from claims_api.ledger.domain import Account

_PATIENTS: Final = f"({int(Account.AR_PATIENT)}, {int(Account.AR_SELF_PAY)})"

_OWED: Final = f"""
SELECT b.charge_id, b.claim_id, b.account, b.party_id, b.sequence, b.balance_cents AS cents, b.responsible_on,
       h.patient_id, h.service_from
FROM claims.ar_balance b JOIN claims.charge h ON h.practice_id = $1 AND h.id = b.charge_id
WHERE b.practice_id = $1 AND b.party_id = $2 AND b.account IN {_PATIENTS} AND b.balance_cents > 0
  AND ($3::uuid[] = '{{}}' OR b.charge_id = ANY($3::uuid[]))
ORDER BY b.charge_id, b.account
FOR UPDATE OF b
"""

# What was given up of the charge and not taken back, one row a charge.
_GIVEN_UP: Final = """
SELECT w.charge_id, (array_agg(w.claim_id))[1] AS claim_id, max(w.account) AS account, w.party_id,
       sum(w.amount_cents)::bigint AS cents, h.patient_id, h.service_from
FROM claims.write_off w JOIN claims.charge h ON h.practice_id = $1 AND h.id = w.charge_id
WHERE w.practice_id = $1 AND w.party_id = $2 AND w.kind = 'bad_debt' AND w.state = 'posted'
  AND ($3::uuid[] = '{}' OR w.charge_id = ANY($3::uuid[]))
GROUP BY w.charge_id, w.party_id, h.patient_id, h.service_from
ORDER BY w.charge_id
"""

_FACTS: Final = f"""
SELECT EXISTS (SELECT FROM claims.ar_balance WHERE practice_id = $1 AND charge_id = ANY($3::uuid[])
               AND account = {int(Account.AR_INSURANCE)} AND balance_cents > 0) AS payer_open,
       EXISTS (SELECT FROM claims.denial_case WHERE practice_id = $1 AND claim_id = ANY($4::uuid[])
               AND charge_id = ANY($3::uuid[]) AND state = ANY($5::text[])) AS denial_open,
       EXISTS (SELECT FROM claims.credit_balance WHERE practice_id = $1 AND party_id = $2 AND balance_cents > 0)
       OR EXISTS (SELECT FROM claims.receipt WHERE practice_id = $1 AND guarantor_id = $2 AND state = 'received'
                  AND unapplied_cents > 0) AS credit_open,
       EXISTS (SELECT FROM claims.patient WHERE practice_id = $1 AND id = ANY($6::uuid[])
               AND deceased_on IS NOT NULL) AS deceased,
       EXISTS (SELECT FROM claims.placement_line l
               JOIN claims.placement p ON p.practice_id = $1 AND p.id = l.placement_id
               WHERE l.practice_id = $1 AND l.charge_id = ANY($3::uuid[]) AND p.guarantor_id = $2
                 AND l.amount_cents > l.collected_cents + l.recalled_cents) AS placed_before
"""

_PLACEMENT: Final = """
SELECT p.*, n.lines, n.left_cents
FROM claims.placement p
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.amount_cents - l.collected_cents - l.recalled_cents), 0)::bigint AS left_cents,
           coalesce(jsonb_agg(jsonb_build_object('charge_id', l.charge_id, 'claim_id', l.claim_id, 'account', l.account,
               'amount_cents', l.amount_cents, 'collected_cents', l.collected_cents, 'recalled_cents',
               l.recalled_cents, 'left_cents', l.amount_cents - l.collected_cents - l.recalled_cents)
               ORDER BY l.charge_id), '[]') AS lines
    FROM claims.placement_line l WHERE l.practice_id = $1 AND l.placement_id = p.id) n
"""

_REMITTANCE: Final = """
SELECT r.*, coalesce((SELECT jsonb_agg(jsonb_build_object('placement_id', l.placement_id, 'charge_id', l.charge_id,
           'collected_cents', l.collected_cents, 'fee_cents', l.fee_cents, 'journal_id', l.journal_id) ORDER BY l.n)
       FROM claims.agency_remittance_line l
       WHERE l.practice_id = $1 AND l.agency_remittance_id = r.id), '[]') AS lines
FROM claims.agency_remittance r
"""

# Lines with the agency, locked in key order, with what is open of them in the agency's receivable.
_LINES: Final = f"""
SELECT l.placement_id, l.charge_id, l.claim_id, l.account, p.kind, p.vendor_id, p.guarantor_id,
       l.amount_cents - l.collected_cents - l.recalled_cents AS left_cents,
       coalesce((SELECT b.balance_cents FROM claims.ar_balance b WHERE b.practice_id = $1 AND b.charge_id = l.charge_id
                 AND b.account = {int(Account.AR_AGENCY)} AND b.party_id = p.guarantor_id), 0) AS open_cents
FROM claims.placement_line l
JOIN claims.placement p ON p.practice_id = $1 AND p.id = l.placement_id
WHERE l.practice_id = $1 AND l.placement_id = ANY($2::uuid[])
ORDER BY l.placement_id, l.charge_id
FOR UPDATE OF l
"""


async def to_place(
    connection: Connection, practice_id: int, guarantor_id: UUID, charges: Sequence[UUID], *, given_up: bool
) -> list[Row]:
    """What the guarantor owes (locked), or what was given up of it; of these charges, or of all."""
    return await connection.fetch(_GIVEN_UP if given_up else _OWED, practice_id, guarantor_id, charges)


async def facts(
    connection: Connection,
    practice_id: int,
    guarantor_id: UUID,
    charges: Sequence[UUID],
    claims: Sequence[UUID],
    open_denials: Sequence[str],
    patients: Sequence[UUID],
) -> Row:
    """One row; a column an obstacle."""
    row = await connection.fetchrow(_FACTS, practice_id, guarantor_id, charges, claims, open_denials, patients)
    if row is None:
        raise RuntimeError("a select of expressions has a row")
    return row


async def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """table and the row's names are of this code."""
    await insert_row(connection, f"claims.{table}", row)


async def placement_row(
    connection: Connection, practice_id: int, placement_id: UUID, *, lock: bool = False
) -> Row | None:
    return await connection.fetchrow(
        f"{_PLACEMENT} WHERE p.practice_id = $1 AND p.id = $2 {'FOR UPDATE OF p' if lock else ''}",
        practice_id,
        placement_id,
    )


placement_page = Paged(
    _PLACEMENT,
    "p",
    {"vendor_id": "p.vendor_id = {}", "guarantor_id": "p.guarantor_id = {}", "state": "p.state = {}"},
    newest_first=True,
).rows
"""Newest first."""


async def placed_lines(connection: Connection, practice_id: int, placements: Sequence[UUID]) -> list[Row]:
    """All lines of the placements, locked; `open_cents` is what the agency's receivable holds of the charge."""
    return await connection.fetch(_LINES, practice_id, placements)


async def change_line(
    connection: Connection,
    practice_id: int,
    placement_id: UUID,
    charge_id: UUID,
    *,
    collected: int = 0,
    recalled: int = 0,
) -> None:
    """Add to what was collected and recalled; a collection that is taken back is negative."""
    await connection.execute(
        "UPDATE claims.placement_line SET collected_cents = collected_cents + $4, "
        "recalled_cents = recalled_cents + $5 WHERE practice_id = $1 AND placement_id = $2 AND charge_id = $3",
        practice_id,
        placement_id,
        charge_id,
        collected,
        recalled,
    )


async def touch_placement(
    connection: Connection, practice_id: int, placement_id: UUID, state: str, now: datetime, reason: str | None = None
) -> None:
    """A new version; `reason` is given when it was recalled."""
    await connection.execute(
        "UPDATE claims.placement SET state = $3, version = version + 1, updated_at = $4, "
        "recalled_at = CASE WHEN $5::text IS NULL THEN recalled_at ELSE $4 END, "
        "recalled_reason = coalesce($5, recalled_reason) WHERE practice_id = $1 AND id = $2",
        practice_id,
        placement_id,
        state,
        now,
        reason,
    )


async def remittance_row(
    connection: Connection, practice_id: int, remittance_id: UUID, *, lock: bool = False
) -> Row | None:
    return await connection.fetchrow(
        f"{_REMITTANCE} WHERE r.practice_id = $1 AND r.id = $2 {'FOR UPDATE OF r' if lock else ''}",
        practice_id,
        remittance_id,
    )


remittance_page = Paged(
    _REMITTANCE, "r", {"vendor_id": "r.vendor_id = {}", "state": "r.state = {}"}, newest_first=True
).rows
"""Newest first."""


async def known_reference(connection: Connection, practice_id: int, vendor_id: UUID, reference: str) -> UUID | None:
    found: UUID | None = await connection.fetchval(
        "SELECT id FROM claims.agency_remittance "
        "WHERE practice_id = $1 AND vendor_id = $2 AND reference = $3 AND state <> 'reversed'",
        practice_id,
        vendor_id,
        reference,
    )
    return found


async def mark_reversed(
    connection: Connection, practice_id: int, remittance_id: UUID, reason: str, now: datetime
) -> None:
    await connection.execute(
        "UPDATE claims.agency_remittance SET state = 'reversed', reversed_reason = $3, version = version + 1, "
        "updated_at = $4 WHERE practice_id = $1 AND id = $2",
        practice_id,
        remittance_id,
        reason,
        now,
    )
