"""SQL of closed months."""

from datetime import date, datetime
from typing import Final

from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Row
from claims_api.ledger.control_hash import HASH

JOURNALS_SHOWN: Final = 1_000

# A month's hash is over the hashes of its days that have postings, so that no text grows with the month.
_VERSION: Final = f"""
WITH day AS (
    SELECT j.effective_on, {HASH} AS hash, count(*) AS postings, count(DISTINCT p.journal_id) AS journals
    FROM claims.journal j JOIN claims.posting p ON p.practice_id = $1 AND p.journal_id = j.id
    WHERE j.practice_id = $1 AND j.effective_on BETWEEN $2 AND $3
    GROUP BY j.effective_on
)
INSERT INTO claims.period_version (practice_id, month, version, closed_on, closed_at, client_id, actor_id, actor_kind,
                                   note, event_outbox_id, journal_count, posting_count, control_hash)
SELECT $1, $2, $4, $5, $6, $7, $8, $9, $10, $11, coalesce(sum(journals), 0), coalesce(sum(postings), 0),
       sha256(coalesce(string_agg(hash, ''::bytea ORDER BY effective_on), ''::bytea))
FROM day
"""

_BALANCES: Final = """
INSERT INTO claims.period_balance (practice_id, month, version, account, debit_cents, credit_cents, balance_cents)
SELECT $1, $2, $4, e.account,
       coalesce(sum(e.amount_cents) FILTER (WHERE e.side = 'D' AND j.effective_on >= $2), 0),
       coalesce(-sum(e.amount_cents) FILTER (WHERE e.side = 'C' AND j.effective_on >= $2), 0),
       sum(e.amount_cents)
FROM claims.journal j JOIN claims.ledger_entry e ON e.practice_id = $1 AND e.journal_id = j.id
WHERE j.practice_id = $1 AND j.effective_on <= $3
GROUP BY e.account
"""

_VERSIONS: Final = """
SELECT v.month, v.version, v.closed_on, v.closed_at, v.event_outbox_id, v.actor_kind, v.actor_id, v.note,
       v.journal_count,
       v.posting_count, encode(v.control_hash, 'hex') AS control_hash,
       r.reopened_on, r.reopened_at, r.actor_kind AS reopened_by_kind, r.actor_id AS reopened_by,
       r.reason AS reopening_reason
FROM claims.period_version v
LEFT JOIN claims.period_reopening r ON r.practice_id = $1 AND r.month = v.month AND r.version = v.version
WHERE v.practice_id = $1 AND ($2::date IS NULL OR v.month = $2)
ORDER BY v.month DESC, v.version DESC
"""

# What the ledger says today of a month, beside what a version kept; equal as long as the month stays closed.
_LEDGER_DIFFERS: Final = """
WITH now AS (
    SELECT e.account, sum(e.amount_cents) AS cents
    FROM claims.journal j JOIN claims.ledger_entry e ON e.practice_id = $1 AND e.journal_id = j.id
    WHERE j.practice_id = $1 AND j.effective_on <= $4
    GROUP BY e.account
), kept AS (
    SELECT b.account, b.balance_cents AS cents FROM claims.period_balance b
    WHERE b.practice_id = $1 AND b.month = $2 AND b.version = $3
)
SELECT EXISTS (
    SELECT FROM now FULL JOIN kept USING (account) WHERE coalesce(now.cents, 0) <> coalesce(kept.cents, 0))
"""

_DIFFERENCES: Final = """
SELECT account, coalesce(a.balance_cents, 0) AS before_cents, coalesce(b.balance_cents, 0) AS after_cents
FROM (SELECT * FROM claims.period_balance WHERE practice_id = $1 AND month = $2 AND version = $3 - 1) a
FULL JOIN (SELECT * FROM claims.period_balance WHERE practice_id = $1 AND month = $2 AND version = $3) b
  USING (account)
WHERE coalesce(a.balance_cents, 0) <> coalesce(b.balance_cents, 0)
ORDER BY account
"""

