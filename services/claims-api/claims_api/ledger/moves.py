"""Postings by the thousand: temporary tables that a set-based writer fills, and statements that make a ledger of them.

A writer gets the tables ready (`TABLES`), fills `ledger_journal`, `ledger_charge` and, round by round, `ledger_move`;
`load_buckets` locks and reads the balances first, `settle_round` keeps every receivable at zero or above (what falls
below becomes a credit, E45), `write_moves` writes journals, postings and balances. All in the caller's transaction.
A bucket is one (charge, account, party). Two moves on one charge that must see each other go into two rounds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ar_shared.platform.database import Connection
from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF, Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.tell_credits import tell_credits

TABLES: Final = {
    "ledger_journal": (
        "journal_id uuid, kind text, source_type text, source_id uuid, reverses_journal_id uuid, claim_id uuid, "
        "coverage_id uuid, billing_entity_id uuid, location_id uuid, rendering_provider_id uuid, payer_id uuid, "
        "plan_id uuid, financial_class text, remittance_id uuid, remittance_claim_n bigint, reason text"
    ),
    "ledger_charge": "charge_id uuid, claim_id uuid, service_on date, rendering_provider_id uuid",
    "ledger_move": (
        "round smallint, journal_id uuid, n int, charge_id uuid, claim_id uuid, entry text, amount_cents bigint, "
        "short_cents bigint, debit_account smallint, debit_party uuid, debit_sequence smallint, "
        "credit_account smallint, credit_party uuid, credit_sequence smallint, line_n bigint, group_code text, "
        "carc text"
    ),
    "ledger_bucket": (
        "charge_id uuid, account smallint, party_id uuid, sequence smallint, claim_id uuid, opening_cents bigint, "
        "balance_cents bigint, opening_credit_cents bigint, prior_credit_cents bigint, credit_cents bigint, "
        "round smallint, first_bill_on date, responsible_on date, existed boolean"
    ),
}

_AR: Final = ", ".join(str(int(account)) for account in AR_ACCOUNTS)
_CREDIT_OF: Final = " ".join(f"WHEN {ar:d} THEN {credit:d}" for ar, credit in CREDIT_ACCOUNT_OF.items())
_CREDIT_ACCOUNTS: Final = ", ".join(str(n) for n in sorted({int(account) for account in CREDIT_ACCOUNT_OF.values()}))
_CREDIT_ACCOUNT: Final = f"(CASE b.account {_CREDIT_OF} END)"
_ARRIVING: Final = f"'{LedgerEvent.SHARE_TRANSFER}', '{LedgerEvent.RESPONSIBILITY_CHANGE}'"
FIRST_RECLASS_N: Final = 1_000_000
"""Numbers of system postings (E45) inside a journal start here."""


@dataclass(frozen=True, slots=True)
class Books:
    """Who posts and when: `posted_at` is practice time, `recorded_at` machine time."""

    practice_id: int
    client_id: str
    actor_id: str | None
    actor_kind: str
    effective_on: date
    source_on: date | None
    posted_at: datetime
    recorded_at: datetime


# A credit is kept under the receivable it came from, so that a later debit of that receivable finds it.
_LOAD: Final = f"""
INSERT INTO ledger_bucket
SELECT b.charge_id, b.account, b.party_id, b.sequence, b.claim_id, b.balance_cents, b.balance_cents, 0, 0, 0, 0,
       b.first_bill_on, b.responsible_on, true
