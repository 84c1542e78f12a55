"""Find the refunds that bank lines paid: by the check number or trace, and the amount to the cent."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.queries import LINES
from claims_api.bank.settle import Settlement, settle

# Banks print check numbers with leading zeros. A pair that a person took apart is not proposed again.
_PAIRS: Final = f"""
SELECT DISTINCT l.id AS line_id, l.version, f.id AS refund_id
FROM ({LINES} AND s.state = 'open') l
CROSS JOIN LATERAL unnest(l.traces || ARRAY[l.reference, l.customer_reference]) AS n(name)
JOIN claims.refund f
  ON f.practice_id = $1 AND f.state IN ('issued', 'cleared', 'remitted')
 AND f.amount_cents = l.matched_cents - l.amount_cents AND ltrim(f.reference, '0') = ltrim(n.name, '0')
WHERE l.amount_cents < l.matched_cents AND ltrim(n.name, '0') <> '' AND ($2::uuid IS NULL OR l.id = $2)
  AND NOT EXISTS (SELECT FROM claims.bank_match m WHERE m.practice_id = $1 AND m.refund_id = f.id
                  AND (m.undone_at IS NULL OR m.line_id = l.id))
ORDER BY l.id, f.id
"""


async def refunds_of_lines(connection: Connection, practice_id: int, line_id: UUID | None = None) -> list[Row]:
    """`line_id`, `version` of the line, `refund_id`: of the line named, or of every open line that took money."""
    return await connection.fetch(_PAIRS, practice_id, line_id)


async def pay_refunds(connection: Connection, acting: Acting) -> int:
    """Match each line that can only be one refund's, and whose refund can only be that line's; how many were."""
    pairs = await refunds_of_lines(connection, acting.practice_id)
    lines = [pair["line_id"] for pair in pairs]
    refunds = [pair["refund_id"] for pair in pairs]
    matched = 0
    for pair in pairs:
        if lines.count(pair["line_id"]) > 1 or refunds.count(pair["refund_id"]) > 1:
            continue
        line = await queries.line_row(connection, acting.practice_id, pair["line_id"], lock=True)
        if line is not None and line["version"] == pair["version"]:
            await settle(connection, acting, line, [Settlement(refund_id=pair["refund_id"])], by="trace", reason=None)
            matched += 1
    return matched
