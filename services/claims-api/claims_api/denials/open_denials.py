"""Open the cases of a payment: one statement over what posting staged."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.sql_ids import uuid7_sql

STAGED_DENIAL: Final = {
    "claim_n": "bigint",
    "line_n": "bigint",
    "group_code": "text",
    "carc": "text",
    "rarcs": "text[]",
    "category": "text",
    "owner": "text",
    "recommended_action": "text",
    "route_reason": "text",
    "preventable": "boolean",
    "appeal_path": "text",
    "denied_cents": "bigint",
}
"""Columns of `denial_found`: a denied line (line 0: the claim as a whole) with its route."""

# `denial_claim` says which of the staged claims were posted: (claim_n, claim_id, payer_id); `denial_charge` on which
# charge a line landed: (claim_n, line_n, charge_id). Both are given as sub-selects by the caller.
_OPEN: Final = """
WITH opened AS (
    INSERT INTO claims.denial_case (practice_id, id, claim_id, charge_id, payer_id, remittance_id, remittance_claim_n,
        remittance_line_n, group_code, carc, rarcs, category, owner, recommended_action, route_reason, preventable,
        appeal_path, denied_cents, recovered_cents, state, remitted_on, opened_on, row_version, created_at, updated_at)
    SELECT $1, {id}, p.claim_id, t.charge_id, p.payer_id, $2, d.claim_n, d.line_n, d.group_code, d.carc, d.rarcs,
        d.category, d.owner, d.recommended_action, d.route_reason, d.preventable, d.appeal_path, d.denied_cents, 0,
        'new', $3, $4, 1, $5, $5
    FROM denial_found d
    JOIN {claims} p ON p.claim_n = d.claim_n
    LEFT JOIN {charges} t ON t.claim_n = d.claim_n AND t.line_n = d.line_n
    RETURNING id, claim_id, carc, group_code, category, denied_cents
), announced AS (
    INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
    SELECT $1, 'denial.opened', 'denial', o.id,
           jsonb_build_object('claim_id', o.claim_id, 'external_id', c.external_id, 'carc', o.carc,
                              'group_code', o.group_code, 'category', o.category, 'denied_cents', o.denied_cents),
           $5, $6
    FROM opened o JOIN claims.claim c ON c.practice_id = $1 AND c.id = o.claim_id
)
SELECT count(*) FROM opened
"""


async def open_denials(
    connection: Connection,
    practice_id: int,
    remittance_id: UUID,
    *,
    claims: str,
    charges: str,
    remitted_on: date,
    today: date,
    now: datetime,
    machine: datetime,
) -> int:
    """Open a case for each row of `denial_found` whose claim was posted; returns how many.

    claims, charges: SQL sources with the columns (claim_n, claim_id, payer_id) and (claim_n, line_n, charge_id).
    """
    statement = _OPEN.format(id=uuid7_sql("$7::bigint"), claims=claims, charges=charges)
    milliseconds = int(machine.timestamp() * 1000)
    opened: int = await connection.fetchval(
        statement, practice_id, remittance_id, remitted_on, today, now, machine, milliseconds
    )
    return opened
