"""Is everything there, once, and to the cent? Reads the database; knows only `expected`."""

from collections import Counter, defaultdict
from typing import Any, Final

from ..remittances.books import INVARIANTS  # noqa: TID252
from ..support.claims_stack import look_at  # noqa: TID252
from .expected import Expected

Connection = "asyncpg.Connection[asyncpg.Record]"

# Rows that must not be there, by what they would mean. $1 the practice.
_NONE: Final = {
    "a file is unfinished": "SELECT id, state FROM claims.edi_file WHERE practice_id = $1 AND state <> 'processed'",
    "a fact has no number": "SELECT id, type FROM claims.outbox WHERE practice_id = $1",
    "a journal is not announced": (
        "SELECT j.id FROM claims.journal j WHERE j.practice_id = $1 AND NOT EXISTS (SELECT FROM claims.event e "
        "WHERE e.practice_id = $1 AND e.source = 'claims' AND e.source_event_id = j.event_outbox_id)"
    ),
    "a numbered event is missing or out of place": (
        "SELECT h.last_sequence, count(e.sequence), max(e.sequence) FROM claims.event_head h "
        "LEFT JOIN claims.event e ON e.practice_id = $1 WHERE h.practice_id = $1 GROUP BY 1 "
        "HAVING count(e.sequence) <> h.last_sequence OR coalesce(max(e.sequence), 0) <> h.last_sequence"
    ),
    "a remittance is not announced exactly once": (
        "SELECT r.id, count(e.sequence) FROM claims.remittance r LEFT JOIN claims.event e ON e.practice_id = $1 "
        "AND e.subject_id = r.id AND e.type = CASE r.state WHEN 'duplicate' THEN 'remittance.duplicate' "
        "WHEN 'queued' THEN 'remittance.queued' ELSE 'remittance.posted' END "
        "WHERE r.practice_id = $1 GROUP BY 1 HAVING count(e.sequence) <> 1"
    ),
    "a review is not announced exactly once": (
        "SELECT v.id FROM claims.review_item v LEFT JOIN claims.event e ON e.practice_id = $1 "
        "AND e.subject_id = v.id AND e.type = 'review.opened' WHERE v.practice_id = $1 GROUP BY 1 "
        "HAVING count(e.sequence) <> 1"
    ),
    "a transaction has no remittance of its own": (
        "SELECT t.file_id, t.n FROM claims.edi_transaction t LEFT JOIN claims.remittance r ON r.practice_id = $1 "
        "AND r.file_id = t.file_id AND r.transaction_n = t.n AND r.id = t.remittance_id "
        "WHERE t.practice_id = $1 AND t.set_code = '835' AND r.id IS NULL"
    ),
    "a remittance has no transaction of its own": (
        "SELECT r.file_id, r.transaction_n FROM claims.remittance r LEFT JOIN claims.edi_transaction t "
        "ON t.practice_id = $1 AND t.file_id = r.file_id AND t.n = r.transaction_n AND t.remittance_id = r.id "
        "WHERE r.practice_id = $1 AND t.n IS NULL"
    ),
    "a file has no bytes": (
        "SELECT f.id FROM claims.edi_file f WHERE f.practice_id = $1 AND f.size_bytes <> coalesce((SELECT "
        "sum(octet_length(c.content)) FROM claims.edi_chunk c WHERE c.practice_id = $1 AND c.file_id = f.id), 0)"
    ),
    **{
        f"a row of {table} belongs to no remittance": (
            f"SELECT x.remittance_id FROM claims.{table} x WHERE x.practice_id = $1 AND x.remittance_id IS NOT NULL "
            "AND NOT EXISTS (SELECT FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = x.remittance_id)"
        )
        for table in (
            "remittance_claim",
            "remittance_line",
            "remittance_adjustment",
            "provider_adjustment",
            "review_item",
            "denial_case",
            "posting",
        )
    },
}
_WITHOUT_OUTBOX: Final = {
    name: query for name, query in INVARIANTS.items() if name != "each journal is announced by an event"
}


