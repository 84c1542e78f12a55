"""SQL of write-offs."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row
from claims_api.ledger.domain import Account

_COLUMNS: Final = (
    "id, kind, cause, state, charge_id, claim_id, account, party_id, amount_cents, reason, rule, journal_id, "
    "reversal_journal_id, reversed_reason, version, actor, created_at, updated_at"
)

_OPEN: Final = """
SELECT charge_id, claim_id, account, party_id, sequence, balance_cents FROM claims.ar_balance
WHERE practice_id = $1 AND charge_id = $2 AND account = ANY($3::smallint[]) AND balance_cents > 0
  AND ($4::uuid IS NULL OR party_id = $4)
ORDER BY account, party_id
FOR UPDATE
"""

# Small is what a guarantor owes in all, never one line of a larger debt; a share that may still change is left.
_SMALL: Final = f"""
WITH owed AS (
    SELECT b.party_id, sum(b.balance_cents)::bigint AS cents, max(b.responsible_on) AS newest_on
    FROM claims.ar_balance b
    WHERE b.practice_id = $1 AND b.account IN ({int(Account.AR_PATIENT)}, {int(Account.AR_SELF_PAY)})
      AND b.balance_cents > 0
    GROUP BY b.party_id
    HAVING sum(b.balance_cents) <= $2 AND max(b.responsible_on) <= $3
)
SELECT b.charge_id, b.claim_id, b.account, b.party_id, b.sequence, b.balance_cents
FROM owed o
JOIN claims.ar_balance b ON b.practice_id = $1 AND b.party_id = o.party_id AND b.balance_cents > 0
  AND b.account IN ({int(Account.AR_PATIENT)}, {int(Account.AR_SELF_PAY)})
ORDER BY b.charge_id, b.account, b.party_id
LIMIT $4
"""


async def open_buckets(
    connection: Connection, practice_id: int, charge_id: UUID, accounts: list[int], party_id: UUID | None
) -> list[Row]:
    """What is open of the charge in these receivables; locked."""
    return await connection.fetch(_OPEN, practice_id, charge_id, accounts, party_id)


async def small_buckets(
    connection: Connection, practice_id: int, up_to_cents: int, last_on: date, limit: int, *, lock: bool
) -> list[Row]:
    """What guarantors owe who owe at most `up_to_cents` in all, none of it newer than `last_on`."""
    return await connection.fetch(
        f"{_SMALL} {'FOR UPDATE OF b' if lock else ''}", practice_id, up_to_cents, last_on, limit
    )


async def charge_exists(connection: Connection, practice_id: int, charge_id: UUID) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.charge WHERE practice_id = $1 AND id = $2)", practice_id, charge_id
        )
    )


async def is_with_agency(connection: Connection, practice_id: int, charge_id: UUID) -> bool:
    """Whether an agency has what was given up of the charge."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.placement_line l JOIN claims.placement p "
            "ON p.practice_id = $1 AND p.id = l.placement_id AND p.kind = 'bad_debt' "
            "WHERE l.practice_id = $1 AND l.charge_id = $2 "
            "AND l.amount_cents > l.collected_cents + l.recalled_cents)",
            practice_id,
            charge_id,
        )
    )


async def insert_write_off(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.write_off", row)


async def write_off_row(
    connection: Connection, practice_id: int, write_off_id: UUID, *, lock: bool = False
) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM claims.write_off WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}",
        practice_id,
        write_off_id,
    )


write_off_page = Paged(
    f"SELECT {_COLUMNS} FROM claims.write_off w",
    "w",
    {"claim_id": "w.claim_id = {}", "kind": "w.kind = {}", "state": "w.state = {}"},
    newest_first=True,
).rows
"""Newest first."""


async def mark_reversed(
    connection: Connection,
    practice_id: int,
    write_off_id: UUID,
    state: str,
    journal_id: UUID,
    reason: str,
    now: datetime,
) -> None:
    await connection.execute(
        "UPDATE claims.write_off SET state = $3, reversal_journal_id = $4, reversed_reason = $5, "
        "version = version + 1, updated_at = $6 WHERE practice_id = $1 AND id = $2",
        practice_id,
        write_off_id,
        state,
        journal_id,
        reason,
        now,
    )
