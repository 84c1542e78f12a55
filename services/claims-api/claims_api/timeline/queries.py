"""SQL of the timeline: one query a kind, each with `at`, `on_date`, `link_id`, `about_id` (the claim) and its facts.

$1 practice, $2 the claim and those to other payers for the same charges: their story is one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

_SENT: Final = """
SELECT coalesce(v.sent_at, v.created_at) AS at, CASE WHEN v.n = c.version THEN c.sent_on END AS on_date,
       v.submission_id AS link_id, v.claim_id AS about_id,
       v.n AS version, v.frequency, v.channel, v.charge_cents, s.receiver, s.interchange_control, s.delivery
FROM claims.claim_version v
JOIN claims.claim c ON c.practice_id = $1 AND c.id = v.claim_id
LEFT JOIN claims.submission s ON s.practice_id = $1 AND s.id = v.submission_id
WHERE v.practice_id = $1 AND v.claim_id = ANY($2::uuid[])
  AND (v.sent_at IS NOT NULL OR (v.n = 1 AND c.purpose = 'already_submitted'))
"""

# An answer to a whole file is about a claim when it is about the claim's transaction in it.
_ACKNOWLEDGEMENTS: Final = """
SELECT a.received_at AS at, a.reported_on AS on_date, a.submission_id AS link_id, a.claim_id AS about_id,
       a.kind AS answer, a.hop, a.outcome,
       a.payer_control_number, a.clearinghouse_number, a.statuses
FROM claims.acknowledgement a
WHERE a.practice_id = $1 AND a.claim_id = ANY($2::uuid[])
UNION ALL
SELECT a.received_at, a.reported_on, a.submission_id, s.claim_id, a.kind, a.hop, a.outcome, a.payer_control_number,
       a.clearinghouse_number, a.statuses
FROM claims.submission_claim s
JOIN claims.acknowledgement a ON a.practice_id = $1 AND a.submission_id = s.submission_id AND a.claim_id IS NULL
WHERE s.practice_id = $1 AND s.claim_id = ANY($2::uuid[])
  AND coalesce(a.statuses -> 0 ->> 'transaction_control', s.transaction_control) = s.transaction_control
"""

_REMITTANCES: Final = """
SELECT r.received_at AS at, r.paid_on AS on_date, r.id AS link_id, k.claim_id AS about_id,
       r.trace_number, r.state AS remittance_state,
       k.state, k.hold_reason, k.outcome, k.clp_status, k.out_of_order, k.payer_control_number, k.charge_cents,
       k.paid_cents, k.patient_cents, k.adjustment_cents
FROM claims.remittance_claim k
JOIN claims.remittance r ON r.practice_id = $1 AND r.id = k.remittance_id
WHERE k.practice_id = $1 AND k.claim_id = ANY($2::uuid[])
  AND NOT EXISTS (SELECT FROM claims.reversal v
                  WHERE v.practice_id = $1 AND v.claim_id = k.claim_id
                    AND k.journal_id IN (v.reversal_journal_id, v.correction_journal_id))
"""

# A reversal and its correction, in whatever order and payments they came, are one event: told when the first came.
_REVERSALS: Final = """
SELECT v.created_at AS at, v.opened_on AS on_date, coalesce(v.reversal_remittance_id, v.correction_remittance_id)
           AS link_id, v.claim_id AS about_id, v.state, v.original_paid_cents, v.correction_paid_cents,
       v.original_remittance_id, v.reversal_remittance_id, v.correction_remittance_id, v.remark_codes, v.due_on,
       v.completed_on
FROM claims.reversal v
WHERE v.practice_id = $1 AND v.claim_id = ANY($2::uuid[])
"""

_JOURNALS: Final = """
SELECT j.posted_at AS at, j.effective_on AS on_date, j.id AS link_id, p.claim_id AS about_id,
       j.kind AS journal, j.reason,
       j.reverses_journal_id, j.actor_id, j.actor_kind,
       jsonb_agg(jsonb_build_object('entry', p.entry, 'debit_account', p.debit_account, 'credit_account',
           p.credit_account, 'amount_cents', p.cents) ORDER BY p.entry, p.debit_account, p.credit_account) AS movements
FROM (
    SELECT q.journal_id, q.claim_id, q.entry, q.debit_account, q.credit_account, sum(q.amount_cents)::bigint AS cents
    FROM (SELECT DISTINCT l.charge_id FROM claims.claim_line l
          WHERE l.practice_id = $1 AND l.claim_id = ANY($2::uuid[])) line
    JOIN claims.posting q
      ON q.practice_id = $1 AND q.charge_id = line.charge_id AND q.claim_id = ANY($2::uuid[])
    GROUP BY 1, 2, 3, 4, 5
) p
JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id
GROUP BY j.practice_id, j.id, p.claim_id
"""

_DENIALS: Final = """
SELECT d.created_at AS at, d.opened_on AS on_date, d.id AS link_id, d.claim_id AS about_id,
       d.charge_id, d.group_code, d.carc, d.rarcs,
       d.category, d.owner, d.recommended_action, d.denied_cents, d.recovered_cents, d.state, d.appeal_due_on
FROM claims.denial_case d
WHERE d.practice_id = $1 AND d.claim_id = ANY($2::uuid[])
"""

_REVIEWS: Final = """
SELECT r.created_at AS at, r.opened_on AS on_date, r.id AS link_id, r.claim_id AS about_id,
       r.kind AS review, r.reason, r.group_code, r.carc,
       r.amount_cents, r.state, r.closed_at
FROM claims.review_item r
WHERE r.practice_id = $1 AND r.claim_id = ANY($2::uuid[])
"""

_NOTES: Final = """
SELECT n.created_at AS at, NULL::date AS on_date, n.id AS link_id, n.claim_id AS about_id,
       n.text, n.actor_id, n.actor_kind
FROM claims.claim_note n
WHERE n.practice_id = $1 AND n.claim_id = ANY($2::uuid[])
"""

_EVENTS: Final = """
SELECT e.occurred_at AS at, NULL::date AS on_date, NULL::uuid AS link_id, e.subject_id AS about_id,
       e.sequence, e.source, e.type
FROM claims.event e
WHERE e.practice_id = $1 AND e.subject_id = ANY($2::uuid[])
"""

# In the order in which things of one instant are told: a cause before its consequences, events last.
QUERIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sent": _SENT,
        "acknowledgement": _ACKNOWLEDGEMENTS,
        "remittance": _REMITTANCES,
        "reversal": _REVERSALS,
        "journal": _JOURNALS,
        "denial": _DENIALS,
        "review": _REVIEWS,
        "note": _NOTES,
        "event": _EVENTS,
    }
)


_FAMILY: Final = """
SELECT c.id FROM claims.claim s
JOIN claims.claim c ON c.practice_id = $1 AND (c.id = coalesce(s.origin_claim_id, s.id)
                                               OR c.origin_claim_id = coalesce(s.origin_claim_id, s.id))
WHERE s.practice_id = $1 AND s.id = $2
ORDER BY c.sequence, c.id
"""


async def family_of(connection: Connection, practice_id: int, claim_id: UUID) -> list[UUID]:
    """The claim and those to other payers for the same charges; empty for a claim that does not exist."""
    return [row["id"] for row in await connection.fetch(_FAMILY, practice_id, claim_id)]


async def rows_of(connection: Connection, practice_id: int, family: list[UUID], kind: str) -> list[Row]:
    """Everything of one kind, in no order."""
    return await connection.fetch(QUERIES[kind], practice_id, family)