FROM claims.ar_balance b
WHERE b.practice_id = $1 AND b.charge_id IN (SELECT charge_id FROM ledger_charge) AND b.account IN ({_AR})
ORDER BY b.charge_id, b.account, b.party_id
FOR UPDATE
"""

_LOAD_CREDITS: Final = f"""
WITH credit AS MATERIALIZED (
    SELECT k.charge_id, k.account, k.party_id, k.claim_id, k.balance_cents
    FROM claims.credit_balance k
    WHERE k.practice_id = $1 AND k.charge_id IN (SELECT charge_id FROM ledger_charge) AND k.balance_cents > 0
    ORDER BY k.charge_id, k.account, k.party_id
    FOR UPDATE
), owed AS MATERIALIZED (
    SELECT DISTINCT ON (k.charge_id, k.account, k.party_id) k.charge_id, p.ar AS account, k.party_id, k.claim_id,
           k.balance_cents, b.charge_id IS NOT NULL AS known
    FROM credit k
    JOIN (VALUES {", ".join(f"({ar:d}, {credit:d})" for ar, credit in CREDIT_ACCOUNT_OF.items())}) AS p(ar, credit)
      ON p.credit = k.account
    LEFT JOIN ledger_bucket b ON b.charge_id = k.charge_id AND b.account = p.ar AND b.party_id = k.party_id
    ORDER BY k.charge_id, k.account, k.party_id, (b.charge_id IS NULL), p.ar
), added AS (
    UPDATE ledger_bucket b
    SET opening_credit_cents = o.balance_cents, prior_credit_cents = o.balance_cents, credit_cents = o.balance_cents
    FROM owed o
    WHERE o.known AND b.charge_id = o.charge_id AND b.account = o.account AND b.party_id = o.party_id
)
INSERT INTO ledger_bucket
SELECT charge_id, account, party_id, 0, claim_id, 0, 0, balance_cents, balance_cents, balance_cents, 0, NULL,
       $2, false
FROM owed WHERE NOT known
"""

# A transferred amount that comes to an empty bucket starts its dates anew; to an open one it joins what is there. A
# payer that was billed before stays billed when a person moves an amount to it: rebilling never re-ages.
# What returns to a bucket (a reversal, a credit drawn back) keeps the dates it left with.
_SETTLE: Final = f"""
WITH delta AS MATERIALIZED (
    SELECT s.charge_id, s.account, s.party_id, max(s.sequence) AS sequence, sum(s.cents)::bigint AS cents,
           bool_or(s.arrives) AS arrives, bool_or(s.unbilled) AS unbilled
    FROM (
        SELECT charge_id, debit_account AS account, debit_party AS party_id, debit_sequence AS sequence,
               amount_cents AS cents, entry IN ({_ARRIVING}) AS arrives,
               entry = '{LedgerEvent.SHARE_TRANSFER}'
               OR (entry = '{LedgerEvent.RESPONSIBILITY_CHANGE}' AND debit_account <> {Account.AR_INSURANCE:d})
                   AS unbilled
        FROM ledger_move WHERE round = $1 AND amount_cents > 0 AND debit_account IN ({_AR})
        UNION ALL
        SELECT charge_id, credit_account, credit_party, credit_sequence, -amount_cents, false, false
        FROM ledger_move WHERE round = $1 AND amount_cents > 0 AND credit_account IN ({_AR})
    ) s
    GROUP BY s.charge_id, s.account, s.party_id
), known AS (
    UPDATE ledger_bucket b
    SET balance_cents = greatest(b.balance_cents - b.credit_cents + d.cents, 0),
        credit_cents = greatest(b.credit_cents - b.balance_cents - d.cents, 0),
        prior_credit_cents = b.credit_cents, round = $1,
        first_bill_on = CASE WHEN d.unbilled AND b.opening_cents + b.balance_cents = 0 THEN NULL
                             ELSE b.first_bill_on END,
        responsible_on = CASE WHEN d.arrives AND b.opening_cents + b.balance_cents = 0 THEN $2
                              ELSE b.responsible_on END
    FROM delta d
    WHERE b.charge_id = d.charge_id AND b.account = d.account AND b.party_id = d.party_id
)
INSERT INTO ledger_bucket
SELECT d.charge_id, d.account, d.party_id, coalesce(d.sequence, 0), h.claim_id, 0, greatest(d.cents, 0), 0, 0,
       greatest(-d.cents, 0), $1, NULL, $2, false
