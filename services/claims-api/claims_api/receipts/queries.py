"""SQL of receipts, applications and deposit slips."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row
from claims_api.ledger.domain import Account
from claims_api.receipts.domain import OpenBucket

_RECEIPT: Final = (
    "id, external_id, kind, method, state, amount_cents, unapplied_cents, returned_cents, refunded_cents, "
    "deposited_cents, guarantor_id, payer_id, location_id, staff_user_id, deposit_slip_id, reference, received_on, "
    "version, created_at, updated_at"
)
_SLIP: Final = (
    "s.id, s.location_id, s.staff_user_id, s.business_on, s.state, s.counted_cents, s.recorded_cents, "
    "s.over_short_cents, s.reason, s.version, s.created_at, s.closed_at"
)
# What a guarantor may owe, in the order in which money is laid on it.
_OWED: Final = f"({int(Account.AR_PATIENT)}, {int(Account.AR_SELF_PAY)})"

_OPEN: Final = f"""
SELECT b.charge_id, b.claim_id, b.account, b.party_id, b.balance_cents
FROM claims.ar_balance b
JOIN claims.charge h ON h.practice_id = $1 AND h.id = b.charge_id
WHERE b.practice_id = $1 AND b.account IN {_OWED} AND b.balance_cents > 0
  AND ($2::uuid IS NULL OR b.charge_id = $2) AND ($3::uuid IS NULL OR b.claim_id = $3)
ORDER BY h.service_from, b.charge_id, b.account
FOR UPDATE OF b
"""


async def insert_receipt(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.receipt", row)


async def insert_application(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.receipt_application", row)


async def receipt_row(connection: Connection, practice_id: int, receipt_id: UUID, *, lock: bool = False) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_RECEIPT} FROM claims.receipt WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}",
        practice_id,
        receipt_id,
    )


receipt_page = Paged(
    f"SELECT {_RECEIPT} FROM claims.receipt r",
    "r",
    {
        "guarantor_id": "r.guarantor_id = {}",
        "state": "r.state = {}",
        "deposit_slip_id": "r.deposit_slip_id = {}",
        "unapplied": "({}::boolean IS NOT TRUE OR r.unapplied_cents > 0)",
    },
    newest_first=True,
).rows
"""Newest first."""


async def application_rows(connection: Connection, practice_id: int, receipt_id: UUID) -> list[Row]:
    """Oldest first, undone ones included."""
    return await connection.fetch(
        "SELECT id, charge_id, claim_id, account, party_id, remittance_id, amount_cents, returned_cents, journal_id, "
        "created_at, undone_at, undone_by, undone_journal_id FROM claims.receipt_application "
        "WHERE practice_id = $1 AND receipt_id = $2 ORDER BY id",
        practice_id,
        receipt_id,
    )


async def open_buckets(
    connection: Connection, practice_id: int, charge_id: UUID | None, claim_id: UUID | None
) -> list[OpenBucket]:
    """What guarantors owe on the charge or claim, oldest service first; locked."""
    rows = await connection.fetch(_OPEN, practice_id, charge_id, claim_id)
    return [OpenBucket(**row) for row in rows]


async def live_journals(connection: Connection, practice_id: int, receipt_id: UUID) -> list[UUID]:
    """Journals of the receipt that are no reversal and were not reversed, newest first."""
    rows = await connection.fetch(
        "SELECT j.id FROM claims.journal j WHERE j.practice_id = $1 AND j.source_type = 'receipt' AND j.source_id = $2 "
        "AND j.reverses_journal_id IS NULL AND NOT EXISTS (SELECT FROM claims.journal r WHERE r.practice_id = $1 "
        "AND r.reverses_journal_id = j.id) ORDER BY j.id DESC",
        practice_id,
        receipt_id,
    )
    return [row["id"] for row in rows]


async def change_amounts(
    connection: Connection, practice_id: int, receipt_id: UUID, now: datetime, **changes: int
) -> None:
    """Add to the receipt's amounts (`unapplied`, `returned`, `refunded`, `deposited`) and give it a new version."""
    await connection.execute(
        "UPDATE claims.receipt SET unapplied_cents = unapplied_cents + $3, returned_cents = returned_cents + $4, "
        "refunded_cents = refunded_cents + $5, deposited_cents = deposited_cents + $6, version = version + 1, "
        "updated_at = $7, state = CASE WHEN state = 'received' AND returned_cents + $4 = amount_cents "
        "THEN 'returned' ELSE state END WHERE practice_id = $1 AND id = $2",
        practice_id,
        receipt_id,
        changes.get("unapplied", 0),
        changes.get("returned", 0),
        changes.get("refunded", 0),
        changes.get("deposited", 0),
        now,
    )


