"""The rows of a remittance as the payer wrote it, what waits for a person, and the facts that tell others."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.rows import insert_row
from claims_api.sql_ids import uuid7_sql

_CLAIMS: Final = """
INSERT INTO claims.remittance_claim (practice_id, remittance_id, n, claim_id, coverage_id, matched_by, state,
    hold_reason, journal_id, outcome, out_of_order, patient_control_number, payer_control_number,
    original_number, member_id, rendering_npi, clp_status, charge_cents, paid_cents, patient_cents, adjustment_cents,
    frequency, service_from, service_to, remark_codes, look_alike_key, facts, byte_offset, byte_length, row_version)
SELECT $1, $2, s.n, m.claim_id, p.coverage_id, m.matched_by,
    CASE WHEN $3 THEN 'waiting' WHEN m.hold_reason IS NOT NULL THEN 'held' WHEN p.n IS NULL THEN 'memo'
         ELSE 'posted' END,
    coalesce(m.hold_reason, s.problem), p.journal_id, s.outcome, coalesce(p.out_of_order, false), s.pcn,
    s.payer_number, s.original_number, s.member_id, s.rendering_npi, s.status, s.charge_cents, s.paid_cents,
    s.patient_cents, s.adjustment_cents, s.frequency, s.service_from, s.service_to,
    s.remark_codes, s.look_alike_key, s.facts, s.byte_offset, s.byte_length, 1
FROM remit_claim s
LEFT JOIN remit_match m ON m.n = s.n
LEFT JOIN remit_post p ON p.n = s.n
"""

_LINES: Final = """
INSERT INTO claims.remittance_line (practice_id, remittance_id, claim_n, n, charge_id, line_control_number, procedure,
    submitted_procedure, charge_cents, paid_cents, cash_cents, allowed_cents, stated_allowed_cents, paid_units,
    service_from, service_to, remark_codes, outcome, denied_cents, derived, facts)
SELECT $1, $2, l.claim_n, l.n, t.charge_id, l.line_number, l.procedure, l.submitted_procedure, l.charge_cents,
    l.paid_cents, l.cash_cents, l.allowed_cents, l.stated_allowed_cents, l.paid_units, l.service_from, l.service_to,
    l.remark_codes, l.outcome, l.denied_cents, l.derived, l.facts
FROM remit_line l
LEFT JOIN remit_target t ON t.claim_n = l.claim_n AND t.line_n = l.n
"""

_ADJUSTMENTS: Final = """
INSERT INTO claims.remittance_adjustment (practice_id, remittance_id, claim_n, line_n, n, group_code, carc,
    amount_cents, quantity, derived)
