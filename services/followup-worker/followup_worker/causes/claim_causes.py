"""For which claims, denials and review items a rule's thresholds all hold."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from followup_worker.business_days import latest_start
from followup_worker.causes.binds import Binds
from followup_worker.rules.conditions import ClaimWhen, DenialWhen, ReviewWhen
from followup_worker.rules.rulebook import Deadline

_ASSIGNED: Final = "c.purpose IN ('live', 'already_submitted')"
_OPEN_INSURANCE: Final = """
LEFT JOIN LATERAL (
    SELECT sum(b.balance_cents)::bigint AS cents FROM claims_export.balance_v1 b
    WHERE b.practice_id = $1 AND b.claim_id = c.claim_id AND b.account = 1100 AND b.balance_cents > 0
) open ON true"""
_CASE_DATES: Final = ("d.correction_due_on", "d.appeal_due_on")


def claims(when: ClaimWhen, deadline: Deadline | None, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """What is at stake is what insurance owes; `subject_n` is the version."""
    conditions = ["c.practice_id = $1", _ASSIGNED, *binds.in_scope("c.claim_id", scope)]
    conditions.append(binds.among("c.submission_state", when.submission_states))
    if when.adjudication_states is not None:
        conditions.append(binds.among("c.adjudication_state", when.adjudication_states))
    if when.business_days_since_sent is not None:
        conditions.append(f"c.sent_on <= {binds(latest_start(today, when.business_days_since_sent), 'date')}")
    if when.days_since_sent is not None:
        conditions.append(binds.days_ago("c.sent_on", today, when.days_since_sent))
    if when.days_past_usual_answer is not None:
        start = today - timedelta(days=when.days_past_usual_answer)
        conditions.append(f"coalesce(c.accepted_on, c.sent_on) + p.answer_days::int <= {binds(start, 'date')}")
    if when.open_cents is not None:
        conditions.append(f"coalesce(open.cents, 0) >= {binds(when.open_cents, 'bigint')}")
    conditions += _awaited(when, today, binds)
    return f"""
SELECT c.claim_id AS subject_id, c.version::smallint AS subject_n, c.claim_id, c.payer_id,
       coalesce(open.cents, 0) AS amount_cents, {_claim_deadline(deadline, binds)} AS deadline_on
FROM claims_export.claim_v1 c
JOIN claims_export.payer_v1 p ON p.practice_id = $1 AND p.payer_id = c.payer_id
LEFT JOIN claims_export.plan_v1 n ON n.practice_id = $1 AND n.plan_id = c.plan_id{_OPEN_INSURANCE}
WHERE {" AND ".join(conditions)}"""


def _awaited(when: ClaimWhen, today: date, binds: Binds) -> list[str]:
    """What the claim waits for has not come by its day."""
    conditions = []
    if when.reversal_states is not None and when.days_past_reversal_due is not None:
        conditions.append(
            "EXISTS (SELECT FROM claims_export.reversal_v1 v WHERE v.practice_id = $1 AND v.claim_id = c.claim_id "
            f"AND {binds.among('v.state', when.reversal_states)} "
            f"AND {binds.days_ago('v.due_on', today, when.days_past_reversal_due)})"
        )
    if when.next_steps is not None and when.days_past_awaited is not None:
        conditions.append(
            "EXISTS (SELECT FROM claims_export.coordination_v1 o WHERE o.practice_id = $1 AND o.claim_id = c.claim_id "
            f"AND {binds.among('o.step', when.next_steps)} "
            f"AND {binds.days_ago('o.awaited_until', today, when.days_past_awaited)})"
        )
    return conditions


def _claim_deadline(deadline: Deadline | None, binds: Binds) -> str:
    if deadline is None:
        return "NULL::date"
    days = binds(deadline.days, "int")
    if deadline.counts_from == "sent_date":
        return f"c.sent_on + {days}"
    return f"c.service_from + coalesce(n.filing_limit_days, p.filing_limit_days, {days})"


def denials(
    when: DenialWhen, deadline: Deadline | None, scope: Sequence[UUID] | None, today: date, binds: Binds
) -> str:
    """What is at stake is what may still be won."""
    conditions = ["d.practice_id = $1", *binds.in_scope("d.denial_id", scope)]
    conditions.append(binds.among("d.state", when.denial_states))
    if when.denied_cents is not None:
        conditions.append(f"d.denied_cents >= {binds(when.denied_cents, 'bigint')}")
    return f"""
SELECT d.denial_id AS subject_id, 0::smallint AS subject_n, d.claim_id, d.payer_id,
       greatest(coalesce(d.expected_cents, d.denied_cents) - d.recovered_cents, 0) AS amount_cents,
       {_denial_deadline(deadline, today, binds)} AS deadline_on
FROM claims_export.denial_v1 d
WHERE {" AND ".join(conditions)}"""


def _denial_deadline(deadline: Deadline | None, today: date, binds: Binds) -> str:
    """The nearest of the case's own last days that has not passed, else the later of those that have."""
    if deadline is None:
        return "NULL::date"
    day = binds(today, "date")
    ahead = ", ".join(f"CASE WHEN {column} >= {day} THEN {column} END" for column in _CASE_DATES)
    return f"coalesce(least({ahead}), greatest({', '.join(_CASE_DATES)}))"


def reviews(when: ReviewWhen, scope: Sequence[UUID] | None, binds: Binds) -> str:
    """Open ones."""
    conditions = ["v.practice_id = $1", "v.state = 'open'", *binds.in_scope("v.review_item_id", scope)]
    conditions.append(binds.among("v.kind", when.review_kinds))
    if when.amount_cents is not None:
        conditions.append(f"abs(v.amount_cents) >= {binds(when.amount_cents, 'bigint')}")
    return f"""
SELECT v.review_item_id AS subject_id, 0::smallint AS subject_n, v.claim_id, NULL::uuid AS payer_id,
       abs(v.amount_cents) AS amount_cents, NULL::date AS deadline_on
FROM claims_export.review_item_v1 v
WHERE {" AND ".join(conditions)}"""
