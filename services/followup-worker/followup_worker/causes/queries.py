"""SQL of causes: for each subject, the rows of the exported views for which a rule's thresholds all hold.

A cause query yields (subject_id, subject_n, claim_id, payer_id, amount_cents, deadline_on). Thresholds become
dates and amounts here, so that the conditions stay plain comparisons an index can serve.

Causes and firings are compared by GROUP BY and not by a join: the statistics of our own tables may be those of an
empty table when the first sweep of a large practice runs, and a join then is planned as a nested loop (measured:
20,000 causes took minutes).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from followup_worker.business_days import latest_start
from followup_worker.rules.rulebook import ClaimWhen, Deadline, DenialWhen, RemittanceWhen, ReviewWhen, Rule

_ASSIGNED: Final = "c.purpose IN ('live', 'already_submitted')"
_OPEN_INSURANCE: Final = """
LEFT JOIN LATERAL (
    SELECT sum(b.balance_cents)::bigint AS cents FROM claims_export.balance_v1 b
    WHERE b.practice_id = $1 AND b.claim_id = c.claim_id AND b.account = 1100 AND b.balance_cents > 0
) open ON true"""
_SETTLED: Final = """
LEFT JOIN LATERAL (
    SELECT coalesce(sum(s.settled_cents), 0)::bigint AS cents FROM claims_export.settlement_v1 s
    WHERE s.practice_id = $1 AND s.remittance_id = r.remittance_id
) settled ON true"""
_HAS_BANK: Final = "EXISTS (SELECT FROM claims_export.bank_account_v1 a WHERE a.practice_id = $1)"
_HELD_CLAIMS: Final = """
LEFT JOIN LATERAL (
    SELECT count(*) AS n, sum(abs(h.paid_cents))::bigint AS cents FROM claims_export.remittance_claim_v1 h
    WHERE h.practice_id = $1 AND h.remittance_id = r.remittance_id AND h.state = 'held'
) held ON true"""


@dataclass(slots=True)
class Binds:
    """Arguments of a statement under construction; `$1` is the practice."""

    values: list[Any] = field(default_factory=list)

    def __call__(self, value: Any, sql_type: str) -> str:
        """The placeholder of one more argument."""
        self.values.append(value)
        return f"${len(self.values)}::{sql_type}"


def causes_of(rule: Rule, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """The cause query of a rule on the practice's day, limited to subjects in `scope` (None: all)."""
    match rule.when:
        case ClaimWhen():
            return _claims(rule.when, rule.deadline, scope, today, binds)
        case DenialWhen():
            return _denials(rule.when, rule.deadline, scope, today, binds)
        case RemittanceWhen():
            return _remittances(rule.when, scope, today, binds)
        case ReviewWhen():
            return _reviews(rule.when, scope, binds)


