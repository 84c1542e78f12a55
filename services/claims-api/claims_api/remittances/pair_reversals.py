"""A reversal and its correction, in any order and any number of payments, kept and told as one event."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.claims.domain import SubmissionState
from claims_api.ledger.domain import Account
from claims_api.ledger.moves import Books, settle_round
from claims_api.remittances.domain.reversal_state import ReversalState
from claims_api.remittances.staging import PLACES
from claims_api.sql_ids import uuid7_sql

_AR: Final = int(Account.AR_INSURANCE)
_VOIDED: Final = f"('{SubmissionState.VOID_SENT}', '{SubmissionState.VOIDED}')"

# A correction that came first found the earlier decision in the bucket: its shares and write-offs were cut to nothing.
# They post now, unless the correction was taken back itself. What nets the patient share by a negative PR amount is
# left to the person who looks at the claim.
_COMPLETED: Final = f"""
INSERT INTO ledger_journal
SELECT {uuid7_sql("$2::bigint")}, 'correction', 'remittance', $3::uuid, NULL, p.claim_id, p.coverage_id,
       p.billing_entity_id, p.location_id, p.rendering_provider_id, p.payer_id, p.plan_id, p.financial_class,
       $3::uuid, p.n
FROM remit_post p
JOIN claims.reversal v
  ON v.practice_id = $1 AND v.original_journal_id = p.original_journal_id
 AND v.state = '{ReversalState.AWAITING_REVERSAL}'
WHERE p.handling = 'reversal'
  AND NOT EXISTS (SELECT FROM claims.journal u
                  WHERE u.practice_id = $1 AND u.reverses_journal_id = v.correction_journal_id)
  AND NOT EXISTS (SELECT FROM remit_post r
                  WHERE r.handling = 'reversal' AND r.original_journal_id = v.correction_journal_id)
RETURNING journal_id, remittance_claim_n
"""
_COMPLETIONS: Final = f"""
INSERT INTO ledger_move
WITH item AS (
    SELECT p.n, p.coverage_id, p.claim_id, j.journal_id, l.charge_id, a.line_n, a.place, r.event, a.group_code, a.carc,
           CASE WHEN r.action = 'transfer' THEN 3 ELSE 4 END AS turn,
           a.cents - coalesce((
               SELECT sum(g.amount_cents) FROM claims.posting g
               WHERE g.practice_id = $1 AND g.journal_id = v.correction_journal_id AND g.remittance_line_n = a.line_n
                 AND g.group_code = a.group_code AND g.carc = a.carc), 0)::bigint AS cents,
           CASE WHEN r.action = 'transfer' AND p.next_coverage_id IS NOT NULL
                THEN r.next_coverage_account ELSE r.debit_account END AS debit_account,
           CASE WHEN r.action = 'transfer' THEN coalesce(p.next_coverage_id, p.guarantor_id) END AS debit_party,
           CASE WHEN r.action = 'transfer' THEN p.next_sequence END AS debit_sequence,
           r.credit_account, p.sequence
    FROM remit_post p
    JOIN unnest($3::bigint[], $4::uuid[]) AS j(n, journal_id) ON j.n = p.n
    JOIN claims.reversal v ON v.practice_id = $1 AND v.original_journal_id = p.original_journal_id
    JOIN (
        SELECT remittance_id, claim_n, line_n, group_code, carc, min(n) AS place, sum(amount_cents)::bigint AS cents
        FROM claims.remittance_adjustment WHERE practice_id = $1 AND line_n > 0 AND amount_cents > 0
          AND remittance_id IN (SELECT correction_remittance_id FROM claims.reversal v
                                WHERE v.practice_id = $1 AND v.original_journal_id IN (
                                    SELECT original_journal_id FROM remit_post WHERE handling = 'reversal'))
        GROUP BY 1, 2, 3, 4, 5
    ) a ON a.remittance_id = v.correction_remittance_id AND a.claim_n = v.correction_claim_n
    JOIN claims.remittance_line l
      ON l.practice_id = $1 AND l.remittance_id = a.remittance_id AND l.claim_n = a.claim_n AND l.n = a.line_n
     AND l.charge_id IS NOT NULL
    JOIN claims.cas_rule r ON r.group_code = a.group_code AND r.carc = a.carc AND r.sign = 1
    WHERE r.action IN ('post', 'transfer') AND r.credit_account = {_AR}
      AND (r.debit_account IS NOT NULL OR p.next_coverage_id IS NOT NULL)
      AND NOT (a.group_code = 'PR' AND EXISTS (
          SELECT FROM claims.remittance_adjustment x
          WHERE x.practice_id = $1 AND x.remittance_id = a.remittance_id AND x.claim_n = a.claim_n
            AND x.line_n = a.line_n AND x.group_code = 'PR' AND x.amount_cents < 0))
), run AS (
    SELECT i.*, coalesce(b.balance_cents - b.credit_cents, 0) AS room, sum(i.cents) OVER so_far AS used
    FROM item i
    LEFT JOIN ledger_bucket b ON b.charge_id = i.charge_id AND b.account = {_AR} AND b.party_id = i.coverage_id
    WHERE i.cents > 0
    WINDOW so_far AS (PARTITION BY i.n, i.charge_id ORDER BY turn, line_n, place ROWS UNBOUNDED PRECEDING)
)
SELECT $2::smallint, journal_id, line_n * {PLACES} + place, charge_id, claim_id, event,
       least(cents, greatest(room - used + cents, 0)), 0, debit_account, debit_party, debit_sequence,
       credit_account, coverage_id, sequence, line_n, group_code, carc
