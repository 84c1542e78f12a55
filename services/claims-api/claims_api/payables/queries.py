"""SQL of vendors, bills and what is payable."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row

_VENDOR: Final = (
    "id, external_id, name, net_days, discount_basis_points, discount_days, fee_basis, fee_basis_points, "
    "fee_per_claim_cents, fee_receiver"
)
_OPEN: Final = (
    "(SELECT coalesce(sum(e.amount_cents), 0)::bigint FROM claims.bill_entry e "
    "WHERE e.practice_id = $1 AND e.bill_id = b.id)"
)
_BILL: Final = (
    "b.id, b.vendor_id, b.number, b.state, b.bill_on, b.due_on, b.discount_until_on, b.discount_cents, "
    f"b.amount_cents, {_OPEN} AS open_cents, b.entered_by, b.approved_by, b.approved_on, b.version, b.created_at, "
    "b.updated_at"
)

# $2 the day. A refund is payable while it is approved or stale, and to the state while it is unclaimed property; due
# on the last day of the payer's repayment clock where it has one, else on the day from which it is payable.
_PAYABLE: Final = """
SELECT 'bill' AS kind, b.id, v.external_id AS vendor, v.name AS vendor_name, b.number,
       CASE WHEN b.approved_on <= $2 THEN b.approved_on END AS approved_on, b.due_on,
       sum(e.amount_cents)::bigint AS open_cents
FROM claims.bill b
JOIN claims.vendor v ON v.practice_id = $1 AND v.id = b.vendor_id
JOIN claims.bill_entry e ON e.practice_id = $1 AND e.bill_id = b.id AND e.effective_on <= $2
WHERE b.practice_id = $1
GROUP BY b.id, v.external_id, v.name, b.number, b.approved_on, b.due_on
HAVING sum(e.amount_cents) <> 0
UNION ALL
SELECT CASE WHEN s.state = 'unclaimed' THEN 'unclaimed_property' ELSE 'refund' END, r.id, NULL, NULL, NULL,
       (SELECT min(a.effective_on) FROM claims.refund_step a
        WHERE a.practice_id = $1 AND a.refund_id = r.id AND a.state = 'approved'),
       coalesce(CASE WHEN s.state <> 'unclaimed' THEN k.due_on END, s.effective_on), r.amount_cents
FROM (SELECT DISTINCT ON (t.refund_id) t.refund_id, t.state, t.effective_on FROM claims.refund_step t
      WHERE t.practice_id = $1 AND t.effective_on <= $2 ORDER BY t.refund_id, t.version DESC) s
JOIN claims.refund r ON r.practice_id = $1 AND r.id = s.refund_id
LEFT JOIN claims.overpayment_case k ON k.practice_id = $1 AND k.charge_id = r.charge_id AND k.party_id = r.party_id
WHERE s.state IN ('approved', 'stale', 'unclaimed')
ORDER BY due_on, kind, id
"""

_RECOVERED: Final = """
SELECT coalesce(sum(collected_cents), 0)::bigint AS collected_cents, coalesce(sum(fee_cents), 0)::bigint AS kept_cents
FROM claims.agency_remittance
WHERE practice_id = $1 AND vendor_id = $2 AND state = 'posted' AND remitted_on BETWEEN $3 AND $4
"""


async def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """table and the row's names are of this code."""
    await insert_row(connection, f"claims.{table}", row)


async def upsert_vendor(connection: Connection, row: dict[str, Any]) -> Row:
    """The vendor, with `is_new`."""
    columns = ", ".join(row)
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    kept = ("practice_id", "id", "external_id", "created_at")
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in kept)
    found = await connection.fetchrow(
        f"INSERT INTO claims.vendor ({columns}) VALUES ({places}) ON CONFLICT (practice_id, external_id) "
        f"DO UPDATE SET {changes} RETURNING {_VENDOR}, xmax = 0 AS is_new",
        *row.values(),
    )
    assert found is not None
    return found


async def lock_vendor(connection: Connection, practice_id: int, vendor_id: UUID) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_VENDOR} FROM claims.vendor WHERE practice_id = $1 AND id = $2 FOR UPDATE", practice_id, vendor_id
    )


