"""SQL of the bank: lines, matches, payments that wait, and the sums that prove them."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import insert_row
from claims_api.bank.domain.matching import LineFacts, OpenPayment

_LINE: Final = (
    "l.id, l.account_id, l.statement_id, l.posted_on, l.amount_cents, l.reference, l.customer_reference, l.type_code, "
    "l.text, l.traces, l.company_ids, s.state, s.matched_cents, s.held_cents, s.reason, s.version, s.updated_at"
)
NO_JIT: Final = "SET LOCAL jit = off"
"""Before statements over all that is open: compiling them takes seconds, running them a fraction of one."""

LINES: Final = (
    f"SELECT {_LINE} FROM claims.bank_line l "
    "JOIN claims.bank_line_state s ON s.practice_id = $1 AND s.line_id = l.id WHERE l.practice_id = $1"
)

# A payment waits for what no bank line and no insurer's receipt has settled; nothing waits for a payment of nothing.
_SETTLING: Final = """
    SELECT m.remittance_id, m.amount_cents + m.fee_cents AS cents FROM claims.bank_match m
    WHERE m.practice_id = $1 AND m.remittance_id IS NOT NULL AND m.undone_at IS NULL
    UNION ALL
    SELECT a.remittance_id, a.amount_cents - a.returned_cents FROM claims.receipt_application a
    WHERE a.practice_id = $1 AND a.remittance_id IS NOT NULL AND a.undone_at IS NULL
    UNION ALL
    SELECT o.remittance_id, o.amount_cents FROM claims.resolution o
    WHERE o.practice_id = $1 AND o.subject = 'clearing' AND o.state = 'posted'
"""
_SETTLED: Final = f"SELECT x.remittance_id, sum(x.cents)::bigint AS cents FROM ({_SETTLING}) x GROUP BY x.remittance_id"
OPEN_PAYMENTS: Final = f"""
WITH settled AS MATERIALIZED ({_SETTLED})
SELECT r.id, r.trace_number, r.payer_key, coalesce(r.payer_name, '') AS payer_name, r.payer_id, r.payment_cents,
       r.payment_cents - coalesce(s.cents, 0) AS open_cents,
       coalesce(r.paid_on, r.produced_on, r.effective_on) AS paid_on, r.received_at
