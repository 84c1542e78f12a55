"""Take posted claims of a payment off their claims: mirror journals linked to what they undo, never an edit."""

from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.take_off_decision import Remaining, event_of, take_off_decisions
from claims_api.denials.settle_denials import settle_denials
from claims_api.denials.withdraw_denials import withdraw_denials
from claims_api.held_money.errors import LaterPostingError
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.moves import Books, load_buckets, settle_round
from claims_api.remittances.domain.reversal_state import ReversalState
from claims_api.remittances.staging import TABLES
from claims_api.reviews.close_reviews import close_reviews, reviews_of_payment
from claims_api.sql_ids import uuid7_sql

UNDOING: Final = ("unmatch", "remittance_undone")
"""Kinds of journals that undo what was posted wrong; they are never undone themselves."""

_LOCK: Final = """
SELECT c.id FROM claims.claim c
WHERE c.practice_id = $1 AND c.id IN (
    SELECT claim_id FROM claims.remittance_claim
    WHERE practice_id = $1 AND remittance_id = $2 AND n = ANY($3::bigint[]))
ORDER BY c.id FOR UPDATE
"""

# Journals are numbered in the order they were posted; what came later on the claim rests on what came before.
_BUILT_ON: Final = """
SELECT r.id, r.trace_number
FROM claims.remittance_claim k
JOIN claims.remittance_claim later
  ON later.practice_id = $1 AND later.claim_id = k.claim_id AND later.state = 'posted'
 AND later.journal_id > k.journal_id
 AND NOT (later.remittance_id = $2 AND later.n = ANY($3::bigint[]))
JOIN claims.remittance r ON r.practice_id = $1 AND r.id = later.remittance_id
WHERE k.practice_id = $1 AND k.remittance_id = $2 AND k.n = ANY($3::bigint[]) AND k.state = 'posted'
ORDER BY later.journal_id DESC LIMIT 1
"""

# $2 the payment, $3 its claims, $4 milliseconds, $5 the kind of the mirror, $6 why, $7 kinds that undo. A decision has
# a second journal where it completed a correction that came before its reversal.
_JOURNALS: Final = f"""
INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, reverses_journal_id, claim_id, coverage_id,
    billing_entity_id, location_id, rendering_provider_id, payer_id, plan_id, financial_class, remittance_id,
    remittance_claim_n, reason)
SELECT {uuid7_sql("$4::bigint")}, $5, 'remittance', $2, d.journal_id, d.claim_id, d.coverage_id, d.billing_entity_id,
    d.location_id, d.rendering_provider_id, d.payer_id, d.plan_id, d.financial_class, $2, d.n, $6
FROM (
    SELECT DISTINCT ON (g.journal_id) g.journal_id, g.claim_id, g.coverage_id, g.billing_entity_id, g.location_id,
           g.rendering_provider_id, g.payer_id, g.plan_id, g.financial_class, k.n
    FROM claims.remittance_claim k
    JOIN claims.claim_line l ON l.practice_id = $1 AND l.claim_id = k.claim_id
    JOIN claims.posting g ON g.practice_id = $1 AND g.charge_id = l.charge_id AND g.remittance_id = $2
                         AND g.remittance_claim_n = k.n
    JOIN claims.journal j ON j.practice_id = $1 AND j.id = g.journal_id AND j.kind <> ALL($7::text[])
    WHERE k.practice_id = $1 AND k.remittance_id = $2 AND k.n = ANY($3::bigint[]) AND k.state = 'posted'
      AND NOT EXISTS (SELECT FROM claims.journal u WHERE u.practice_id = $1 AND u.reverses_journal_id = g.journal_id)
    ORDER BY g.journal_id
) d
"""
_CHARGES: Final = """
INSERT INTO ledger_charge (charge_id, claim_id, service_on, rendering_provider_id)
SELECT DISTINCT ON (h.id) h.id, g.claim_id, h.service_from, h.rendering_provider_id
FROM ledger_journal j
JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = j.reverses_journal_id
JOIN claims.charge h ON h.practice_id = $1 AND h.id = g.charge_id
ORDER BY h.id
"""
_MIRROR: Final = f"""
INSERT INTO ledger_move (round, journal_id, n, charge_id, claim_id, entry, amount_cents, short_cents, debit_account,
    debit_party, debit_sequence, credit_account, credit_party, credit_sequence, line_n, group_code, carc)
SELECT 1, j.journal_id, g.n, g.charge_id, g.claim_id, '{LedgerEvent.POSTED_WRONG}', g.amount_cents, 0,
       g.credit_account, g.credit_party_id, g.credit_sequence, g.debit_account, g.debit_party_id, g.debit_sequence,
       g.remittance_line_n, g.group_code, g.carc
FROM ledger_journal j
JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = j.reverses_journal_id
WHERE g.entry <> '{LedgerEvent.CREDIT_RECLASS}'
"""