SELECT $1, $2, claim_n, line_n, n, group_code, carc, amount_cents, quantity, derived FROM remit_adjustment
"""

# What waits for a person: an amount that stays open, a code we do not know, what was more than is open, a payment
# for a claim that no payer had, and what the rules found of a whole line or claim. What a later payer repeats is none.
_REVIEWS: Final = f"""
WITH found AS (
    SELECT a.claim_n, a.line_n, a.group_code, a.carc, abs(a.amount_cents) AS cents,
           CASE WHEN r.carc IS NULL THEN 'unknown_code' ELSE r.follow_up END AS kind,
           coalesce(r.reason, 'the reason code is not in our list') AS reason
    FROM remit_adjustment a
    JOIN remit_post p ON p.n = a.claim_n AND p.handling = 'adjudicated'
    LEFT JOIN claims.cas_rule r
      ON r.group_code = a.group_code AND r.carc = a.carc AND r.sign = CASE WHEN a.amount_cents > 0 THEN 1 ELSE -1 END
    WHERE NOT a.derived AND a.amount_cents <> 0
      AND (r.carc IS NULL OR r.follow_up IN ('review', 'watch'))
      AND NOT (coalesce(r.action, '') = 'transfer' AND p.next_coverage_id IS NOT NULL)
    UNION ALL
    SELECT v.claim_n, v.line_n, v.group_code, v.carc, v.amount_cents, v.kind, v.reason
    FROM remit_review v JOIN remit_post p ON p.n = v.claim_n AND p.handling = 'adjudicated'
    UNION ALL
    SELECT p.n, m.line_n, m.group_code, m.carc, m.short_cents, 'review', 'more than is open with this payer'
    FROM ledger_move m JOIN remit_post p ON p.journal_id = m.journal_id
    WHERE m.short_cents > 0 AND NOT p.later_payer
    UNION ALL
    SELECT n, 0, NULL, NULL, 0, 'out_of_order', 'a payer answers a claim that, as far as we know, no payer had'
    FROM remit_post WHERE out_of_order
), opened AS (
    INSERT INTO claims.review_item (practice_id, id, kind, reason, claim_id, charge_id, remittance_id,
        remittance_claim_n, remittance_line_n, group_code, carc, amount_cents, state, opened_on, row_version,
        created_at)
    SELECT $1, {uuid7_sql("$6::bigint")}, f.kind, f.reason, p.claim_id, t.charge_id, $2, f.claim_n, f.line_n,
        f.group_code, f.carc, f.cents, 'open', $3, 1, $4
    FROM found f
    JOIN remit_post p ON p.n = f.claim_n
    LEFT JOIN remit_target t ON t.claim_n = f.claim_n AND t.line_n = f.line_n
    RETURNING id, kind, reason, claim_id, amount_cents
), announced AS (
    INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
    SELECT $1, 'review.opened', 'review_item', id,
           jsonb_build_object('kind', kind, 'reason', reason, 'claim_id', claim_id, 'remittance_id', $2::uuid,
                              'amount_cents', amount_cents, 'state', 'open', 'version', 1), $4, $5
    FROM opened
)
SELECT count(*) FROM opened
"""

DECISIONS: Final = """(
    SELECT DISTINCT ON (p.claim_id) p.claim_id, p.event, s.payer_number
    FROM remit_post p JOIN remit_claim s ON s.n = p.n
    WHERE p.own_coverage AND NOT (p.handling = 'reversal' AND EXISTS (
        SELECT FROM claims.reversal v
        WHERE v.practice_id = $1 AND v.original_journal_id = p.original_journal_id
          AND v.correction_journal_id IS NOT NULL))
    ORDER BY p.claim_id, p.round DESC
)"""
"""The last decision on each claim by the payer that was billed; another payer's does not move the claim, and neither
does the reversal of a decision that was corrected before."""

FORWARDED: Final = """(
    SELECT m.claim_id, s.event, s.payer_number
    FROM remit_match m JOIN remit_claim s ON s.n = m.n AND s.handling = 'not_ours'
    WHERE m.hold_reason IS NULL AND NOT EXISTS (SELECT FROM remit_post p WHERE p.claim_id = m.claim_id)
)"""
"""Claims that the payer passed on without deciding."""

POSTED_CLAIMS: Final = "(SELECT n AS claim_n, claim_id, payer_id FROM remit_post WHERE handling = 'adjudicated')"
POSTED_CHARGES: Final = "remit_target"

UNDONE: Final = """(
    SELECT k.remittance_id, k.n AS claim_n
    FROM remit_post p
    JOIN claims.remittance_claim k ON k.practice_id = $1 AND k.claim_id = p.claim_id
     AND k.journal_id = p.original_journal_id
    WHERE p.handling = 'reversal'
)"""
"""Decisions that this payment reverses."""

GIVEN: Final = """(
    SELECT p.n AS claim_n, p.claim_id, p.payer_id, t.charge_id,
           (coalesce(sum(l.cash_cents), 0) + coalesce(max(m.cents), 0))::bigint AS gives_cents,
           bool_or(l.denied_cents > 0 OR coalesce(f.lines && ARRAY[0, l.n], false)) AS denies
    FROM remit_post p
    JOIN remit_line l ON l.claim_n = p.n
    JOIN remit_target t ON t.claim_n = l.claim_n AND t.line_n = l.n
    LEFT JOIN (
        SELECT journal_id, charge_id, sum(amount_cents) AS cents FROM ledger_move WHERE entry = 'E07'
        GROUP BY journal_id, charge_id
    ) m ON m.journal_id = p.journal_id AND m.charge_id = t.charge_id
    LEFT JOIN (
        SELECT claim_n, array_agg(line_n) AS lines FROM denial_found GROUP BY claim_n
    ) f ON f.claim_n = p.n
    WHERE p.handling = 'adjudicated' AND p.decided
    GROUP BY p.n, p.claim_id, p.payer_id, p.journal_id, t.charge_id
)"""
"""What decisions on claims that were decided before give for each charge, and whether they deny it again."""

_ADJUDICATED: Final = """
INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
SELECT $1, 'claim.adjudicated', 'claim', c.id,
       jsonb_build_object('external_id', c.external_id, 'adjudication_state', c.adjudication_state,
                          'remittance_id', $2::uuid, 'paid_cents', s.paid_cents, 'out_of_order', p.out_of_order),
       $3, $4
FROM remit_post p
JOIN remit_claim s ON s.n = p.n
JOIN claims.claim c ON c.practice_id = $1 AND c.id = p.claim_id
"""

_COUNTS: Final = """
SELECT count(*) FILTER (WHERE m.hold_reason IS NOT NULL) AS held,
       coalesce(sum(abs(s.paid_cents)) FILTER (WHERE m.hold_reason IS NOT NULL), 0)::bigint AS held_cents,
       count(*) FILTER (WHERE m.hold_reason IS NULL AND s.handling IN ('adjudicated', 'reversal')) AS posted,
       count(*) FILTER (WHERE m.hold_reason IS NULL AND s.handling NOT IN ('adjudicated', 'reversal')) AS memo
FROM remit_match m JOIN remit_claim s ON s.n = m.n
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How the claims of a payment came out; `held_cents` adds up absolute amounts."""

    posted: int
    held: int
    memo: int
    held_cents: int


async def count_claims(connection: Connection) -> Counted:
    [row] = await connection.fetch(_COUNTS)
    return Counted(row["posted"], row["held"], row["memo"], row["held_cents"])


async def write_staged(connection: Connection, practice_id: int, remittance_id: UUID, *, waiting: bool) -> None:
    """Keep every claim, line and adjustment as the payer wrote it. waiting: nothing of it was posted.

    A waiting claim whose content alone keeps it from posting says so already.
    """
    await connection.execute(_CLAIMS, practice_id, remittance_id, waiting)
    await connection.execute(_LINES, practice_id, remittance_id)
    await connection.execute(_ADJUSTMENTS, practice_id, remittance_id)


async def open_reviews(
    connection: Connection, practice_id: int, remittance_id: UUID, *, today: date, now: datetime, machine: datetime
) -> int:
    """Open a review item for all that waits for a person; returns how many."""
    milliseconds = int(machine.timestamp() * 1000)
    opened: int = await connection.fetchval(_REVIEWS, practice_id, remittance_id, today, now, machine, milliseconds)
    return opened


async def announce_decisions(
    connection: Connection, practice_id: int, remittance_id: UUID, *, now: datetime, machine: datetime
) -> None:
    """One claim.adjudicated for each posted claim."""
    await connection.execute(_ADJUDICATED, practice_id, remittance_id, now, machine)


async def insert_remittance(connection: Connection, row: dict[str, Any]) -> None:
    """Write the header row; keys are columns of `remittance`."""
    await insert_row(connection, "claims.remittance", row)
