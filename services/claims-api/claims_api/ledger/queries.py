"""SQL of the ledger's answers: balances, proofs, and the postings behind them."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF

_AR: Final = ", ".join(str(int(account)) for account in AR_ACCOUNTS)
_CREDITS: Final = ", ".join(str(account) for account in sorted({int(a) for a in CREDIT_ACCOUNT_OF.values()}))
POSTINGS_SHOWN: Final = 200

_BALANCES: Final = """
SELECT e.account, sum(e.amount_cents)::bigint AS cents
FROM claims.ledger_entry e JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id
WHERE e.practice_id = $1 AND j.effective_on <= $2
GROUP BY 1 ORDER BY 1
"""

# Each proof is (name, what it says, left, right) in one statement per subject; $1 practice, $2 the subject.
# Claims to several payers for the same charges (`origin_claim_id`) are proved together: their money is one. Postings of
# a charge that came before its claim name no claim. Charges of a voided claim that another claim bills are that one's.
_OF_CLAIM: Final = f"""
WITH root AS MATERIALIZED (
    SELECT coalesce(origin_claim_id, id) AS id FROM claims.claim WHERE practice_id = $1 AND id = $2),
family AS MATERIALIZED (
    SELECT c.id, c.charge_cents, c.id = root.id AS is_root FROM root JOIN claims.claim c
      ON c.practice_id = $1 AND (c.id = root.id OR c.origin_claim_id = root.id)),
line AS MATERIALIZED (
    SELECT DISTINCT charge_id FROM claims.claim_line WHERE practice_id = $1 AND claim_id IN (SELECT id FROM family)),
elsewhere AS MATERIALIZED (
    SELECT DISTINCT k.charge_id
    FROM line JOIN claims.claim_line k ON k.practice_id = $1 AND k.charge_id = line.charge_id
    JOIN claims.claim o ON o.practice_id = $1 AND o.id = k.claim_id AND o.version = k.version
    WHERE o.submission_state <> 'voided' AND o.id NOT IN (SELECT id FROM family)),
entry AS MATERIALIZED (
    SELECT * FROM claims.ledger_entry
    WHERE practice_id = $1 AND claim_id IN (SELECT id FROM family)
      AND (charge_id IS NULL OR charge_id NOT IN (SELECT charge_id FROM elsewhere))
    UNION ALL
    SELECT * FROM claims.ledger_entry
    WHERE practice_id = $1 AND (claim_id IS NULL OR claim_id NOT IN (SELECT id FROM family))
      AND charge_id IN (SELECT charge_id FROM line EXCEPT SELECT charge_id FROM elsewhere)),
answered AS (SELECT remittance_id, n, paid_cents FROM claims.remittance_claim
             WHERE practice_id = $1 AND claim_id IN (SELECT id FROM family) AND state = 'posted')
SELECT 'lines_are_the_claim' AS name, 'The lines of the newest version add up to the claim''s total charge.' AS says,
       (SELECT coalesce(sum(k.allocated_cents), 0) FROM claims.claim_line k
        WHERE k.practice_id = $1 AND k.claim_id = c.id AND k.version = c.version)::bigint AS left_cents,
       c.charge_cents AS right_cents
FROM claims.claim c WHERE c.practice_id = $1 AND c.id = $2
UNION ALL
SELECT 'charges_are_posted', 'What was posted as charges is the claim''s total charge, less what was taken back.',
       coalesce((SELECT -sum(amount_cents) FROM entry WHERE account = 4000), 0)::bigint,
       (c.charge_cents - coalesce((
           SELECT sum(k.allocated_cents) FROM claims.claim v
           JOIN claims.claim_line k ON k.practice_id = $1 AND k.claim_id = v.id AND k.version = v.version
           JOIN claims.charge h ON h.practice_id = $1 AND h.id = k.charge_id
           WHERE v.practice_id = $1 AND v.id = c.id AND v.submission_state = 'voided'
             AND (h.voided_at IS NOT NULL OR h.id IN (SELECT charge_id FROM elsewhere))), 0))::bigint