FROM claims.remittance r LEFT JOIN settled s ON s.remittance_id = r.id
WHERE r.practice_id = $1 AND r.state IN ('posted', 'posted_with_held') AND r.payment_cents <> coalesce(s.cents, 0)
ORDER BY r.id
"""


async def insert_statement(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.bank_statement", row)


async def insert_lines(
    connection: Connection, practice_id: int, rows: list[dict[str, Any]], now: datetime
) -> list[UUID]:
    """The ids of those that are new; a line whose content is known stays what it is."""
    return [
        row["id"]
        for row in await connection.fetch(
            "WITH placed AS ("
            "INSERT INTO claims.bank_line (practice_id, id, account_id, statement_id, posted_on, amount_cents, "
            "reference, customer_reference, type_code, text, traces, company_ids, line_key) "
            "SELECT $1, (e->>'id')::uuid, (e->>'account_id')::uuid, (e->>'statement_id')::uuid, "
            "(e->>'posted_on')::date, (e->>'amount_cents')::bigint, e->>'reference', e->>'customer_reference', "
            "e->>'type_code', e->>'text', ARRAY(SELECT jsonb_array_elements_text(e->'traces')), "
            "ARRAY(SELECT jsonb_array_elements_text(e->'company_ids')), decode(e->>'line_key', 'hex') "
            "FROM unnest($2::jsonb[]) AS e "
            "ON CONFLICT (practice_id, account_id, line_key) DO NOTHING RETURNING id"
            ") INSERT INTO claims.bank_line_state (practice_id, line_id, state, matched_cents, held_cents, version, "
            "updated_at) SELECT $1, id, 'open', 0, 0, 1, $3 FROM placed ORDER BY id RETURNING line_id AS id",
            practice_id,
            rows,
            now,
        )
    ]


async def line_row(connection: Connection, practice_id: int, line_id: UUID, *, lock: bool = False) -> Row | None:
    return await connection.fetchrow(f"{LINES} AND l.id = $2 {'FOR UPDATE OF s' if lock else ''}", practice_id, line_id)


async def line_page(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[Row]:
    """Newest first."""
    return await connection.fetch(
        f"{LINES} AND ($2::text IS NULL OR s.state = $2) AND ($3::uuid IS NULL OR l.account_id = $3) "
        "AND ($4::uuid IS NULL OR l.id < $4) ORDER BY l.id DESC LIMIT $5",
        practice_id,
        filters.get("state"),
        filters.get("account_id"),
        before,
        limit,
    )


def line_facts(row: Row) -> LineFacts:
    """What of the line is open, with everything in it that may be a trace or a check number."""
    named = (*row["traces"], *(value for value in (row["reference"], row["customer_reference"]) if value))
    return LineFacts(
        id=row["id"],
        posted_on=row["posted_on"],
        amount_cents=row["amount_cents"] - row["matched_cents"],
        named=tuple(dict.fromkeys(named)),
        company_ids=tuple(row["company_ids"]),
        text=row["text"],
    )


async def open_payment_rows(connection: Connection, practice_id: int) -> list[Row]:
    """Posted remittances that the bank has not settled to the cent, oldest first."""
    return await connection.fetch(OPEN_PAYMENTS, practice_id)


def open_payment(row: Row) -> OpenPayment:
    return OpenPayment(
        id=row["id"],
        trace=row["trace_number"],
        payer_key=row["payer_key"],
        payer_name=row["payer_name"],
        open_cents=row["open_cents"],
        paid_on=row["paid_on"],
    )


async def settled_by_trace(connection: Connection, practice_id: int, traces: list[str]) -> list[Row]:
    """(id, settled cents) of posted remittances under these traces that the bank has settled, in part or whole."""
    return await connection.fetch(
        f"SELECT r.id, sum(x.cents)::bigint AS cents FROM claims.remittance r JOIN ({_SETTLING}) x "
        "ON x.remittance_id = r.id WHERE r.practice_id = $1 AND r.trace_number = ANY($2::text[]) "
        "GROUP BY r.id HAVING sum(x.cents) > 0",
        practice_id,
        traces,
    )


async def open_item_rows(connection: Connection, practice_id: int) -> list[Row]:
    """What does not agree between bank and books, oldest first."""
    await connection.execute(NO_JIT)
    return await connection.fetch(
        "SELECT kind, line_id, remittance_id, receipt_id, refund_id, amount_cents, since FROM claims.bank_open_item "
        "WHERE practice_id = $1 ORDER BY since, coalesce(line_id, remittance_id, receipt_id, refund_id)",
        practice_id,
    )


async def slip_receipts(connection: Connection, practice_id: int, slip_id: UUID) -> list[Row]:
    """Receipts of a deposit slip with what of each is not deposited."""
    return await connection.fetch(
        "SELECT id, amount_cents - deposited_cents AS open_cents FROM claims.receipt WHERE practice_id = $1 "
        "AND deposit_slip_id = $2 AND state <> 'voided' AND amount_cents > deposited_cents ORDER BY id",
        practice_id,
        slip_id,
    )


async def insert_match(connection: Connection, row: dict[str, Any]) -> None:
    await insert_row(connection, "claims.bank_match", row)


async def match_rows(connection: Connection, practice_id: int, line_id: UUID) -> list[Row]:
    """Oldest first, undone ones included."""
    return await connection.fetch(
        "SELECT id, remittance_id, receipt_id, refund_id, amount_cents, fee_cents, matched_by, reason, journal_id, "
        "matched_at, undone_at, undone_reason, undone_journal_id FROM claims.bank_match "
        "WHERE practice_id = $1 AND line_id = $2 ORDER BY id",
        practice_id,
        line_id,
    )


async def is_refund_paid(connection: Connection, practice_id: int, refund_id: UUID) -> bool:
    """Whether a bank line is matched with it."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.bank_match WHERE practice_id = $1 AND refund_id = $2 "
            "AND undone_at IS NULL)",
            practice_id,
            refund_id,
        )
    )


async def taken_apart(connection: Connection, practice_id: int, line_id: UUID) -> set[UUID]:
    """Remittances that a person has taken off the line."""
    rows = await connection.fetch(
        "SELECT DISTINCT remittance_id FROM claims.bank_match WHERE practice_id = $1 AND line_id = $2 "
        "AND undone_at IS NOT NULL AND remittance_id IS NOT NULL",
        practice_id,
        line_id,
    )
    return {row["remittance_id"] for row in rows}