FROM delta d
LEFT JOIN ledger_charge h ON h.charge_id = d.charge_id
LEFT JOIN ledger_bucket b ON b.charge_id = d.charge_id AND b.account = d.account AND b.party_id = d.party_id
WHERE b.charge_id IS NULL
"""

_RECLASS: Final = f"""
WITH changed AS MATERIALIZED (
    SELECT DISTINCT ON (b.charge_id, b.account, b.party_id) b.*, m.journal_id
    FROM ledger_bucket b
    JOIN ledger_move m
      ON m.round = $1 AND m.amount_cents > 0 AND m.charge_id = b.charge_id
     AND ((m.debit_account = b.account AND m.debit_party = b.party_id)
          OR (m.credit_account = b.account AND m.credit_party = b.party_id))
    WHERE b.round = $1 AND b.credit_cents <> b.prior_credit_cents
    ORDER BY b.charge_id, b.account, b.party_id, m.journal_id
)
INSERT INTO ledger_move
SELECT b.round, b.journal_id, {FIRST_RECLASS_N} + row_number() OVER (ORDER BY b.charge_id, b.account, b.party_id),
       b.charge_id, b.claim_id, '{LedgerEvent.CREDIT_RECLASS}', abs(b.credit_cents - b.prior_credit_cents), 0,
       CASE WHEN b.credit_cents > b.prior_credit_cents THEN b.account ELSE {_CREDIT_ACCOUNT} END,
       b.party_id, b.sequence,
       CASE WHEN b.credit_cents > b.prior_credit_cents THEN {_CREDIT_ACCOUNT} ELSE b.account END,
       b.party_id, b.sequence,
       NULL, NULL, NULL
FROM changed b
"""

_JOURNALS: Final = """
INSERT INTO claims.journal (practice_id, id, kind, effective_on, source_on, posted_at, recorded_at, source_type,
    source_id, reverses_journal_id, client_id, actor_id, actor_kind, reason, event_outbox_id)
SELECT $1, journal_id, kind, $2, $3, $4, $5, source_type, source_id, reverses_journal_id, $6, $7, $8, reason, $9
FROM ledger_journal
"""

_POSTINGS: Final = """
INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents,
    debit_account, debit_party_id, debit_sequence, debit_first_bill_on, debit_responsible_on,
    credit_account, credit_party_id, credit_sequence, credit_first_bill_on, credit_responsible_on,
    service_on, charge_id, claim_id, coverage_id, remittance_id, remittance_claim_n, remittance_line_n,
    group_code, carc, billing_entity_id, location_id, rendering_provider_id, payer_id, plan_id, financial_class)
SELECT $1, m.journal_id, m.n, m.entry, m.amount_cents,
    m.debit_account, m.debit_party, m.debit_sequence, d.first_bill_on, d.responsible_on,
    m.credit_account, m.credit_party, m.credit_sequence, c.first_bill_on, c.responsible_on,
    h.service_on, m.charge_id, j.claim_id, j.coverage_id, j.remittance_id, j.remittance_claim_n, m.line_n,
    m.group_code, m.carc, j.billing_entity_id, j.location_id,
    coalesce(h.rendering_provider_id, j.rendering_provider_id), j.payer_id, j.plan_id, j.financial_class
FROM ledger_move m
JOIN ledger_journal j ON j.journal_id = m.journal_id
LEFT JOIN ledger_charge h ON h.charge_id = m.charge_id
LEFT JOIN ledger_bucket d
  ON d.charge_id = m.charge_id AND d.account = m.debit_account AND d.party_id = m.debit_party
LEFT JOIN ledger_bucket c
  ON c.charge_id = m.charge_id AND c.account = m.credit_account AND c.party_id = m.credit_party
WHERE m.amount_cents > 0
"""

_CHANGED_BALANCES: Final = """
UPDATE claims.ar_balance b
SET balance_cents = k.balance_cents, first_bill_on = k.first_bill_on, responsible_on = k.responsible_on,
    updated_at = $2
FROM ledger_bucket k
WHERE b.practice_id = $1 AND b.charge_id = k.charge_id AND b.account = k.account AND b.party_id = k.party_id
  AND k.existed AND k.balance_cents <> k.opening_cents