FROM family c WHERE c.is_root
UNION ALL
SELECT 'open_is_the_sum_of_postings', 'What is open is the sum of all postings to receivables.',
       (SELECT coalesce(sum(balance_cents), 0) FROM claims.ar_balance
        WHERE practice_id = $1 AND claim_id IN (SELECT id FROM family))::bigint,
       coalesce((SELECT sum(amount_cents) FROM entry WHERE account IN ({_AR})), 0)::bigint
UNION ALL
SELECT 'credits_are_the_sum_of_postings', 'What we owe back is the sum of all postings to credits.',
       (SELECT coalesce(sum(balance_cents), 0) FROM claims.credit_balance
        WHERE practice_id = $1 AND claim_id IN (SELECT id FROM family))::bigint,
       coalesce((SELECT -sum(amount_cents) FROM entry WHERE account IN ({_CREDITS})), 0)::bigint
UNION ALL
SELECT 'remitted_lines_are_the_payments', 'What was posted to the lines is what the payers paid on the claim (CLP04).',
       (SELECT coalesce(sum(l.cash_cents), 0) FROM claims.remittance_line l
        JOIN answered a ON a.remittance_id = l.remittance_id AND a.n = l.claim_n
        WHERE l.practice_id = $1)::bigint,
       (SELECT coalesce(sum(a.paid_cents), 0) FROM answered a
        WHERE EXISTS (SELECT FROM claims.remittance_line l WHERE l.practice_id = $1
                      AND l.remittance_id = a.remittance_id AND l.claim_n = a.n))::bigint
UNION ALL
SELECT 'payments_are_in_clearing', 'What remittance clearing took for the claim is what the payers paid on it.',
       coalesce((SELECT sum(amount_cents) FROM entry WHERE account = 1040 AND entry <> 'E19'), 0)::bigint,
       (SELECT coalesce(sum(paid_cents), 0) FROM answered)::bigint
"""

# What the bank and receipts did later to the payment's clearing is proved apart.
_OF_REMITTANCE: Final = """
WITH entry AS MATERIALIZED (
    SELECT e.*, j.source_type FROM claims.ledger_entry e
    JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id
    WHERE e.practice_id = $1 AND e.remittance_id = $2 AND j.source_type NOT IN ('bank_line', 'receipt')),
claim AS MATERIALIZED (SELECT * FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2)
SELECT 'claims_are_the_remittance' AS name, 'The claims add up to what the remittance says they were paid.' AS says,
       (SELECT coalesce(sum(paid_cents), 0) FROM claim)::bigint AS left_cents,
       CASE WHEN r.state = 'duplicate' THEN 0 ELSE r.claims_paid_cents END AS right_cents
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
UNION ALL
SELECT 'lines_are_the_claims', 'What the lines pay, less claim-level amounts, is what their claims pay.',
       (SELECT coalesce(sum(l.cash_cents), 0) FROM claims.remittance_line l
        JOIN claim c ON c.n = l.claim_n AND c.state = 'posted'
        WHERE l.practice_id = $1 AND l.remittance_id = $2)::bigint,
       (SELECT coalesce(sum(c.paid_cents), 0) FROM claim c
        WHERE c.state = 'posted' AND EXISTS (SELECT FROM claims.remittance_line l
            WHERE l.practice_id = $1 AND l.remittance_id = $2 AND l.claim_n = c.n))::bigint
