"""SQL of refunds and of the credits they come from."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row
from claims_api.refunds.domain import RESERVING
from claims_api.remittances.domain.reversal_state import WAITING

_COLUMNS: Final = (
    "id, side, state, amount_cents, charge_id, claim_id, account, party_id, payer_id, guarantor_id, receipt_id, "
    "payer_item_id, reason, method, reference, issued_on, remitted_on, requested_by, approved_by, due_journal_id, "
    "issue_journal_id, version, created_at, updated_at"
)
RESERVING_STATES: Final = ", ".join(f"'{state.value}'" for state in RESERVING)
_WAITING: Final = ", ".join(f"'{state.value}'" for state in WAITING)

ARISEN_ON: Final = """(SELECT max(s.since) FROM (
            SELECT j.effective_on AS since,
                   sum(e.amount_cents) OVER (ORDER BY j.id, e.n) AS running,
                   sum(e.amount_cents) OVER (ORDER BY j.id, e.n) - e.amount_cents AS before
            FROM claims.ledger_entry e
            JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id
            WHERE e.practice_id = $1 AND e.charge_id = k.charge_id AND e.account = k.account
              AND e.party_id = k.party_id) s WHERE s.before = 0 AND s.running < 0)"""
"""Of a credit `k`: the day of the newest journal that raised it from nothing; until then there was none."""

# $2 is today: a reversal or correction that has not come by its day holds the money no longer.
_CREDITS: Final = f"""
SELECT k.charge_id, k.account, k.party_id, k.claim_id, k.balance_cents,
       c.payer_id, c.guarantor_id, c.financial_class,
       (SELECT coalesce(sum(r.amount_cents), 0)::bigint FROM claims.refund r
        WHERE r.practice_id = $1 AND r.charge_id = k.charge_id AND r.account = k.account AND r.party_id = k.party_id
          AND r.state IN ({RESERVING_STATES})) AS reserved_cents,
       EXISTS (SELECT FROM claims.reversal v WHERE v.practice_id = $1 AND v.claim_id = k.claim_id
               AND v.state IN ({_WAITING}) AND v.due_on >= $2) AS provisional,
       {ARISEN_ON} AS arisen_on
FROM claims.credit_balance k
LEFT JOIN claims.claim c ON c.practice_id = $1 AND c.id = k.claim_id
WHERE k.practice_id = $1 AND k.balance_cents > 0
"""


async def credit_page(
    connection: Connection,
    practice_id: int,
    today: date,
    account: int | None,
    claim_id: UUID | None,
    after: tuple[UUID, int, UUID] | None,
    limit: int,
) -> list[Row]:
    """Credits in the order of their charges, after (charge, account, party)."""
    charge, number, party = after or (None, None, None)
    return await connection.fetch(
        f"{_CREDITS} AND ($3::int IS NULL OR k.account = $3) AND ($4::uuid IS NULL OR k.claim_id = $4) "
        "AND ($5::uuid IS NULL OR (k.charge_id, k.account, k.party_id) > ($5, $6::smallint, $7::uuid)) "
        "ORDER BY k.charge_id, k.account, k.party_id LIMIT $8",
        practice_id,
        today,
        account,
        claim_id,
        charge,
        number,
        party,
        limit,
    )


async def lock_credit(
    connection: Connection, practice_id: int, today: date, charge_id: UUID, account: int, party_id: UUID | None
) -> list[Row]:
    """The credits of the charge in the account, locked so that nobody asks for the same money meanwhile."""
    await connection.execute(
        "SELECT FROM claims.credit_balance WHERE practice_id = $1 AND charge_id = $2 AND account = $3 "
        "ORDER BY party_id FOR UPDATE",
        practice_id,
        charge_id,
        account,
    )
    return await credit_rows(connection, practice_id, today, charge_id, account, party_id)


async def credit_rows(
    connection: Connection, practice_id: int, today: date, charge_id: UUID, account: int, party_id: UUID | None
) -> list[Row]:
    """The same without a lock."""
    return await connection.fetch(
        f"{_CREDITS} AND k.charge_id = $3 AND k.account = $4 AND ($5::uuid IS NULL OR k.party_id = $5) "
        "ORDER BY k.party_id",
        practice_id,
        today,
        charge_id,
        account,
        party_id,
    )


async def requested_of_receipt(connection: Connection, practice_id: int, receipt_id: UUID) -> int:
    """What was asked for and not approved yet: it is still among the receipt's unapplied money."""
    return int(
        await connection.fetchval(
            "SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.refund "
            "WHERE practice_id = $1 AND receipt_id = $2 AND state = 'requested'",
            practice_id,
            receipt_id,
        )
    )


async def reserved_of_item(connection: Connection, practice_id: int, item_id: UUID) -> int:
    """What refunds that are not out reserve of an amount that a payer will take back."""
    return int(
        await connection.fetchval(
            "SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.refund "
            f"WHERE practice_id = $1 AND payer_item_id = $2 AND state IN ({RESERVING_STATES})",
            practice_id,
            item_id,
        )
    )


async def taken_back_cents(
    connection: Connection, practice_id: int, claim_id: UUID | None, payer_id: UUID | None, amount_cents: int
) -> int:
    """What is open of take-backs (1200) for the claim, or of the payer for no claim and of just this amount."""
    return int(
        await connection.fetchval(
            "SELECT coalesce(sum(open_cents), 0)::bigint FROM claims.payer_item "
            "WHERE practice_id = $1 AND kind = 'take_back' AND open_cents > 0 "
            "AND (claim_id = $2 OR (claim_id IS NULL AND payer_id = $3 AND open_cents = $4))",
            practice_id,
            claim_id,
            payer_id,
            amount_cents,
        )
    )


async def insert_refund(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.refund", row)


async def refund_row(connection: Connection, practice_id: int, refund_id: UUID, *, lock: bool = False) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM claims.refund WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}",
        practice_id,
        refund_id,
    )


refund_page = Paged(
    f"SELECT {_COLUMNS} FROM claims.refund f",
    "f",
    {"state": "f.state = {}", "claim_id": "f.claim_id = {}"},
    newest_first=True,
).rows
"""Newest first."""


async def change_refund(
    connection: Connection, practice_id: int, refund_id: UUID, now: datetime, changes: dict[str, Any]
) -> None:
    """Set the columns and give the refund a new version. changes: names from this code, never from a request."""
    setting = ", ".join(f"{name} = ${n}" for n, name in enumerate(changes, start=4))
    await connection.execute(
        f"UPDATE claims.refund SET {setting}, version = version + 1, updated_at = $3 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        refund_id,
        now,
        *changes.values(),
    )


async def keep_step(
    connection: Connection, practice_id: int, refund_id: UUID, on: date, actor: dict[str, Any], machine: datetime
) -> Row:
    """Remember the state that the refund's present version brought; `state` and `version`."""
    row = await connection.fetchrow(
        "INSERT INTO claims.refund_step (practice_id, refund_id, version, state, effective_on, actor, recorded_at) "
        "SELECT $1, id, version, state, $3, $4, $5 FROM claims.refund WHERE practice_id = $1 AND id = $2 "
        "RETURNING state, version",
        practice_id,
        refund_id,
        on,
        actor,
        machine,
    )
    assert row is not None
    return row
