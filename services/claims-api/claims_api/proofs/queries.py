"""SQL of proofs one by one, and of the postings behind a proof."""

from datetime import date
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.ledger.domain import AR_ACCOUNTS
from claims_api.proofs.domain import Behind, Subject

_AR: Final = ", ".join(str(int(account)) for account in AR_ACCOUNTS)

# Sums over a practice can hide two errors that cancel out; these count what is off by itself, now.
_ONE_BY_ONE: Final = f"""
SELECT 'claims_are_their_lines' AS name, 'Claims whose lines do not come to their total charge: none.' AS says,
       (SELECT count(*) FROM claims.claim c
        LEFT JOIN (SELECT k.claim_id, k.version, sum(k.allocated_cents) AS cents FROM claims.claim_line k
                   WHERE k.practice_id = $1 GROUP BY k.claim_id, k.version) k
               ON k.claim_id = c.id AND k.version = c.version
        WHERE c.practice_id = $1 AND c.charge_cents <> coalesce(k.cents, 0))::bigint AS left_cents,
       0::bigint AS right_cents
UNION ALL
SELECT 'claim_payments_are_their_lines', 'Paid claims whose lines do not come to their payment (CLP04): none.',
       (SELECT count(*) FROM claims.remittance_claim c
        JOIN (SELECT l.remittance_id, l.claim_n, sum(l.cash_cents) AS cents FROM claims.remittance_line l
              WHERE l.practice_id = $1 GROUP BY l.remittance_id, l.claim_n) l
          ON l.remittance_id = c.remittance_id AND l.claim_n = c.n
        WHERE c.practice_id = $1 AND c.state = 'posted' AND c.paid_cents <> l.cents)::bigint, 0
UNION ALL
SELECT 'remittances_are_their_claims', 'Remittances whose claims do not come to what it says they were paid: none.',
       (SELECT count(*) FROM claims.remittance r
        LEFT JOIN (SELECT c.remittance_id, sum(c.paid_cents) AS cents FROM claims.remittance_claim c
                   WHERE c.practice_id = $1 GROUP BY c.remittance_id) c ON c.remittance_id = r.id
        WHERE r.practice_id = $1 AND coalesce(c.cents, 0) <>
              CASE WHEN r.state = 'duplicate' THEN 0 ELSE r.claims_paid_cents END)::bigint, 0
UNION ALL
SELECT 'remittances_are_their_payments',
       'Posted remittances whose claims (CLP04), less provider adjustments (PLB), are not the payment (BPR02): none.',
       (SELECT count(*) FROM claims.remittance r
        WHERE r.practice_id = $1 AND r.state IN ('posted', 'posted_with_held')
          AND r.claims_paid_cents - r.provider_adjustment_cents + r.difference_cents <> r.payment_cents)::bigint, 0
UNION ALL
SELECT 'each_payment_is_in_clearing', 'Remittances that did not bring just their payment to clearing (1040): none.',
       (SELECT count(*) FROM claims.remittance r
        LEFT JOIN (SELECT e.remittance_id, sum(e.amount_cents) AS cents FROM claims.ledger_entry e
                   JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id
                   WHERE e.practice_id = $1 AND e.account = 1040
                     AND j.source_type NOT IN ('bank_line', 'receipt', 'resolution')
                   GROUP BY e.remittance_id) e ON e.remittance_id = r.id
        WHERE r.practice_id = $1 AND coalesce(e.cents, 0) <>
              CASE WHEN r.state IN ('posted', 'posted_with_held') THEN r.payment_cents ELSE 0 END)::bigint, 0
UNION ALL
SELECT 'balances_are_their_postings',
       'Open balances of a charge and party that are not the sum of their postings: none.',
       (SELECT count(*) FROM (
            SELECT FROM (
                SELECT e.charge_id, e.account, e.party_id, e.amount_cents FROM claims.ledger_entry e
                WHERE e.practice_id = $1 AND e.account IN ({_AR})
                UNION ALL
                SELECT b.charge_id, b.account, b.party_id, -b.balance_cents FROM claims.ar_balance b
                WHERE b.practice_id = $1) x
            GROUP BY x.charge_id, x.account, x.party_id HAVING sum(x.amount_cents) <> 0) off)::bigint, 0
"""

_OF_SUBJECT: Final = {
    Subject.CLAIM: """(
    p.claim_id IN (SELECT c.id FROM claims.claim c JOIN claims.claim o ON o.practice_id = $1 AND o.id = $2::uuid
                   WHERE c.practice_id = $1 AND coalesce(o.origin_claim_id, o.id) IN (c.id, c.origin_claim_id))
    OR (p.claim_id IS NULL AND p.charge_id IN (
        SELECT k.charge_id FROM claims.claim_line k WHERE k.practice_id = $1 AND k.claim_id = $2::uuid)))""",
    Subject.REMITTANCE: "p.remittance_id = $2::uuid",
    Subject.PRACTICE: "j.effective_on <= $2::date",
}
_BEHIND: Final = """
SELECT p.journal_id, p.n, p.entry, j.effective_on, p.debit_account, p.credit_account, p.amount_cents, p.charge_id,
       p.claim_id, p.remittance_id, p.group_code, p.carc
FROM claims.posting p JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id
WHERE p.practice_id = $1 AND {subject}
  AND (cardinality($3::int[]) = 0 OR p.debit_account = ANY($3) OR p.credit_account = ANY($3))
  AND (cardinality($4::text[]) = 0 OR j.source_type = ANY($4))
  AND (cardinality($5::text[]) = 0 OR p.entry = ANY($5))
  AND ($6::uuid IS NULL OR (p.journal_id, p.n) > ($6, $7::int))
ORDER BY p.journal_id, p.n LIMIT $8
"""


async def one_by_one(connection: Connection, practice_id: int) -> list[Row]:
    """Counts (left) of what does not add up by itself; each must be nothing (right)."""
    return await connection.fetch(_ONE_BY_ONE, practice_id)


async def postings_behind(
    connection: Connection,
    practice_id: int,
    subject: Subject,
    value: UUID | date,
    behind: Behind,
    after: tuple[UUID, int] | None,
    limit: int,
) -> list[Row]:
    """In the order of posting, after (journal, n). value: the claim, the remittance, or the practice's day."""
    journal_id, n = after or (None, None)
    return await connection.fetch(
        _BEHIND.format(subject=_OF_SUBJECT[subject]),
        practice_id,
        value,
        [int(account) for account in behind.accounts],
        list(behind.sources),
        list(behind.entries),
        journal_id,
        n,
        limit,
    )
