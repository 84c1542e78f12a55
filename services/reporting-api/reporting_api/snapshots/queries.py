"""SQL of the snapshots."""

from typing import Final

from ar_shared.platform.database import Connection, Row
from reporting_api.moment import Moment

# $2 the practice's today. Signs do not cancel each other out: what is at stake counts.
_OPEN_MONEY: Final = """
SELECT x.money, x.kind, count(*) AS count, sum(abs(x.cents))::bigint AS cents, max($2::date - x.since) AS oldest_days
FROM (
    SELECT 'held' AS money, 'claim' AS kind, h.paid_cents AS cents, r.effective_on AS since
    FROM claims_export.remittance_claim_v1 h
    JOIN claims_export.remittance_v1 r ON r.practice_id = $1 AND r.remittance_id = h.remittance_id
    WHERE h.practice_id = $1 AND h.state = 'held'
    UNION ALL
    SELECT 'held', 'difference', r.difference_cents, r.effective_on FROM claims_export.remittance_v1 r
    WHERE r.practice_id = $1 AND r.state = 'posted_with_held' AND r.difference_cents <> 0
    UNION ALL
    SELECT 'held', 'payment', r.payment_cents, coalesce(r.paid_on, r.effective_on, $2)
    FROM claims_export.remittance_v1 r WHERE r.practice_id = $1 AND r.state = 'queued'
    UNION ALL
    SELECT 'held', 'deposit', l.held_cents, l.posted_on FROM claims_export.bank_line_v1 l
    WHERE l.practice_id = $1 AND l.held_cents > 0
    UNION ALL
    SELECT 'suspense', v.kind, v.amount_cents, v.opened_on FROM claims_export.review_item_v1 v
    WHERE v.practice_id = $1 AND v.state = 'open' AND v.kind IN ('suspense', 'unknown_code')
    UNION ALL
    SELECT 'bank', o.kind, o.amount_cents, o.since FROM claims_export.bank_open_item_v1 o
    WHERE o.practice_id = $1 AND EXISTS (SELECT FROM claims_export.bank_account_v1 a WHERE a.practice_id = $1)
    UNION ALL
    SELECT 'payer_item', i.kind, i.open_cents, i.opened_on FROM claims_export.payer_item_v1 i
    WHERE i.practice_id = $1 AND i.open_cents > 0
    UNION ALL
    SELECT 'unapplied', p.kind, p.unapplied_cents, p.received_on FROM claims_export.receipt_v1 p
    WHERE p.practice_id = $1 AND p.unapplied_cents > 0 AND p.state <> 'voided'
    UNION ALL
    SELECT 'credit', CASE c.account WHEN 2020 THEN 'payer' ELSE 'patient' END, c.balance_cents, c.since
    FROM claims_export.credit_v1 c WHERE c.practice_id = $1
    UNION ALL
    SELECT 'overpayment', k.kind, greatest(k.credit_cents, coalesce(k.stated_cents, 0)), k.since
    FROM (SELECT k.state AS kind, k.credit_cents, k.stated_cents, coalesce(k.identified_on, k.arisen_on) AS since
          FROM claims_export.overpayment_case_v1 k WHERE k.practice_id = $1 AND k.state <> 'closed'
          UNION ALL
          SELECT 'overdue', k.credit_cents, k.stated_cents, k.due_on
          FROM claims_export.overpayment_case_v1 k
          WHERE k.practice_id = $1 AND k.state <> 'closed' AND k.due_on < $2) k
) x GROUP BY 1, 2
"""


async def open_money(connection: Connection, moment: Moment) -> list[Row]:
    """(money, kind, count, cents, oldest_days) of what waits for somebody in the practice; counts and cents only."""
    await connection.execute("SET LOCAL jit = off")
    return await connection.fetch(_OPEN_MONEY, moment.practice_id, moment.today)


async def unmatched_claims(connection: Connection, practice_id: int) -> int:
    """Claims inside remittances whose money is held until somebody knows whose it is."""
    found: int = await connection.fetchval(
        "SELECT count(*) FROM claims_export.remittance_claim_v1 WHERE practice_id = $1 AND state = 'held'", practice_id
    )
    return found


async def balance_difference(connection: Connection, moment: Moment, open_cents: int) -> int | None:
    """How far the rollups are from the ledger's balances, cents; None while events wait to be folded."""
    difference: int | None = await connection.fetchval(
        """
        SELECT abs($3 - (SELECT coalesce(sum(b.balance_cents), 0) FROM claims_export.balance_v1 b
                         WHERE b.practice_id = $1 AND b.balance_cents > 0))::bigint
        FROM claims_export.event_head_v1 h WHERE h.practice_id = $1 AND h.last_sequence = $2""",
        moment.practice_id,
        moment.sequence,
        open_cents,
    )
    return difference