def _claims(when: ClaimWhen, deadline: Deadline | None, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    conditions = ["c.practice_id = $1", _ASSIGNED, *_in_scope("c.claim_id", scope, binds)]
    conditions.append(f"c.submission_state = ANY({binds(list(when.submission_states), 'text[]')})")
    if when.adjudication_states is not None:
        conditions.append(f"c.adjudication_state = ANY({binds(list(when.adjudication_states), 'text[]')})")
    if when.business_days_since_sent is not None:
        conditions.append(f"c.sent_on <= {binds(latest_start(today, when.business_days_since_sent), 'date')}")
    if when.days_past_usual_answer is not None:
        start = today - timedelta(days=when.days_past_usual_answer)
        conditions.append(f"coalesce(c.accepted_on, c.sent_on) + p.answer_days::int <= {binds(start, 'date')}")
    if when.open_cents is not None:
        conditions.append(f"coalesce(open.cents, 0) >= {binds(when.open_cents, 'bigint')}")
    if when.reversal_states is not None and when.days_past_reversal_due is not None:
        late = today - timedelta(days=when.days_past_reversal_due)
        conditions.append(
            "EXISTS (SELECT FROM claims_export.reversal_v1 v WHERE v.practice_id = $1 AND v.claim_id = c.claim_id "
            f"AND v.state = ANY({binds(list(when.reversal_states), 'text[]')}) AND v.due_on <= {binds(late, 'date')})"
        )
    return f"""
SELECT c.claim_id AS subject_id, c.version::smallint AS subject_n, c.claim_id, c.payer_id,
       coalesce(open.cents, 0) AS amount_cents, {_claim_deadline(deadline, binds)} AS deadline_on
FROM claims_export.claim_v1 c
JOIN claims_export.payer_v1 p ON p.practice_id = $1 AND p.payer_id = c.payer_id
LEFT JOIN claims_export.plan_v1 n ON n.practice_id = $1 AND n.plan_id = c.plan_id{_OPEN_INSURANCE}
WHERE {" AND ".join(conditions)}"""


def _claim_deadline(deadline: Deadline | None, binds: Binds) -> str:
    if deadline is None:
        return "NULL::date"
    days = binds(deadline.days, "int")
    if deadline.counts_from == "sent_date":
        return f"c.sent_on + {days}"
    return f"c.service_from + coalesce(n.filing_limit_days, p.filing_limit_days, {days})"


def _denials(
    when: DenialWhen, deadline: Deadline | None, scope: Sequence[UUID] | None, today: date, binds: Binds
) -> str:
    conditions = ["d.practice_id = $1", *_in_scope("d.denial_id", scope, binds)]
    conditions.append(f"d.state = ANY({binds(list(when.denial_states), 'text[]')})")
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


_CASE_DATES: Final = ("d.correction_due_on", "d.appeal_due_on")


def _remittances(when: RemittanceWhen, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    conditions = ["r.practice_id = $1", *_in_scope("r.remittance_id", scope, binds)]
    conditions.append(f"r.state = ANY({binds(list(when.remittance_states), 'text[]')})")
    if when.held_claims is not None:
        conditions.append(f"held.n >= {binds(when.held_claims, 'int')}")
    amount, settled = "CASE WHEN held.n > 0 THEN held.cents ELSE abs(r.payment_cents) END", ""
    if when.days_without_money is not None:
        start = today - timedelta(days=when.days_without_money)
        conditions += [f"coalesce(r.paid_on, r.effective_on) <= {binds(start, 'date')}", _HAS_BANK]
        conditions.append("r.payment_cents > settled.cents")
        amount, settled = "r.payment_cents - settled.cents", _SETTLED
    return f"""
SELECT r.remittance_id AS subject_id, 0::smallint AS subject_n, NULL::uuid AS claim_id, r.payer_id,
       {amount} AS amount_cents, NULL::date AS deadline_on
FROM claims_export.remittance_v1 r{_HELD_CLAIMS}{settled}
WHERE {" AND ".join(conditions)}"""


def _reviews(when: ReviewWhen, scope: Sequence[UUID] | None, binds: Binds) -> str:
    conditions = ["v.practice_id = $1", "v.state = 'open'", *_in_scope("v.review_item_id", scope, binds)]
    conditions.append(f"v.kind = ANY({binds(list(when.review_kinds), 'text[]')})")
    if when.amount_cents is not None:
        conditions.append(f"abs(v.amount_cents) >= {binds(when.amount_cents, 'bigint')}")
    return f"""
SELECT v.review_item_id AS subject_id, 0::smallint AS subject_n, v.claim_id, NULL::uuid AS payer_id,
       abs(v.amount_cents) AS amount_cents, NULL::date AS deadline_on
FROM claims_export.review_item_v1 v
WHERE {" AND ".join(conditions)}"""


def _in_scope(column: str, scope: Sequence[UUID] | None, binds: Binds) -> list[str]:
    return [] if scope is None else [f"{column} = ANY({binds(list(scope), 'uuid[]')})"]


def differences(rule: Rule, scope: Sequence[UUID] | None, today: date, practice_id: int) -> tuple[str, list[Any]]:
    """Where the causes that hold and the firings on record differ, one row a subject.

    `told_item_id` is null for a new cause, `holds` is false for one that is gone; else amount or deadline changed.
    """
    binds = Binds([practice_id])
    cause = causes_of(rule, scope, today, binds)
    firings = ["f.practice_id = $1", "f.holding", f"f.rule = {binds(rule.name, 'text')}"]
    firings += _in_scope("f.subject_id", scope, binds)
    return (
        f"""
WITH cause AS ({cause}),
both_sides AS (
    SELECT c.subject_id, c.subject_n, c.claim_id, c.payer_id, c.amount_cents, c.deadline_on,
           NULL::uuid AS told_item_id, NULL::bigint AS told_cents, NULL::date AS told_deadline_on, true AS holds
    FROM cause c
    UNION ALL
    SELECT f.subject_id, f.subject_n, NULL, NULL, NULL, NULL, f.work_item_id, f.amount_cents, f.deadline_on, false
    FROM followup.rule_firing f WHERE {" AND ".join(firings)}
)
SELECT subject_id, subject_n, {_the_one("claim_id")}, {_the_one("payer_id")},
       max(amount_cents) AS amount_cents, max(deadline_on) AS deadline_on,
       {_the_one("told_item_id")}, bool_or(holds) AS holds
FROM both_sides
GROUP BY subject_id, subject_n
HAVING count(*) = 1 OR max(amount_cents) <> max(told_cents) OR max(deadline_on) IS DISTINCT FROM max(told_deadline_on)
""",
        binds.values,
    )


def _the_one(column: str) -> str:
    """The value of a column that at most one of the two sides has."""
    return f"(array_agg({column}) FILTER (WHERE {column} IS NOT NULL))[1] AS {column}"


FIRE: Final = """
INSERT INTO followup.rule_firing
    (practice_id, rule, subject_id, subject_n, generation, holding, work_item_id, amount_cents, deadline_on)
SELECT $1, $2, n.subject_id, n.subject_n, 1, true, n.work_item_id, n.amount_cents, n.deadline_on
FROM unnest($3::uuid[], $4::smallint[], $5::uuid[], $6::bigint[], $7::date[])
    AS n(subject_id, subject_n, work_item_id, amount_cents, deadline_on)
ON CONFLICT (practice_id, rule, subject_id, subject_n) DO UPDATE
SET generation = rule_firing.generation + 1, holding = true, work_item_id = excluded.work_item_id,
    amount_cents = excluded.amount_cents, deadline_on = excluded.deadline_on
WHERE NOT rule_firing.holding
RETURNING work_item_id, generation
"""

FORGET: Final = """
UPDATE followup.rule_firing SET holding = false
WHERE practice_id = $1 AND holding AND work_item_id = ANY($2::uuid[])
"""

TELL: Final = """
UPDATE followup.rule_firing f SET amount_cents = n.amount_cents, deadline_on = n.deadline_on
FROM unnest($2::uuid[], $3::bigint[], $4::date[]) AS n(work_item_id, amount_cents, deadline_on)
WHERE f.practice_id = $1 AND f.work_item_id = n.work_item_id
"""

REARM: Final = """
UPDATE followup.rule_firing f SET holding = false
FROM followup.work_item w
WHERE f.practice_id = $1 AND f.holding AND w.practice_id = $1 AND w.id = f.work_item_id
  AND w.state = 'completed' AND w.comes_back_on <= $2
"""

RETIRE: Final = """
UPDATE followup.rule_firing f SET holding = false
WHERE f.practice_id = $1 AND f.holding AND f.rule <> ALL($2::text[])
RETURNING f.work_item_id
"""