# Written between the two closes, by the numbers of the events that announced them: no clock decides.
_JOURNALS_BETWEEN: Final = """
SELECT e.account, j.id AS journal_id, j.kind, j.effective_on, j.source_on, j.source_type, j.source_id,
       j.reverses_journal_id, j.reason, sum(e.amount_cents)::bigint AS amount_cents,
       count(*) OVER () AS total_count, sum(sum(e.amount_cents)) OVER (PARTITION BY e.account)::bigint AS account_cents
FROM claims.journal j JOIN claims.ledger_entry e ON e.practice_id = $1 AND e.journal_id = j.id
WHERE j.practice_id = $1 AND j.effective_on <= $2 AND j.event_outbox_id > $3 AND j.event_outbox_id < $4
GROUP BY e.account, j.id, j.kind, j.effective_on, j.source_on, j.source_type, j.source_id, j.reverses_journal_id,
         j.reason
HAVING sum(e.amount_cents) <> 0
ORDER BY e.account, j.effective_on, j.id
LIMIT $5
"""


async def insert_version(
    connection: Connection,
    practice_id: int,
    first_day: date,
    last_day: date,
    version: int,
    *,
    closed_on: date,
    closed_at: datetime,
    client_id: str,
    actor: Actor,
    note: str | None,
    event_outbox_id: int,
) -> None:
    """Keep what the books say of the month, for ever."""
    who = (client_id, actor.id, actor.kind)
    await connection.execute(
        _VERSION, practice_id, first_day, last_day, version, closed_on, closed_at, *who, note, event_outbox_id
    )
    await connection.execute(_BALANCES, practice_id, first_day, last_day, version)


async def insert_reopening(
    connection: Connection,
    practice_id: int,
    first_day: date,
    version: int,
    *,
    reopened_on: date,
    reopened_at: datetime,
    client_id: str,
    actor: Actor,
    reason: str,
) -> None:
    """Why this version no longer closes the month."""
    await connection.execute(
        "INSERT INTO claims.period_reopening (practice_id, month, version, reopened_on, reopened_at, client_id, "
        "actor_id, actor_kind, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        practice_id,
        first_day,
        version,
        reopened_on,
        reopened_at,
        client_id,
        actor.id,
        actor.kind,
        reason,
    )


async def versions(connection: Connection, practice_id: int, first_day: date | None = None) -> list[Row]:
    """All versions of a month, or of every month that was ever closed; newest first."""
    return await connection.fetch(_VERSIONS, practice_id, first_day)


async def balances(connection: Connection, practice_id: int, first_day: date, version: int) -> list[Row]:
    """The snapshot of a version; debits less credits."""
    return await connection.fetch(
        "SELECT account, debit_cents, credit_cents, balance_cents FROM claims.period_balance "
        "WHERE practice_id = $1 AND month = $2 AND version = $3 ORDER BY account",
        practice_id,
        first_day,
        version,
    )


async def ledger_differs(
    connection: Connection, practice_id: int, first_day: date, version: int, last_day: date
) -> bool:
    """Whether the ledger says something else of the month than the version kept."""
    return bool(await connection.fetchval(_LEDGER_DIFFERS, practice_id, first_day, version, last_day))


async def account_differences(connection: Connection, practice_id: int, first_day: date, version: int) -> list[Row]:
    """Accounts whose balance is another one than in the version before."""
    return await connection.fetch(_DIFFERENCES, practice_id, first_day, version)


async def journals_between(
    connection: Connection, practice_id: int, last_day: date, after: int, before: int
) -> list[Row]:
    """Journals that count by the day, announced between two outbox rows, by account; the first JOURNALS_SHOWN."""
    return await connection.fetch(_JOURNALS_BETWEEN, practice_id, last_day, after, before, JOURNALS_SHOWN)