UNION ALL
SELECT 'claims_less_provider_entries_are_the_payment', 'Claim payments less provider adjustments are the payment.',
       r.claims_paid_cents - r.provider_adjustment_cents + r.difference_cents,
       CASE WHEN r.state IN ('queued', 'rejected') THEN r.claims_paid_cents - r.provider_adjustment_cents
            ELSE r.payment_cents END
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
UNION ALL
SELECT 'payment_in_clearing', 'What the remittance brought to 1040 is the payment, or nothing if it was not posted.',
       coalesce((SELECT sum(amount_cents) FROM entry
                 WHERE account = 1040 AND source_type <> 'resolution'), 0)::bigint,
       CASE WHEN r.state IN ('posted', 'posted_with_held') THEN r.payment_cents ELSE 0 END
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
UNION ALL
SELECT 'held_money_is_held', 'What is held is what unposted claims were paid, and what the deposit differs by.',
       coalesce((SELECT -sum(amount_cents) FROM entry
                 WHERE entry = 'E46' AND account IN (2000, 1200) AND party_id = $2), 0)::bigint,
       (SELECT coalesce(sum(paid_cents), 0) FROM claim WHERE state = 'held')::bigint + CASE
           WHEN r.state IN ('posted', 'posted_with_held') THEN r.difference_cents - r.difference_resolved_cents
           ELSE 0 END
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
UNION ALL
SELECT 'clearing_is_what_the_bank_owes',
       'What stands on 1040 for the payment is what no bank line, receipt or resolution settled.',
       (SELECT coalesce(sum(e.amount_cents), 0) FROM claims.ledger_entry e
        WHERE e.practice_id = $1 AND e.remittance_id = $2 AND e.account = 1040)::bigint,
       (CASE WHEN r.state IN ('posted', 'posted_with_held') THEN r.payment_cents ELSE 0 END)
       - (SELECT coalesce(sum(m.amount_cents + m.fee_cents), 0) FROM claims.bank_match m
          WHERE m.practice_id = $1 AND m.remittance_id = $2 AND m.undone_at IS NULL)::bigint
       - (SELECT coalesce(sum(a.amount_cents - a.returned_cents), 0) FROM claims.receipt_application a
          WHERE a.practice_id = $1 AND a.remittance_id = $2 AND a.undone_at IS NULL)::bigint
       - (SELECT coalesce(sum(o.amount_cents), 0) FROM claims.resolution o
          WHERE o.practice_id = $1 AND o.remittance_id = $2 AND o.subject = 'clearing' AND o.state = 'posted')::bigint
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
UNION ALL
SELECT 'debits_are_credits', 'All debits of the remittance are all its credits.',
       coalesce((SELECT sum(amount_cents) FROM entry WHERE side = 'D'), 0)::bigint,
       coalesce((SELECT -sum(amount_cents) FROM entry WHERE side = 'C'), 0)::bigint
"""

# $2 as_of. Balances are kept for now only, so they are compared with all postings.
_OF_PRACTICE: Final = f"""
WITH entry AS MATERIALIZED (
    SELECT e.account, e.side, e.amount_cents, j.effective_on, e.entry, j.source_type
    FROM claims.ledger_entry e JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id
    WHERE e.practice_id = $1)
SELECT 'debits_are_credits' AS name, 'All debits through the day are all credits.' AS says,
       coalesce((SELECT sum(amount_cents) FROM entry WHERE side = 'D' AND effective_on <= $2), 0)::bigint AS left_cents,
       coalesce((SELECT -sum(amount_cents) FROM entry WHERE side = 'C' AND effective_on <= $2), 0)::bigint
           AS right_cents
UNION ALL
SELECT 'receivable_is_the_sum_of_balances', 'Receivables in the ledger, now, are the sum of open balances.',
       coalesce((SELECT sum(amount_cents) FROM entry WHERE account IN ({_AR})), 0)::bigint,
       (SELECT coalesce(sum(balance_cents), 0) FROM claims.ar_balance WHERE practice_id = $1)::bigint
UNION ALL
SELECT 'credits_are_the_sum_of_balances', 'Credits of charges in the ledger, now, are the sum of credit balances.',
       coalesce((SELECT -sum(e.amount_cents) FROM claims.ledger_entry e WHERE e.practice_id = $1
                 AND e.account IN ({_CREDITS}) AND e.charge_id IS NOT NULL), 0)::bigint,
       (SELECT coalesce(sum(balance_cents), 0) FROM claims.credit_balance WHERE practice_id = $1)::bigint
