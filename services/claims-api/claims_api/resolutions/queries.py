"""SQL of resolutions."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row

_COLUMNS: Final = (
    "id, remittance_id, claim_n, subject, outcome, state, amount_cents, note, payer_item_id, journal_id, "
    "reversal_journal_id, reversed_reason, version, actor, created_at, updated_at"
)

# What is resolved, and its payment, both locked.
_PAYMENT: Final = """
SELECT r.id, r.payer_id, r.billing_entity_id, r.trace_number, r.difference_cents - r.difference_resolved_cents AS
       difference_cents
FROM claims.remittance r
WHERE r.practice_id = $1 AND r.id = $2 AND r.state IN ('posted', 'posted_with_held')
FOR UPDATE
"""
_CLAIM: Final = """
SELECT k.paid_cents, k.payer_control_number FROM claims.remittance_claim k
WHERE k.practice_id = $1 AND k.remittance_id = $2 AND k.n = $3 AND k.state = 'held'
FOR UPDATE
"""


async def payment_row(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    """A payment that is in the books; `difference_cents` is what of its difference is not resolved."""
    return await connection.fetchrow(_PAYMENT, practice_id, remittance_id)


async def held_claim(connection: Connection, practice_id: int, remittance_id: UUID, n: int | None) -> Row | None:
    return await connection.fetchrow(_CLAIM, practice_id, remittance_id, n)


async def insert_resolution(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.resolution", row)


async def resolution_row(
    connection: Connection, practice_id: int, resolution_id: UUID, *, lock: bool = False
) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM claims.resolution WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}",
        practice_id,
        resolution_id,
    )


resolution_page = Paged(
    f"SELECT {_COLUMNS} FROM claims.resolution s",
    "s",
    {"remittance_id": "s.remittance_id = {}", "state": "s.state = {}"},
    newest_first=True,
).rows
"""Newest first."""


async def mark_reversed(
    connection: Connection, practice_id: int, resolution_id: UUID, journal_id: UUID, reason: str, now: datetime
) -> None:
    await connection.execute(
        "UPDATE claims.resolution SET state = 'reversed', reversal_journal_id = $3, reversed_reason = $4, "
        "version = version + 1, updated_at = $5 WHERE practice_id = $1 AND id = $2",
        practice_id,
        resolution_id,
        journal_id,
        reason,
        now,
    )