FROM run
"""

# $3 today, $4 due, $5 now, $6 milliseconds. A reversal whose correction was here first completes the event; another
# one opens it; where we asked the payer to undo the claim nothing more is awaited.
_REVERSED: Final = f"""
WITH done AS (
    UPDATE claims.reversal v
    SET reversal_journal_id = p.journal_id, reversal_remittance_id = $2, reversal_claim_n = p.n,
        completion_journal_id = j.journal_id, remark_codes = s.remark_codes, state = '{ReversalState.COMPLETE}',
        completed_on = $3, updated_at = $5
    FROM remit_post p
    JOIN remit_claim s ON s.n = p.n
    LEFT JOIN unnest($7::bigint[], $8::uuid[]) AS j(n, journal_id) ON j.n = p.n
    WHERE v.practice_id = $1 AND p.handling = 'reversal' AND v.original_journal_id = p.original_journal_id
      AND v.state = '{ReversalState.AWAITING_REVERSAL}'
    RETURNING v.claim_id, v.original_journal_id
), opened AS (
    INSERT INTO claims.reversal (practice_id, id, claim_id, coverage_id, payer_id, state, original_journal_id,
        original_remittance_id, original_claim_n, original_paid_cents, reversal_journal_id, reversal_remittance_id,
        reversal_claim_n, remark_codes, opened_on, due_on, completed_on, created_at, updated_at)
    SELECT $1, {uuid7_sql("$6::bigint")}, p.claim_id, p.coverage_id, p.payer_id,
        CASE WHEN c.submission_state IN {_VOIDED} THEN '{ReversalState.VOIDED}'
             ELSE '{ReversalState.AWAITING_CORRECTION}' END,
        p.original_journal_id, o.remittance_id, o.n, -s.paid_cents, p.journal_id, $2, p.n, s.remark_codes, $3, $4,
        CASE WHEN c.submission_state IN {_VOIDED} THEN $3 END, $5, $5
    FROM remit_post p
    JOIN remit_claim s ON s.n = p.n
    JOIN claims.claim c ON c.practice_id = $1 AND c.id = p.claim_id
    LEFT JOIN claims.remittance_claim o
      ON o.practice_id = $1 AND o.claim_id = p.claim_id AND o.journal_id = p.original_journal_id
    WHERE p.handling = 'reversal'
      AND NOT EXISTS (SELECT FROM done d WHERE d.original_journal_id = p.original_journal_id)
    ON CONFLICT (practice_id, original_journal_id) DO NOTHING
)
SELECT count(*) FROM done
"""

# The last decision of this payment on a claim answers all that still waits for a correction.
_CORRECTED: Final = f"""
WITH decision AS (
    SELECT DISTINCT ON (p.claim_id, p.coverage_id) p.claim_id, p.coverage_id, p.n, p.journal_id, s.paid_cents
    FROM remit_post p JOIN remit_claim s ON s.n = p.n
    WHERE p.handling = 'adjudicated'
    ORDER BY p.claim_id, p.coverage_id, p.round DESC
)
UPDATE claims.reversal v
SET correction_journal_id = d.journal_id, correction_remittance_id = $2, correction_claim_n = d.n,
    correction_paid_cents = d.paid_cents, state = '{ReversalState.COMPLETE}', completed_on = $3, updated_at = $4
FROM decision d
WHERE v.practice_id = $1 AND v.claim_id = d.claim_id AND v.coverage_id = d.coverage_id
  AND v.state = '{ReversalState.AWAITING_CORRECTION}'
"""

# A decision on charges that an earlier decision of the same payer moved, and that is not undone; of several the newest.
# Which journals moved the charges is found for all decisions at once: staged tables have no index to ask one by one.
_UNREVERSED: Final = f"""
INSERT INTO claims.reversal (practice_id, id, claim_id, coverage_id, payer_id, state, original_journal_id,
    original_remittance_id, original_claim_n, original_paid_cents, correction_journal_id, correction_remittance_id,
    correction_claim_n, correction_paid_cents, remark_codes, opened_on, due_on, created_at, updated_at)