"""

_NEW_BALANCES: Final = """
INSERT INTO claims.ar_balance AS b (practice_id, charge_id, account, party_id, sequence, claim_id, balance_cents,
    first_bill_on, responsible_on, updated_at)
SELECT $1, charge_id, account, party_id, sequence, claim_id, balance_cents, first_bill_on, responsible_on, $2
FROM ledger_bucket
WHERE NOT existed AND balance_cents > 0
ON CONFLICT (practice_id, charge_id, account, party_id) DO UPDATE
SET balance_cents = b.balance_cents + excluded.balance_cents, updated_at = excluded.updated_at
"""

_CREDITS: Final = f"""
INSERT INTO claims.credit_balance AS k (practice_id, charge_id, account, party_id, claim_id, balance_cents, updated_at)
SELECT $1, b.charge_id, {_CREDIT_ACCOUNT}, b.party_id, (array_agg(b.claim_id))[1], sum(b.credit_cents), $2
FROM ledger_bucket b
WHERE b.credit_cents <> b.opening_credit_cents
GROUP BY 2, 3, 4
ON CONFLICT (practice_id, charge_id, account, party_id) DO UPDATE
SET balance_cents = excluded.balance_cents, updated_at = excluded.updated_at
"""

# A refund takes from a credit itself, its reversal gives it back; neither passes through the receivable.
_DRAWN: Final = f"""
UPDATE claims.credit_balance k
SET balance_cents = k.balance_cents + d.cents, updated_at = $2
FROM (
    SELECT s.charge_id, s.account, s.party_id, sum(s.cents)::bigint AS cents
    FROM (
        SELECT charge_id, debit_account AS account, debit_party AS party_id, -amount_cents AS cents
        FROM ledger_move WHERE entry <> '{LedgerEvent.CREDIT_RECLASS}'
        UNION ALL
        SELECT charge_id, credit_account, credit_party, amount_cents
        FROM ledger_move WHERE entry <> '{LedgerEvent.CREDIT_RECLASS}'
    ) s
    WHERE s.charge_id IS NOT NULL AND s.account IN ({_CREDIT_ACCOUNTS})
    GROUP BY s.charge_id, s.account, s.party_id
) d
WHERE k.practice_id = $1 AND k.charge_id = d.charge_id AND k.account = d.account AND k.party_id = d.party_id
"""


async def load_buckets(connection: Connection, books: Books) -> None:
    """Lock, in key order, and read what is open or owed back on every charge in `ledger_charge`."""
    await connection.execute(_LOAD, books.practice_id)
    await connection.execute(_LOAD_CREDITS, books.practice_id, books.effective_on)
    await connection.execute("ANALYZE ledger_bucket")


async def settle_round(connection: Connection, books: Books, number: int) -> None:
    """Bring the round's moves into the buckets; what would fall below zero becomes a credit, and comes back first."""
    await connection.execute(_SETTLE, number, books.effective_on)
    await connection.execute(_RECLASS, number)


async def write_moves(connection: Connection, books: Books, event_outbox_id: int) -> int:
    """Write journals, postings and balances; returns the number of postings."""
    await connection.execute("ANALYZE ledger_journal; ANALYZE ledger_move; ANALYZE ledger_bucket")
    await connection.execute(
        _JOURNALS,
        books.practice_id,
        books.effective_on,
        books.source_on,
        books.posted_at,
        books.recorded_at,
        books.client_id,
        books.actor_id,
        books.actor_kind,
        event_outbox_id,
    )
    tag = await connection.execute(_POSTINGS, books.practice_id)
    for statement in (_CHANGED_BALANCES, _NEW_BALANCES, _CREDITS, _DRAWN):
        await connection.execute(statement, books.practice_id, books.posted_at)
    await tell_credits(
        connection,
        books.practice_id,
        client_id=books.client_id,
        actor=(books.actor_kind, books.actor_id),
        at=books.posted_at,
        machine=books.recorded_at,
    )
    return int(tag.rpartition(" ")[2])