async def problems(connection: Any, practice_id: int, expected: Expected) -> list[str]:
    """What is wrong, a line each; nothing when all is well."""
    await look_at(connection, practice_id)
    return [
        *await broken_books(connection, practice_id),
        *await _rows_that_must_not_be(connection, practice_id),
        *await _payments(connection, practice_id, expected),
        *await _sums(connection, practice_id, expected),
    ]


async def broken_books(connection: Any, practice_id: int) -> list[str]:
    """The invariants of the ledger that do not hold, where events are numbered already."""
    return await _exceptions(connection, practice_id, _WITHOUT_OUTBOX)


async def _rows_that_must_not_be(connection: Any, practice_id: int) -> list[str]:
    return await _exceptions(connection, practice_id, _NONE)


async def _exceptions(connection: Any, practice_id: int, queries: dict[str, str]) -> list[str]:
    found = []
    for name, query in queries.items():
        rows = await connection.fetch(query, practice_id)
        if rows:
            found.append(f"{name}: {len(rows)}, first {dict(rows[0])}")
    return found


async def _payments(connection: Any, practice_id: int, expected: Expected) -> list[str]:
    """Each payment exactly as often as it was sent, posted at most once, and clearing shows its amount."""
    rows = await connection.fetch(
        "SELECT r.trace_number, r.state, coalesce((SELECT sum(e.amount_cents) FROM claims.ledger_entry e "
        "WHERE e.practice_id = $1 AND e.account = 1040 AND e.party_id = r.id), 0)::bigint AS cents "
        "FROM claims.remittance r WHERE r.practice_id = $1",
        practice_id,
    )
    states: defaultdict[str, Counter[str]] = defaultdict(Counter)
    clearing: Counter[str] = Counter(dict.fromkeys(expected.clearing, 0))
    for row in rows:
        states[row["trace_number"]][row["state"]] += 1
        clearing[row["trace_number"]] += row["cents"]
    return [
        *_differences("states of payment", expected.states, dict(states)),
        *_differences("clearing of payment", expected.clearing, dict(clearing)),
    ]


async def _sums(connection: Any, practice_id: int, expected: Expected) -> list[str]:
    row = await connection.fetchrow(
        """
        SELECT (SELECT count(*) FROM claims.edi_file WHERE practice_id = $1) AS file_count,
               (SELECT count(*) FROM claims.edi_transaction WHERE practice_id = $1) AS transaction_count,
               coalesce(sum(amount_cents) FILTER (WHERE entry = 'E01'), 0)::bigint AS charged,
               coalesce(sum(amount_cents) FILTER (WHERE entry = 'E04'), 0)::bigint AS paid,
               coalesce(sum(amount_cents) FILTER (WHERE entry = 'E05'), 0)::bigint AS contractual,
               coalesce(sum(amount_cents) FILTER (WHERE entry = 'E07'), 0)::bigint AS shares,
               coalesce(sum(amount_cents) FILTER (WHERE entry = 'E46'), 0)::bigint AS held,
               (SELECT coalesce(sum(balance_cents), 0)::bigint FROM claims.ar_balance WHERE practice_id = $1)
                   AS receivable
        FROM claims.posting WHERE practice_id = $1""",
        practice_id,
    )
    decided = await connection.fetch(
        "SELECT c.submitted_pcn FROM claims.event e JOIN claims.claim c ON c.practice_id = $1 AND c.id = e.subject_id "
        "WHERE e.practice_id = $1 AND e.type = 'claim.adjudicated' ORDER BY 1",
        practice_id,
    )
    wanted = {name: getattr(expected, name) for name in row.keys()}  # noqa: SIM118 (a record iterates over values)
    return [
        *_differences("sum of", wanted, dict(row)),
        *_differences("claims", {"adjudicated": expected.decided}, {"adjudicated": [r[0] for r in decided]}),
    ]


def _differences(what: str, wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return [
        f"{what} {name}: wanted {wanted.get(name)}, found {found.get(name)}"
        for name in sorted({*wanted, *found})
        if wanted.get(name) != found.get(name)
    ]