async def vendor_row(connection: Connection, practice_id: int, vendor_id: UUID) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_VENDOR} FROM claims.vendor WHERE practice_id = $1 AND id = $2", practice_id, vendor_id
    )


async def vendor_page(
    connection: Connection, practice_id: int, _filters: dict[str, Any], after: str | None, limit: int
) -> list[Row]:
    """In the order of their external ids."""
    return await connection.fetch(
        f"SELECT {_VENDOR} FROM claims.vendor WHERE practice_id = $1 AND ($2::text IS NULL OR external_id > $2) "
        "ORDER BY external_id LIMIT $3",
        practice_id,
        after,
        limit,
    )


async def number_taken(connection: Connection, practice_id: int, vendor_id: UUID, number: str) -> UUID | None:
    found: UUID | None = await connection.fetchval(
        "SELECT id FROM claims.bill WHERE practice_id = $1 AND vendor_id = $2 AND number = $3 AND state <> 'voided'",
        practice_id,
        vendor_id,
        number,
    )
    return found


async def bill_row(connection: Connection, practice_id: int, bill_id: UUID, *, lock: bool = False) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_BILL} FROM claims.bill b WHERE b.practice_id = $1 AND b.id = $2 {'FOR UPDATE' if lock else ''}",
        practice_id,
        bill_id,
    )


bill_page = Paged(
    f"SELECT {_BILL} FROM claims.bill b",
    "b",
    {"state": "b.state = {}", "vendor_id": "b.vendor_id = {}"},
    newest_first=True,
).rows
"""Newest first."""


async def bill_lines(connection: Connection, practice_id: int, bill_id: UUID) -> list[Row]:
    return await connection.fetch(
        "SELECT n, gl_account, text, amount_cents, from_on, to_on FROM claims.bill_line "
        "WHERE practice_id = $1 AND bill_id = $2 ORDER BY n",
        practice_id,
        bill_id,
    )


async def bill_entries(connection: Connection, practice_id: int, bill_id: UUID) -> list[Row]:
    """Oldest first."""
    return await connection.fetch(
        "SELECT id, kind, effective_on, amount_cents, discount_cents, method, reference, reverses_id, reason "
        "FROM claims.bill_entry WHERE practice_id = $1 AND bill_id = $2 ORDER BY id",
        practice_id,
        bill_id,
    )


async def change_bill(
    connection: Connection, practice_id: int, bill_id: UUID, now: datetime, changes: dict[str, Any]
) -> None:
    """Set the columns and give the bill a new version. changes: names from this code, never from a request."""
    setting = ", ".join(f"{name} = ${n}" for n, name in enumerate(changes, start=4))
    await connection.execute(
        f"UPDATE claims.bill SET {setting}, version = version + 1, updated_at = $3 WHERE practice_id = $1 AND id = $2",
        practice_id,
        bill_id,
        now,
        *changes.values(),
    )


async def payables(connection: Connection, practice_id: int, as_of: date) -> list[Row]:
    """What was open at the end of the day, by due date."""
    return await connection.fetch(_PAYABLE, practice_id, as_of)


async def recovered(connection: Connection, practice_id: int, vendor_id: UUID, from_on: date, to_on: date) -> Row:
    """What this agency collected and kept by its remittances of these days, both counted."""
    row = await connection.fetchrow(_RECOVERED, practice_id, vendor_id, from_on, to_on)
    if row is None:
        raise RuntimeError("sums always have a row")
    return row


async def claims_sent(
    connection: Connection, practice_id: int, receiver: str | None, from_on: date, to_on: date, zone: str
) -> int:
    """Claims in 837 files to the receiver (to any, where none is named) of these days, both counted; one sent twice
    counts twice."""
    return int(
        await connection.fetchval(
            "SELECT coalesce(sum(claim_count), 0) FROM claims.submission WHERE practice_id = $1 "
            "AND (sent_at AT TIME ZONE $4)::date BETWEEN $2 AND $3 AND ($5::text IS NULL OR receiver = $5)",
            practice_id,
            from_on,
            to_on,
            zone,
            receiver,
        )
    )
