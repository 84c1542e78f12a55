"""SQL of the search for lines that something may be done with: one statement over all that is open."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.bank.domain.candidates import Candidate, Candidates
from claims_api.bank.domain.matching import WINDOW_DAYS, OpenPayment
from claims_api.bank.queries import LINES, NO_JIT, OPEN_PAYMENTS, line_facts

# A row for each line and payment that go together (a payment named by two values of a line comes once), and one for a
# line without a payment that took money of a known trace back, or brought a transfer that nobody keeps yet.
_SEARCH: Final = f"""
WITH payment AS MATERIALIZED ({OPEN_PAYMENTS}),
line AS MATERIALIZED (
    SELECT x.*, x.amount_cents - x.matched_cents AS open_cents,
           x.traces || ARRAY[x.reference, x.customer_reference] AS named
    FROM ({LINES} AND s.state = 'open') x),
pair AS MATERIALIZED (
    SELECT l.id AS line_id, p.id AS payment_id
    FROM line l CROSS JOIN LATERAL unnest(l.named) AS n(name) JOIN payment p ON p.trace_number = n.name
    WHERE l.open_cents > 0 AND n.name <> ''
    UNION
    SELECT l.id, p.id FROM line l
    JOIN payment p ON p.open_cents = l.open_cents
                  AND p.paid_on BETWEEN l.posted_on - {WINDOW_DAYS} AND l.posted_on + {WINDOW_DAYS}
    WHERE l.open_cents > 0),
returned AS MATERIALIZED (
    SELECT l.id AS line_id
    FROM line l CROSS JOIN LATERAL unnest(l.named) AS n(name)
    JOIN claims.remittance r ON r.practice_id = $1 AND r.trace_number = n.name
    WHERE l.open_cents < 0 AND n.name <> '' GROUP BY l.id),
undone AS MATERIALIZED (
    SELECT m.line_id, array_agg(DISTINCT m.remittance_id) AS ids FROM claims.bank_match m
    WHERE m.practice_id = $1 AND m.undone_at IS NOT NULL AND m.remittance_id IS NOT NULL GROUP BY m.line_id)
SELECT l.*, coalesce(u.ids, '{{}}') AS undone_ids,
       p.id AS payment_id, p.trace_number, p.payer_key, p.payer_name, p.open_cents AS payment_open_cents, p.paid_on
FROM line l
LEFT JOIN returned t ON t.line_id = l.id
LEFT JOIN undone u ON u.line_id = l.id
LEFT JOIN pair x ON x.line_id = l.id
LEFT JOIN payment p ON p.id = x.payment_id
WHERE x.line_id IS NOT NULL OR t.line_id IS NOT NULL
   OR (cardinality(l.traces) > 0 AND l.open_cents > l.held_cents)
ORDER BY l.posted_on, l.id
"""


async def has_open_lines(connection: Connection, practice_id: int) -> bool:
    """A practice without a bank is done here."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM claims.bank_line_state WHERE practice_id = $1 AND state = 'open')", practice_id
    )
    return found


async def find_candidates(connection: Connection, practice_id: int) -> Candidates:
    """Lines that something may be done with, oldest first, and the payments that may be theirs."""
    await connection.execute(NO_JIT)
    rows = await connection.fetch(_SEARCH, practice_id)
    of_line: dict[UUID, list[Row]] = {}
    for row in rows:
        of_line.setdefault(row["id"], []).append(row)
    payments = {row["payment_id"]: _payment(row) for row in rows if row["payment_id"] is not None}
    return Candidates([_candidate(found) for found in of_line.values()], payments)


def _candidate(rows: list[Row]) -> Candidate:
    """rows: of one line, one for each payment that may be its."""
    row = rows[0]
    unheld = row["open_cents"] - row["held_cents"] if row["traces"] else 0
    return Candidate(
        facts=line_facts(row),
        version=row["version"],
        unheld_cents=max(unheld, 0),
        payments=frozenset(found["payment_id"] for found in rows if found["payment_id"] is not None),
        undone=frozenset(row["undone_ids"]),
    )


def _payment(row: Row) -> OpenPayment:
    return OpenPayment(
        id=row["payment_id"],
        trace=row["trace_number"],
        payer_key=row["payer_key"],
        payer_name=row["payer_name"],
        open_cents=row["payment_open_cents"],
        paid_on=row["paid_on"],
    )
