"""SQL of firings: which causes are new, changed or gone, and what is kept of them.

Causes and firings are compared by GROUP BY and not by a join: the statistics of our own tables may be those of an
empty table when the first sweep of a large practice runs, and a join then is planned as a nested loop (measured:
20,000 causes took minutes).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from followup_worker.causes.binds import Binds
from followup_worker.causes.claim_causes import claims, denials, reviews
from followup_worker.causes.money_causes import bank_lines, overpayments, payer_items, receipts, refunds, remittances
from followup_worker.rules.conditions import (
    BankLineWhen,
    ClaimWhen,
    DenialWhen,
    OverpaymentWhen,
    PayerItemWhen,
    ReceiptWhen,
    RefundWhen,
    RemittanceWhen,
    ReviewWhen,
)
from followup_worker.rules.rulebook import Rule


def causes_of(rule: Rule, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """The cause query of a rule on the practice's day, limited to subjects in `scope` (None: all).

    It yields (subject_id, subject_n, claim_id, payer_id, amount_cents, deadline_on). Thresholds become dates and
    amounts here, so that the conditions stay plain comparisons an index can serve.
    """
    match rule.when:
        case ClaimWhen():
            query = claims(rule.when, rule.deadline, scope, today, binds)
        case DenialWhen():
            query = denials(rule.when, rule.deadline, scope, today, binds)
        case RemittanceWhen():
            query = remittances(rule.when, scope, today, binds)
        case ReviewWhen():
            query = reviews(rule.when, scope, binds)
        case BankLineWhen():
            query = bank_lines(rule.when, scope, today, binds)
        case ReceiptWhen():
            query = receipts(rule.when, scope, today, binds)
        case PayerItemWhen():
            query = payer_items(rule.when, scope, today, binds)
        case RefundWhen():
            query = refunds(rule.when, rule.deadline, scope, today, binds)
        case OverpaymentWhen():
            query = overpayments(rule.when, rule.deadline, scope, today, binds)
    return query


def differences(rule: Rule, scope: Sequence[UUID] | None, today: date, practice_id: int) -> tuple[str, list[Any]]:
    """Where the causes that hold and the firings on record differ, one row a subject.

    `told_item_id` is null for a new cause, `holds` is false for one that is gone; else amount or deadline changed.
    """
    binds = Binds([practice_id])
    cause = causes_of(rule, scope, today, binds)
    firings = ["f.practice_id = $1", "f.holding", f"f.rule = {binds(rule.name, 'text')}"]
    firings += binds.in_scope("f.subject_id", scope)
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


NO_JIT: Final = "SET LOCAL jit = off"
"""Compiling the statement of a rule takes longer than running it."""

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