async def undo_application(
    connection: Connection, practice_id: int, application_id: UUID, by: str, journal_id: UUID, now: datetime
) -> None:
    await connection.execute(
        "UPDATE claims.receipt_application SET undone_at = $3, undone_by = $4, undone_journal_id = $5 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        application_id,
        now,
        by,
        journal_id,
    )


async def exists(connection: Connection, practice_id: int, table: str, row_id: UUID) -> bool:
    """Whether the practice has the row. table: a name from this code, never from a request."""
    found = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM claims.{table} WHERE practice_id = $1 AND id = $2)", practice_id, row_id
    )
    return bool(found)


async def practice_settings(connection: Connection, practice_id: int) -> dict[str, Any]:
    settings: dict[str, Any] = await connection.fetchval(
        "SELECT settings FROM claims.practice WHERE id = $1", practice_id
    )
    return settings


async def slip_row(connection: Connection, practice_id: int, slip_id: UUID, *, lock: bool = False) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_SLIP} FROM claims.deposit_slip s WHERE s.practice_id = $1 AND s.id = $2 "
        f"{'FOR UPDATE' if lock else ''}",
        practice_id,
        slip_id,
    )


slip_page = Paged(f"SELECT {_SLIP} FROM claims.deposit_slip s", "s", {"state": "s.state = {}"}, newest_first=True).rows
"""Newest first."""


async def slip_totals(connection: Connection, practice_id: int, slip_id: UUID) -> list[Row]:
    """(method, count, cents) of what is recorded on the slip; voided receipts do not count."""
    return await connection.fetch(
        "SELECT method, count(*)::int AS receipt_count, sum(amount_cents)::bigint AS recorded_cents "
        "FROM claims.receipt WHERE practice_id = $1 AND deposit_slip_id = $2 AND state <> 'voided' "
        "GROUP BY method ORDER BY method",
        practice_id,
        slip_id,
    )


async def external_id_taken(connection: Connection, practice_id: int, external_id: str) -> bool:
    found = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM claims.receipt WHERE practice_id = $1 AND external_id = $2)",
        practice_id,
        external_id,
    )
    return bool(found)


async def add_returned(connection: Connection, practice_id: int, application_id: UUID, cents: int) -> None:
    await connection.execute(
        "UPDATE claims.receipt_application SET returned_cents = returned_cents + $3 WHERE practice_id = $1 AND id = $2",
        practice_id,
        application_id,
        cents,
    )


async def mark_voided(connection: Connection, practice_id: int, receipt_id: UUID, now: datetime) -> None:
    await connection.execute(
        "UPDATE claims.receipt SET state = 'voided', unapplied_cents = 0, version = version + 1, updated_at = $3 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        receipt_id,
        now,
    )


async def insert_reassignment(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.receipt_reassignment", row)


async def reassignment_rows(connection: Connection, practice_id: int, receipt_id: UUID) -> list[Row]:
    """Oldest first."""
    return await connection.fetch(
        "SELECT from_guarantor_id, guarantor_id, reason, reassigned_at FROM claims.receipt_reassignment "
        "WHERE practice_id = $1 AND receipt_id = $2 ORDER BY id",
        practice_id,
        receipt_id,
    )


async def is_refund_asked(connection: Connection, practice_id: int, receipt_id: UUID) -> bool:
    """Whether somebody asked for a refund of it that is not decided."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.refund "
            "WHERE practice_id = $1 AND receipt_id = $2 AND state = 'requested')",
            practice_id,
            receipt_id,
        )
    )


async def name_owner(
    connection: Connection,
    practice_id: int,
    receipt_id: UUID,
    kind: str,
    guarantor_id: UUID | None,
    payer_id: UUID | None,
    now: datetime,
) -> None:
    await connection.execute(
        "UPDATE claims.receipt SET kind = $3, guarantor_id = $4, payer_id = $5, version = version + 1, updated_at = $6 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        receipt_id,
        kind,
        guarantor_id,
        payer_id,
        now,
    )