async def undo_match(
    connection: Connection, practice_id: int, match_id: UUID, journal_id: UUID | None, reason: str, now: datetime
) -> None:
    await connection.execute(
        "UPDATE claims.bank_match SET undone_at = $3, undone_reason = $4, undone_journal_id = $5 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        match_id,
        now,
        reason,
        journal_id,
    )


async def change_line(
    connection: Connection, practice_id: int, line: Row, now: datetime, *, matched: int = 0, held: int = 0
) -> None:
    """Add to what is matched and held of the line; it is `matched` when nothing of it is open."""
    await connection.execute(
        "UPDATE claims.bank_line_state SET matched_cents = matched_cents + $3, held_cents = held_cents + $4, "
        "state = CASE WHEN matched_cents + $3 = $5 THEN 'matched' ELSE 'open' END, version = version + 1, "
        "updated_at = $6 WHERE practice_id = $1 AND line_id = $2",
        practice_id,
        line["id"],
        matched,
        held,
        line["amount_cents"],
        now,
    )


async def set_aside(
    connection: Connection, practice_id: int, line_id: UUID, state: str, reason: str, now: datetime
) -> None:
    await connection.execute(
        "UPDATE claims.bank_line_state SET state = $3, reason = $4, version = version + 1, updated_at = $5 "
        "WHERE practice_id = $1 AND line_id = $2",
        practice_id,
        line_id,
        state,
        reason,
        now,
    )


async def sums(connection: Connection, practice_id: int) -> Row:
    """Everything the proof adds up, from tables on one side and from the ledger on the other."""
    row = await connection.fetchrow(_SUMS, practice_id)
    assert row is not None
    return row


_SUMS: Final = f"""
WITH settled AS MATERIALIZED ({_SETTLED}),
line AS MATERIALIZED (
    SELECT l.amount_cents, s.matched_cents, s.held_cents
    FROM claims.bank_line l JOIN claims.bank_line_state s ON s.practice_id = $1 AND s.line_id = l.id
    WHERE l.practice_id = $1 AND s.state <> 'set_aside'),
paid AS MATERIALIZED (
    SELECT r.id, r.payment_cents, coalesce(s.cents, 0) AS settled_cents
    FROM claims.remittance r LEFT JOIN settled s ON s.remittance_id = r.id
    WHERE r.practice_id = $1 AND r.state IN ('posted', 'posted_with_held')),
receipt AS MATERIALIZED (
    SELECT amount_cents - returned_cents AS due_cents, deposited_cents FROM claims.receipt
    WHERE practice_id = $1 AND state <> 'voided'),
refund AS MATERIALIZED (
    SELECT f.amount_cents, f.state, EXISTS (SELECT FROM claims.bank_match m WHERE m.practice_id = $1
                                            AND m.refund_id = f.id AND m.undone_at IS NULL) AS is_matched
    FROM claims.refund f WHERE f.practice_id = $1 AND f.state IN ('issued', 'cleared', 'remitted')),
entry AS MATERIALIZED (
    SELECT e.account, e.party_id, e.entry, e.amount_cents, j.source_type
    FROM claims.ledger_entry e JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id
    WHERE e.practice_id = $1 AND e.account IN (1000, 1030, 1040, 6210))
SELECT (SELECT coalesce(sum(amount_cents), 0) FROM line)::bigint AS line_cents,
       (SELECT coalesce(sum(matched_cents), 0) FROM line)::bigint AS matched_cents,
       (SELECT coalesce(sum(held_cents), 0) FROM line)::bigint AS held_cents,
       (SELECT coalesce(sum(payment_cents), 0) FROM paid)::bigint AS payment_cents,
       (SELECT coalesce(sum(payment_cents - settled_cents), 0) FROM paid)::bigint AS waiting_cents,
       (SELECT coalesce(sum(due_cents), 0) FROM receipt)::bigint AS receipt_cents,
       (SELECT coalesce(sum(due_cents - deposited_cents), 0) FROM receipt)::bigint AS undeposited_cents,
       (SELECT coalesce(sum(a.amount_cents - a.returned_cents), 0) FROM claims.receipt_application a
        WHERE a.practice_id = $1 AND a.remittance_id IS NOT NULL AND a.undone_at IS NULL)::bigint AS both_cents,
       (SELECT coalesce(sum(fee_cents), 0) FROM claims.bank_match
        WHERE practice_id = $1 AND undone_at IS NULL)::bigint AS fee_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM claims.resolution
        WHERE practice_id = $1 AND subject = 'clearing' AND state = 'posted')::bigint AS resolved_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM entry
        WHERE account = 1000 AND source_type IN ('bank_line', 'refund'))::bigint AS cash_cents,
       (SELECT coalesce(-sum(amount_cents), 0) FROM entry
        WHERE account = 1000 AND source_type = 'refund')::bigint AS refund_posted_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM refund)::bigint AS refund_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM refund
        WHERE NOT is_matched AND state = 'cleared')::bigint AS refund_by_hand_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM refund
        WHERE NOT is_matched AND state <> 'cleared')::bigint AS refund_out_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM entry WHERE account = 1040)::bigint AS clearing_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM entry WHERE account = 1030)::bigint AS card_clearing_cents,
       (SELECT coalesce(sum(amount_cents), 0) FROM entry
        WHERE account = 6210 AND source_type = 'bank_line')::bigint AS fee_posted_cents,
       (SELECT count(*) FROM paid p WHERE p.payment_cents - p.settled_cents <> (
            SELECT coalesce(sum(e.amount_cents), 0) FROM entry e WHERE e.account = 1040 AND e.party_id = p.id))::bigint
           AS traces_off_count
"""