WITH decision AS MATERIALIZED (
    SELECT DISTINCT ON (p.claim_id, p.coverage_id) p.claim_id, p.coverage_id, p.payer_id, p.n, p.journal_id,
           s.paid_cents
    FROM remit_post p JOIN remit_claim s ON s.n = p.n
    WHERE p.handling = 'adjudicated' AND p.decided
    ORDER BY p.claim_id, p.coverage_id, p.round DESC
), moved AS MATERIALIZED (
    SELECT DISTINCT d.n, g.journal_id
    FROM decision d
    JOIN remit_target t ON t.claim_n = d.n
    JOIN claims.posting g ON g.practice_id = $1 AND g.charge_id = t.charge_id
), earlier AS (
    SELECT DISTINCT ON (d.n) d.n, k.journal_id, k.remittance_id, k.n AS claim_n, k.paid_cents
    FROM decision d
    JOIN moved ON moved.n = d.n
    JOIN claims.remittance_claim k
      ON k.practice_id = $1 AND k.claim_id = d.claim_id AND k.coverage_id = d.coverage_id AND k.state = 'posted'
     AND k.clp_status <> '22' AND k.remittance_id <> $2 AND k.journal_id = moved.journal_id
    WHERE NOT EXISTS (SELECT FROM claims.journal j WHERE j.practice_id = $1 AND j.reverses_journal_id = k.journal_id)
      AND NOT EXISTS (SELECT FROM remit_post r WHERE r.original_journal_id = k.journal_id)
    ORDER BY d.n, k.journal_id DESC
)
SELECT $1, {uuid7_sql("$6::bigint")}, d.claim_id, d.coverage_id, d.payer_id, '{ReversalState.AWAITING_REVERSAL}',
    o.journal_id, o.remittance_id, o.claim_n, o.paid_cents, d.journal_id, $2, d.n, d.paid_cents, '{{}}', $3, $4, $5, $5
FROM decision d JOIN earlier o ON o.n = d.n
ON CONFLICT (practice_id, original_journal_id) DO NOTHING
"""
_TOLD: Final = """
SELECT v.id, v.claim_id, c.external_id, v.state, v.original_paid_cents, v.correction_paid_cents, v.due_on
FROM claims.reversal v JOIN claims.claim c ON c.practice_id = $1 AND c.id = v.claim_id
WHERE v.practice_id = $1 AND v.updated_at = $3 AND (v.reversal_remittance_id = $2 OR v.correction_remittance_id = $2)
ORDER BY v.id
"""


@dataclass(frozen=True, slots=True)
class Completions:
    """By number of the reversal in the payment, the journal of what its correction could only post now."""

    numbers: list[int]
    journals: list[UUID]


async def complete_corrections(connection: Connection, books: Books, remittance_id: UUID, round_n: int) -> Completions:
    """Move, in a round after all others, what corrections that came first still lack."""
    milliseconds = int(books.recorded_at.timestamp() * 1000)
    rows = await connection.fetch(_COMPLETED, books.practice_id, milliseconds, remittance_id)
    made = Completions([row["remittance_claim_n"] for row in rows], [row["journal_id"] for row in rows])
    if rows:
        await connection.execute(_COMPLETIONS, books.practice_id, round_n, made.numbers, made.journals)
        await settle_round(connection, books, round_n)
    return made


async def has_decided_claims(connection: Connection) -> bool:
    """Whether the payment decides claims that a payer had decided before."""
    return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM remit_post WHERE decided)"))


async def pair_reversals(
    connection: Connection,
    books: Books,
    remittance_id: UUID,
    completions: Completions,
    *,
    today: date,
    due_on: date,
    now: datetime,
) -> list[NewEvent]:
    """Open and complete the events of this payment's reversals and corrections; returns what to announce."""
    practice = books.practice_id
    milliseconds = int(books.recorded_at.timestamp() * 1000)
    await connection.execute(
        _REVERSED,
        practice,
        remittance_id,
        today,
        due_on,
        now,
        milliseconds,
        completions.numbers,
        completions.journals,
    )
    await connection.execute(_CORRECTED, practice, remittance_id, today, now)
    await connection.execute(_UNREVERSED, practice, remittance_id, today, due_on, now, milliseconds)
    return [
        NewEvent(
            f"claim.{_EVENTS[row['state']]}",
            "claim",
            row["claim_id"],
            {
                "external_id": row["external_id"],
                "reversal_id": str(row["id"]),
                "paid_before_cents": row["original_paid_cents"],
                "paid_after_cents": row["correction_paid_cents"],
                "due_on": row["due_on"].isoformat(),
            },
        )
        for row in await connection.fetch(_TOLD, practice, remittance_id, now)
    ]


_EVENTS: Final = {
    ReversalState.AWAITING_CORRECTION.value: "correction_awaited",
    ReversalState.AWAITING_REVERSAL.value: "reversal_awaited",
    ReversalState.COMPLETE.value: "corrected",
    ReversalState.VOIDED.value: "reversed",
}
