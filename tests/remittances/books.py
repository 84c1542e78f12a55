"""What the ledger holds: its invariants, checked after every test whatever it did, and what was posted for a thing."""

from collections.abc import Mapping
from typing import Any

from .world import World

_BALANCES_EQUAL_POSTINGS = """
SELECT coalesce(e.charge_id, b.charge_id) AS charge_id
FROM (SELECT charge_id, account, party_id, sum(amount_cents) AS cents FROM claims.ledger_entry
      WHERE practice_id = $1 AND account IN (1100, 1110, 1115, 1120, 1130) GROUP BY 1, 2, 3) e
FULL JOIN (SELECT charge_id, account, party_id, balance_cents AS cents FROM claims.ar_balance WHERE practice_id = $1) b
  USING (charge_id, account, party_id)
WHERE coalesce(e.cents, 0) <> coalesce(b.cents, 0)
"""
_CREDITS_EQUAL_POSTINGS = """
SELECT 1
FROM (SELECT charge_id, account, party_id, -sum(amount_cents) AS cents FROM claims.ledger_entry
      WHERE practice_id = $1 AND account IN (2020, 2030) AND charge_id IS NOT NULL GROUP BY 1, 2, 3) e
FULL JOIN (SELECT charge_id, account, party_id, balance_cents AS cents FROM claims.credit_balance
           WHERE practice_id = $1) b
  USING (charge_id, account, party_id)
WHERE coalesce(e.cents, 0) <> coalesce(b.cents, 0)
"""
_PAYMENTS_IN_CLEARING = """
SELECT r.trace_number, r.payment_cents, coalesce(sum(e.amount_cents), 0)::bigint AS cents
FROM claims.remittance r
LEFT JOIN claims.ledger_entry e ON e.practice_id = $1 AND e.account = 1040 AND e.party_id = r.id
  AND NOT EXISTS (SELECT FROM claims.journal j WHERE j.practice_id = $1 AND j.id = e.journal_id
                  AND j.source_type IN ('bank_line', 'receipt', 'resolution'))
WHERE r.practice_id = $1
GROUP BY r.id, r.trace_number, r.payment_cents, r.state
HAVING coalesce(sum(e.amount_cents), 0)
    <> CASE WHEN r.state IN ('posted', 'posted_with_held') THEN r.payment_cents ELSE 0 END
"""
_NEGATIVE = """
SELECT charge_id, account, party_id, sum(amount_cents) FROM claims.ledger_entry
WHERE practice_id = $1 AND account IN (1100, 1110, 1115, 1120, 1130)
GROUP BY 1, 2, 3 HAVING sum(amount_cents) < 0
"""
_ORPHANS = """
SELECT 1 FROM claims.posting p
WHERE p.practice_id = $1
  AND (NOT EXISTS (SELECT FROM claims.journal j WHERE j.practice_id = $1 AND j.id = p.journal_id)
       OR (p.charge_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM claims.charge h WHERE h.practice_id = $1 AND h.id = p.charge_id))
       OR (p.remittance_claim_n IS NOT NULL AND NOT EXISTS (
           SELECT FROM claims.remittance_claim c
           WHERE c.practice_id = $1 AND c.remittance_id = p.remittance_id AND c.n = p.remittance_claim_n)))
"""
_REVERSALS_NOT_MIRRORED = """
SELECT j.id FROM claims.journal j
WHERE j.practice_id = $1 AND j.reverses_journal_id IS NOT NULL AND EXISTS (
    SELECT account FROM (
        SELECT account, sum(amount_cents) AS cents FROM claims.ledger_entry
        WHERE practice_id = $1 AND journal_id IN (j.id, j.reverses_journal_id) AND entry <> 'E45' GROUP BY 1) x
    WHERE cents <> 0)
"""
_UNANNOUNCED = """
SELECT j.id FROM claims.journal j
WHERE j.practice_id = $1 AND NOT EXISTS (
    SELECT FROM claims.outbox o WHERE o.practice_id = $1 AND o.id = j.event_outbox_id)
"""
_DATES_DRIFT = """
SELECT charge_id, account, party_id, responsible_on, sum(amount_cents)
FROM claims.ledger_entry
WHERE practice_id = $1 AND account IN (1100, 1110, 1115, 1120, 1130)
GROUP BY 1, 2, 3, 4 HAVING sum(amount_cents) < 0
"""

_ITEMS_DRIFT = """
SELECT i.id, i.open_cents, coalesce(sum(e.amount_cents), 0)
FROM claims.payer_item i
LEFT JOIN claims.ledger_entry e ON e.practice_id = $1 AND e.account = i.account AND e.party_id = i.id
WHERE i.practice_id = $1
GROUP BY i.id, i.open_cents, i.side
HAVING coalesce(sum(e.amount_cents), 0) <> CASE i.side WHEN 'debit' THEN i.open_cents ELSE -i.open_cents END
"""
_CASES_DRIFT = """
SELECT coalesce(o.charge_id, k.charge_id) AS charge_id
FROM (SELECT charge_id, party_id, credit_cents AS cents FROM claims.overpayment_case WHERE practice_id = $1) o
FULL JOIN (SELECT charge_id, party_id, balance_cents AS cents FROM claims.credit_balance
           WHERE practice_id = $1 AND account = 2020) k USING (charge_id, party_id)
WHERE coalesce(o.cents, 0) <> coalesce(k.cents, 0)
"""

INVARIANTS = {
    "an open balance is the sum of its postings": _BALANCES_EQUAL_POSTINGS,
    "a credit is the sum of its postings": _CREDITS_EQUAL_POSTINGS,
    "a remittance brings its whole payment to clearing, or nothing if it was not posted": _PAYMENTS_IN_CLEARING,
    "no receivable is below zero": _NEGATIVE,
    "no posting is without its journal, charge and remittance claim": _ORPHANS,
    "a reversal is exactly minus what it reverses": _REVERSALS_NOT_MIRRORED,
    "an open item of a payer is the sum of its postings": _ITEMS_DRIFT,
    "an overpayment case knows its credit": _CASES_DRIFT,
    "each journal is announced by an event": _UNANNOUNCED,
    "an amount leaves a receivable with the dates it came with": _DATES_DRIFT,
}


async def assert_books_balance(world: World) -> None:
    """Every invariant of the ledger, named when it is broken."""
    for name, query in INVARIANTS.items():
        broken = await world.rows(query)
        assert not broken, f"{name}: {len(broken)} exceptions, first {dict(broken[0])}"


_POSTED_FOR = """
SELECT p.entry, p.debit_account, p.credit_account, p.amount_cents FROM claims.posting p
JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id
WHERE p.practice_id = $1 AND j.source_type = $2 AND j.source_id = $3 ORDER BY p.journal_id, p.n
"""


async def posted_for(world: World, source: str, made: Mapping[str, Any]) -> list[tuple[str, int, int, int]]:
    """(event, debit, credit, cents) of all that was posted for what the API made, in the order of posting."""
    return [tuple(row) for row in await world.rows(_POSTED_FOR, source, made["id"])]
