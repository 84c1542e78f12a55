"""A payer's own reversal takes the place of a take-back that a person had assigned to the claim: never both.

Money was taken without a word (E16B), a person found the claim, and now the payer reverses its decision itself. The
assignment is undone by a linked journal in the transaction that posts the reversal; the take-back is open again, for
the payment's own entry (PLB WO negative) to settle it, or for a person to see that it was taken twice.
"""

from typing import Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.moves import Books, settle_round
from claims_api.remittances.keep_action import keep_action
from claims_api.reviews.close_reviews import reopen_reviews, reviews_of_items

REASON: Final = "the payer reversed the decision itself"
_AR: Final = int(Account.AR_INSURANCE)
_BROUGHT: Final = ", ".join(
    str(int(account))
    for account in (Account.REMITTANCE_CLEARING, Account.UNAPPLIED_INSURANCE, Account.TAKE_BACKS_UNIDENTIFIED)
)

# Assignments of this payer's take-backs to claims that the payment reverses. One gives way when its reference names
# the claim, when it is just what the reversal takes (alone, or with the correction beside it), or when the payer never
# paid enough on the claim for both.
_REPLACED: Final = f"""
WITH reversed AS MATERIALIZED (
    SELECT p.claim_id, p.coverage_id, -sum(s.paid_cents) FILTER (WHERE p.handling = 'reversal')::bigint AS back_cents,
           -sum(s.paid_cents)::bigint AS net_cents
    FROM remit_post p JOIN remit_claim s ON s.n = p.n
    GROUP BY 1, 2 HAVING bool_or(p.handling = 'reversal')
), assigned AS MATERIALIZED (
    SELECT j.id AS journal_id, i.id AS item_id, i.claim_id AS named_claim_id, i.remittance_id, r.claim_id,
           r.coverage_id, r.back_cents, r.net_cents, sum(g.amount_cents)::bigint AS cents
    FROM claims.payer_item i
    JOIN claims.journal j ON j.practice_id = $1 AND j.source_id = i.id AND j.kind = 'take_back_assigned'
    JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = j.id
     AND g.entry = '{LedgerEvent.TAKE_BACK_UNIDENTIFIED}' AND g.debit_account = {_AR}
    JOIN reversed r ON r.claim_id = g.claim_id AND r.coverage_id = g.debit_party_id
    WHERE i.practice_id = $1 AND i.kind = 'take_back' AND i.open_cents < i.amount_cents
      AND (i.payer_key = $2 OR i.payer_id = ANY($3::uuid[]))
      AND NOT EXISTS (SELECT FROM claims.journal u WHERE u.practice_id = $1 AND u.reverses_journal_id = j.id)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT a.journal_id, a.item_id, a.remittance_id, a.claim_id, a.cents
FROM assigned a
WHERE a.named_claim_id = a.claim_id OR a.cents IN (a.back_cents, a.net_cents) OR a.back_cents > (
    SELECT coalesce(sum(CASE WHEN g.credit_account = {_AR} THEN g.amount_cents ELSE -g.amount_cents END), 0)
    FROM (SELECT DISTINCT charge_id FROM claims.claim_line WHERE practice_id = $1 AND claim_id = a.claim_id) l
    JOIN claims.posting g ON g.practice_id = $1 AND g.charge_id = l.charge_id
    WHERE (g.credit_account = {_AR} AND g.credit_party_id = a.coverage_id AND g.debit_account IN ({_BROUGHT}))
       OR (g.debit_account = {_AR} AND g.debit_party_id = a.coverage_id AND g.credit_account IN ({_BROUGHT})))
ORDER BY a.journal_id
"""
_JOURNALS: Final = """
INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, reverses_journal_id, claim_id, coverage_id,
    billing_entity_id, location_id, rendering_provider_id, payer_id, plan_id, financial_class, remittance_id, reason)
SELECT DISTINCT ON (t.id) t.id, 'take_back_replaced', 'payer_item', t.item_id, t.journal_id, g.claim_id, g.coverage_id,
       g.billing_entity_id, g.location_id, g.rendering_provider_id, g.payer_id, g.plan_id, g.financial_class,
       g.remittance_id, $5
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS t(id, journal_id, item_id)
JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = t.journal_id
ORDER BY t.id, g.n
"""
_MOVES: Final = f"""
INSERT INTO ledger_move (round, journal_id, n, charge_id, claim_id, entry, amount_cents, short_cents, debit_account,
    debit_party, debit_sequence, credit_account, credit_party, credit_sequence)
SELECT $2, t.id, g.n, g.charge_id, g.claim_id, '{LedgerEvent.POSTED_WRONG}', g.amount_cents, 0, g.credit_account,
       g.credit_party_id, g.credit_sequence, g.debit_account, g.debit_party_id, g.debit_sequence
FROM unnest($3::uuid[], $4::uuid[]) AS t(id, journal_id)
JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = t.journal_id
WHERE g.entry <> '{LedgerEvent.CREDIT_RECLASS}'
"""
_OPEN_AGAIN: Final = """
UPDATE claims.payer_item i
SET open_cents = i.open_cents + o.cents, claim_id = coalesce(i.claim_id, o.claim_id), settled_on = NULL,
    row_version = i.row_version + 1, updated_at = $5
FROM (SELECT item_id, sum(cents)::bigint AS cents, (array_agg(claim_id))[1] AS claim_id
      FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS u(item_id, claim_id, cents) GROUP BY 1) o
WHERE i.practice_id = $1 AND i.id = o.item_id
"""


async def replace_assignments(
    connection: Connection, acting: Acting, books: Books, payer_key: str, payer_ids: list[UUID], round_n: int
) -> None:
    """Move, in a round after the reversals, what assignments had raised; their items are open again and say the claim.

    Needs the claims as they are staged and matched, with their charges loaded.
    """
    practice, now, machine = acting.practice_id, acting.moment.at, acting.machine
    found = await connection.fetch(_REPLACED, practice, payer_key, payer_ids)
    if not found:
        return
    journals, items = [row["journal_id"] for row in found], [row["item_id"] for row in found]
    mirrors = sorted(uuid7() for _ in found)
    await connection.execute(_JOURNALS, practice, mirrors, journals, items, REASON)
    await connection.execute(_MOVES, practice, round_n, mirrors, journals)
    await settle_round(connection, books, round_n)
    claims, cents = [row["claim_id"] for row in found], [row["cents"] for row in found]
    await connection.execute(_OPEN_AGAIN, practice, items, claims, cents, now)
    await append_events(
        connection, "claims", practice, [_unassigned(row) for row in found], occurred_at=now, recorded_at=machine
    )
    for row in found:
        await keep_action(connection, acting, row["remittance_id"], "unassign", REASON, claim_id=row["claim_id"])
    reviews = await reviews_of_items(connection, practice, items)
    await reopen_reviews(connection, practice, reviews, now=now, machine=machine)


def _unassigned(row: Row) -> NewEvent:
    data = {
        "claim_id": str(row["claim_id"]),
        "assignment_id": str(row["journal_id"]),
        "amount_cents": row["cents"],
    }
    return NewEvent("payer_item.unassigned", "payer_item", row["item_id"], data)