_POSTINGS: Final = """
SELECT p.journal_id, p.n, p.entry, j.effective_on, p.debit_account, p.credit_account, p.amount_cents, p.charge_id,
       p.claim_id, p.remittance_id, p.group_code, p.carc, count(*) OVER () AS total_count
FROM claims.journal j JOIN claims.posting p ON p.practice_id = $1 AND p.journal_id = j.id
WHERE j.practice_id = $1 AND j.source_type = 'bank_line' AND ($2::uuid IS NULL OR j.source_id = $2)
ORDER BY p.journal_id, p.n LIMIT $3
"""


async def bank_postings(connection: Connection, practice_id: int, line_id: UUID | None, limit: int) -> list[Row]:
    """Postings of one line, or of all; `total_count` says how many there are."""
    return await connection.fetch(_POSTINGS, practice_id, line_id, limit)


async def account_by_external_id(connection: Connection, practice_id: int, external_id: str) -> Row | None:
    return await connection.fetchrow(
        "SELECT id, external_id, name, account_number, columns FROM claims.bank_account "
        "WHERE practice_id = $1 AND external_id = $2",
        practice_id,
        external_id,
    )


async def account_row(connection: Connection, practice_id: int, account_id: UUID) -> Row | None:
    return await connection.fetchrow(
        "SELECT id, external_id, name, account_number, columns FROM claims.bank_account "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        account_id,
    )


async def accounts(connection: Connection, practice_id: int) -> list[Row]:
    """In the order of their external ids."""
    return await connection.fetch(
        "SELECT id, external_id, name, account_number, columns FROM claims.bank_account "
        "WHERE practice_id = $1 ORDER BY external_id",
        practice_id,
    )


async def upsert_account(connection: Connection, row: dict[str, Any]) -> None:
    await connection.execute(
        "INSERT INTO claims.bank_account AS a (practice_id, id, external_id, name, account_number, columns, "
        "created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) "
        "ON CONFLICT (practice_id, external_id) DO UPDATE SET name = excluded.name, "
        "account_number = excluded.account_number, columns = excluded.columns, "
        "updated_at = excluded.updated_at",
        *row.values(),
    )


async def day_classes(connection: Connection, practice_id: int) -> list[int]:
    """Days after which an open item is in the next class; setting `reassociation_days`, else 4, 10, 30."""
    days = await connection.fetchval(
        "SELECT settings->'reassociation_days' FROM claims.practice WHERE id = $1", practice_id
    )
    return sorted(int(day) for day in days) if days else [4, 10, 30]


async def statement_row(connection: Connection, practice_id: int, statement_id: UUID) -> Row | None:
    return await connection.fetchrow(
        "SELECT id, format, state, findings, line_count, new_count, size_bytes, received_at FROM claims.bank_statement "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        statement_id,
    )


async def statement_content(connection: Connection, practice_id: int, statement_id: UUID) -> bytes | None:
    content: bytes | None = await connection.fetchval(
        "SELECT content FROM claims.bank_statement WHERE practice_id = $1 AND id = $2", practice_id, statement_id
    )
    return content


def age_days(since: date, today: date) -> int:
    """Whole days; the day itself is day 0."""
    return max((today - since).days, 0)