_TAKEN_OFF: Final = """
SELECT k.n, k.claim_id, c.external_id, k.paid_cents
FROM claims.remittance_claim k
JOIN claims.claim c ON c.practice_id = $1 AND c.id = k.claim_id
WHERE k.practice_id = $1 AND k.remittance_id = $2 AND k.n = ANY($3::bigint[]) AND k.state = 'posted' ORDER BY k.n
"""
_ROWS: Final = """
UPDATE claims.remittance_claim
SET state = $4, hold_reason = $5, journal_id = NULL, coverage_id = NULL, out_of_order = false,
    row_version = row_version + 1
WHERE practice_id = $1 AND remittance_id = $2 AND n = ANY($3::bigint[])
"""
_NO_DERIVED_LINES: Final = """
WITH gone AS (
    DELETE FROM claims.remittance_line
    WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = ANY($3::bigint[]) AND derived
    RETURNING claim_n, n
)
DELETE FROM claims.remittance_adjustment a USING gone
WHERE a.practice_id = $1 AND a.remittance_id = $2 AND a.claim_n = gone.claim_n AND a.line_n = gone.n
"""
_NO_CHARGES: Final = """
UPDATE claims.remittance_line SET charge_id = NULL
WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = ANY($3::bigint[])
"""

# A decision that was part of an event of reversal and correction leaves it as if it had not come.
_LEAVE_EVENTS: Final = f"""
WITH off AS (
    SELECT k.journal_id FROM claims.remittance_claim k
    WHERE k.practice_id = $1 AND k.remittance_id = $2 AND k.n = ANY($3::bigint[]) AND k.state = 'posted'
), gone AS (
    DELETE FROM claims.reversal v USING off
    WHERE v.practice_id = $1
      AND ((v.reversal_journal_id = off.journal_id AND v.correction_journal_id IS NULL)
           OR (v.correction_journal_id = off.journal_id AND v.reversal_journal_id IS NULL))
    RETURNING v.id
)
UPDATE claims.reversal v
SET state = CASE WHEN v.reversal_journal_id = off.journal_id THEN '{ReversalState.AWAITING_REVERSAL}'
                 ELSE '{ReversalState.AWAITING_CORRECTION}' END,
    completed_on = NULL, updated_at = $4,
    completion_journal_id = NULL,
    reversal_journal_id = nullif(v.reversal_journal_id, off.journal_id),
    reversal_remittance_id = CASE WHEN v.reversal_journal_id = off.journal_id THEN NULL
                                  ELSE v.reversal_remittance_id END,
    reversal_claim_n = CASE WHEN v.reversal_journal_id = off.journal_id THEN NULL ELSE v.reversal_claim_n END,
    correction_journal_id = nullif(v.correction_journal_id, off.journal_id),
    correction_remittance_id = CASE WHEN v.correction_journal_id = off.journal_id THEN NULL
                                    ELSE v.correction_remittance_id END,
    correction_claim_n = CASE WHEN v.correction_journal_id = off.journal_id THEN NULL ELSE v.correction_claim_n END,
    correction_paid_cents = CASE WHEN v.correction_journal_id = off.journal_id THEN NULL
                                 ELSE v.correction_paid_cents END
FROM off
WHERE v.practice_id = $1 AND off.journal_id IN (v.reversal_journal_id, v.correction_journal_id)
  AND v.id NOT IN (SELECT id FROM gone)
"""
_NO_PROPOSALS: Final = """
DELETE FROM claims.correction_proposal
WHERE practice_id = $1 AND remittance_id = $2 AND remittance_claim_n = ANY($3::bigint[]) AND state = 'open'
"""
_NOTHING_DECIDED: Final = (
    "(SELECT NULL::bigint AS claim_n, NULL::uuid AS claim_id, NULL::uuid AS payer_id, NULL::uuid AS charge_id, "
    "0::bigint AS gives_cents, false AS denies WHERE false)"
)

