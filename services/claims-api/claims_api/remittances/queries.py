"""SQL of remittances: reads."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged

_REMITTANCE: Final = """
SELECT r.id, r.state, r.payer_id, r.payer_name, r.billing_entity_id, r.trace_number, r.method, r.payment_cents,
       r.claims_paid_cents, r.provider_adjustment_cents, r.held_cents, r.claim_count, r.counts, r.paid_on,
       r.produced_on, r.effective_on, r.duplicate_of, r.file_id, r.transaction_n, r.received_at, r.findings, r.entry,
       r.difference_cents, r.row_version
FROM claims.remittance r
"""


FILTERS: Final = {
    "state": "r.state = {}",
    "payer_id": "r.payer_id = {}::uuid",
    "trace_number": "r.trace_number = {}",
}


async def remittance_row(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    return await connection.fetchrow(
        f"{_REMITTANCE} WHERE r.practice_id = $1 AND r.id = $2", practice_id, remittance_id
    )


remittance_page = Paged(_REMITTANCE, "r", FILTERS, newest_first=True).rows
"""Newest first."""


async def claim_page(
    connection: Connection, practice_id: int, remittance_id: UUID, state: str | None, after: int, limit: int
) -> list[Row]:
    """Claims of a payment in its order."""
    return await connection.fetch(
        "SELECT n, state, claim_id, matched_by, hold_reason, outcome, out_of_order, patient_control_number, "
        "payer_control_number, clp_status, charge_cents, paid_cents, patient_cents, service_from, service_to, "
        "remark_codes, facts FROM claims.remittance_claim "
        "WHERE practice_id = $1 AND remittance_id = $2 AND ($3::text IS NULL OR state = $3) AND n > $4 "
        "ORDER BY n LIMIT $5",
        practice_id,
        remittance_id,
        state,
        after,
        limit,
    )


async def line_rows(connection: Connection, practice_id: int, remittance_id: UUID, claims: list[int]) -> list[Row]:
    return await connection.fetch(
        "SELECT claim_n, n, charge_id, line_control_number, procedure, submitted_procedure, charge_cents, paid_cents, "
        "cash_cents, allowed_cents, stated_allowed_cents, paid_units, denied_cents, outcome, remark_codes, "
        "service_from, service_to, derived, facts FROM claims.remittance_line "
        "WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = ANY($3::bigint[]) ORDER BY claim_n, n",
        practice_id,
        remittance_id,
        claims,
    )


async def adjustment_rows(
    connection: Connection, practice_id: int, remittance_id: UUID, claims: list[int]
) -> list[Row]:
    """Claim level is line 0."""
    return await connection.fetch(
        "SELECT claim_n, line_n, group_code, carc, amount_cents, quantity, derived FROM claims.remittance_adjustment "
        "WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = ANY($3::bigint[]) ORDER BY claim_n, line_n, n",
        practice_id,
        remittance_id,
        claims,
    )


async def provider_adjustment_rows(connection: Connection, practice_id: int, remittance_id: UUID) -> list[Row]:
    return await connection.fetch(
        "SELECT n, provider_identifier, code, reference, amount_cents, fiscal_on, action, claim_id, moved "
        "FROM claims.provider_adjustment WHERE practice_id = $1 AND remittance_id = $2 ORDER BY n",
        practice_id,
        remittance_id,
    )


async def clearing_row(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    """The posted remittance, locked, and `clearing_cents`: what of it waits on 1040 for the bank."""
    return await connection.fetchrow(
        "SELECT r.id, r.payer_id, r.billing_entity_id, r.payment_cents, r.trace_number, r.paid_on, "
        "(SELECT coalesce(sum(e.amount_cents), 0) FROM claims.ledger_entry e WHERE e.practice_id = $1 "
        "AND e.remittance_id = $2 AND e.account = 1040 AND e.party_id = $2)::bigint AS clearing_cents "
        "FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2 "
        "AND r.state IN ('posted', 'posted_with_held') FOR UPDATE OF r",
        practice_id,
        remittance_id,
    )


async def remittance_claim_row(connection: Connection, practice_id: int, remittance_id: UUID, n: int) -> Row | None:
    return await connection.fetchrow(
        "SELECT * FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2 AND n = $3",
        practice_id,
        remittance_id,
        n,
    )


async def action_rows(connection: Connection, practice_id: int, remittance_id: UUID) -> list[Row]:
    """What people did with the payment, oldest first."""
    return await connection.fetch(
        "SELECT kind, claim_n, claim_id, reason, actor_id, actor_kind, acted_at FROM claims.remittance_action "
        "WHERE practice_id = $1 AND remittance_id = $2 ORDER BY acted_at, id LIMIT 200",
        practice_id,
        remittance_id,
    )