UNION ALL
SELECT 'payer_items_are_their_postings', 'Open items of payers differ, one by one, from their postings by this sum.',
       (SELECT coalesce(sum(abs(i.open_cents - CASE i.side WHEN 'debit' THEN i.posted ELSE -i.posted END)), 0)
        FROM (SELECT i.id, i.open_cents, i.side, coalesce(sum(e.amount_cents), 0) AS posted
              FROM claims.payer_item i
              LEFT JOIN claims.ledger_entry e
                ON e.practice_id = $1 AND e.account = i.account AND e.party_id = i.id
              WHERE i.practice_id = $1 GROUP BY i.id, i.open_cents, i.side) i)::bigint, 0::bigint
UNION ALL
SELECT 'payments_are_in_clearing', 'What remittances brought to 1040 through the day are their payments.',
       coalesce((SELECT sum(amount_cents) FROM entry
                 WHERE account = 1040 AND source_type NOT IN ('bank_line', 'receipt', 'resolution')
                   AND effective_on <= $2), 0)::bigint,
       (SELECT coalesce(sum(payment_cents), 0) FROM claims.remittance
        WHERE practice_id = $1 AND effective_on <= $2
          AND (state IN ('posted', 'posted_with_held') OR reversed_on > $2))::bigint
UNION ALL
SELECT 'nothing_is_orphaned', 'Postings without a journal, charge, claim or remittance of their own: none.',
       (SELECT count(*) FROM claims.posting p
        WHERE p.practice_id = $1
          AND (NOT EXISTS (SELECT FROM claims.journal j WHERE j.practice_id = $1 AND j.id = p.journal_id)
            OR (p.charge_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM claims.charge h WHERE h.practice_id = $1 AND h.id = p.charge_id))
            OR (p.claim_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM claims.claim c WHERE c.practice_id = $1 AND c.id = p.claim_id))
            OR (p.remittance_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = p.remittance_id)))), 0::bigint
"""

_POSTINGS: Final = """
SELECT p.journal_id, p.n, p.entry, j.effective_on, p.debit_account, p.credit_account, p.amount_cents, p.charge_id,
       p.claim_id, p.remittance_id, p.group_code, p.carc, count(*) OVER () AS total_count
FROM claims.posting p JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id
WHERE p.practice_id = $1 AND {condition}
ORDER BY p.journal_id, p.n LIMIT $2
"""


async def account_balances(connection: Connection, practice_id: int, as_of: date) -> list[Row]:
    """Debits less credits of each account, from all postings that count by that day."""
    return await connection.fetch(_BALANCES, practice_id, as_of)


async def claim_proofs(connection: Connection, practice_id: int, claim_id: UUID) -> list[Row]:
    """Empty sums hold for a claim that does not exist: ask `exists` first."""
    return await connection.fetch(_OF_CLAIM, practice_id, claim_id)


async def remittance_proofs(connection: Connection, practice_id: int, remittance_id: UUID) -> list[Row]:
    return await connection.fetch(_OF_REMITTANCE, practice_id, remittance_id)


async def practice_proofs(connection: Connection, practice_id: int, as_of: date) -> list[Row]:
    return await connection.fetch(_OF_PRACTICE, practice_id, as_of)


async def postings_of(connection: Connection, practice_id: int, column: str, value: Any) -> list[Row]:
    """The first postings with this claim_id or remittance_id; `total_count` says how many there are."""
    if column not in ("claim_id", "remittance_id"):
        raise ValueError("postings are listed by claim or remittance")
    statement = _POSTINGS.format(condition=f"p.{column} = $3")
    return await connection.fetch(statement, practice_id, POSTINGS_SHOWN, value)


async def exists(connection: Connection, practice_id: int, table: str, row_id: UUID) -> bool:
    """Whether the practice has this claim or remittance."""
    if table not in ("claim", "remittance"):
        raise ValueError("proofs are of a claim or a remittance")
    return bool(
        await connection.fetchval(
            f"SELECT EXISTS (SELECT FROM claims.{table} WHERE practice_id = $1 AND id = $2)", practice_id, row_id
        )
    )