# What still stands: the last posted decision of the payer that was billed. The payer's number is the newest of what
# remains and of what acknowledgements said.
_REMAINING: Final = """
SELECT c.id AS claim_id, k.outcome, k.n IS NOT NULL AS stands,
       coalesce(k.payer_control_number, (
           SELECT a.payer_control_number FROM claims.acknowledgement a
           WHERE a.practice_id = $1 AND a.claim_id = c.id AND a.payer_control_number IS NOT NULL
           ORDER BY a.received_at DESC LIMIT 1)) AS payer_number
FROM claims.claim c
LEFT JOIN LATERAL (
    SELECT r.n, r.outcome, r.payer_control_number FROM claims.remittance_claim r
    WHERE r.practice_id = $1 AND r.claim_id = c.id AND r.state = 'posted' AND r.coverage_id = c.coverage_id
    ORDER BY r.journal_id DESC LIMIT 1
) k ON true
WHERE c.practice_id = $1 AND c.id = ANY($2::uuid[])
"""


async def refuse_if_built_on(connection: Connection, practice_id: int, remittance_id: UUID, numbers: list[int]) -> None:
    """Lock the claims; raise LaterPostingError when a later decision stands on one of them, saying which payment."""
    await connection.execute(_LOCK, practice_id, remittance_id, numbers)
    later = await connection.fetchrow(_BUILT_ON, practice_id, remittance_id, numbers)
    if later is not None:
        raise LaterPostingError(
            f"the payment with trace number {later['trace_number']} was posted later on the same claim",
            existing=f"/v1/remittances/{later['id']}",
            suggestion="Take the later one off first.",
        )


async def mirror_postings(
    connection: Connection, books: Books, remittance_id: UUID, numbers: list[int], *, kind: str, reason: str
) -> None:
    """Fill the ledger's moves with the mirror of everything these claims posted, one linked journal a claim."""
    await TABLES.ready(connection)
    milliseconds = int(books.recorded_at.timestamp() * 1000)
    practice = books.practice_id
    await connection.execute(_JOURNALS, practice, remittance_id, numbers, milliseconds, kind, reason, list(UNDOING))
    await connection.execute(_CHARGES, practice)
    await load_buckets(connection, books)
    await connection.execute(_MIRROR, practice)
    await settle_round(connection, books, 1)


async def take_off_claims(
    connection: Connection,
    acting: Acting,
    remittance_id: UUID,
    numbers: list[int],
    *,
    state: str,
    hold_reason: str | None,
    reason: str,
) -> list[NewEvent]:
    """What the claims, their denials and reviews are once their postings are undone; the facts to announce."""
    practice, now = acting.practice_id, acting.moment.at
    rows = await connection.fetch(_TAKEN_OFF, practice, remittance_id, numbers)
    await withdraw_denials(connection, practice, remittance_id, numbers, reason=reason, now=now, machine=acting.machine)
    undone = f"(SELECT '{remittance_id}'::uuid AS remittance_id, unnest(ARRAY{numbers}::bigint[]) AS claim_n)"
    changed = await settle_denials(
        connection, practice, remittance_id, undone=undone, decided=_NOTHING_DECIDED, now=now
    )
    await connection.execute(_LEAVE_EVENTS, practice, remittance_id, numbers, now)
    await connection.execute(_NO_PROPOSALS, practice, remittance_id, numbers)
    waiting = await reviews_of_payment(connection, practice, remittance_id, numbers)
    await close_reviews(connection, practice, waiting, now=now, machine=acting.machine)
    await connection.execute(_ROWS, practice, remittance_id, numbers, state, hold_reason)
    await connection.execute(_NO_DERIVED_LINES, practice, remittance_id, numbers)
    await connection.execute(_NO_CHARGES, practice, remittance_id, numbers)
    claim_ids = sorted({row["claim_id"] for row in rows})
    left = await connection.fetch(_REMAINING, practice, claim_ids)
    await take_off_decisions(connection, practice, [_remaining(row) for row in left], now=now)
    return [*(_taken_off(row, remittance_id) for row in rows), *changed]


def _remaining(row: Row) -> Remaining:
    return Remaining(row["claim_id"], event_of(row["outcome"]) if row["stands"] else None, row["payer_number"])


def _taken_off(row: Row, remittance_id: UUID) -> NewEvent:
    data: dict[str, Any] = {
        "external_id": row["external_id"],
        "remittance_id": str(remittance_id),
        "paid_cents": row["paid_cents"],
    }
    return NewEvent("claim.decision_taken_off", "claim", row["claim_id"], data)
