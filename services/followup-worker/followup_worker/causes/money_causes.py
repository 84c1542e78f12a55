"""For which payments, bank lines, receipts, payers' balances, refunds and overpayments a rule's thresholds all hold."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from followup_worker.causes.binds import Binds
from followup_worker.rules.conditions import (
    BankLineWhen,
    OverpaymentWhen,
    PayerItemWhen,
    ReceiptWhen,
    RefundWhen,
    RemittanceWhen,
)
from followup_worker.rules.rulebook import Deadline

_HAS_BANK: Final = "EXISTS (SELECT FROM claims_export.bank_account_v1 a WHERE a.practice_id = $1)"
_AT_BANK: Final = """
JOIN claims_export.bank_open_item_v1 o ON o.practice_id = $1 AND o.remittance_id = r.remittance_id
 AND o.kind = 'remittance_without_money'"""
_HELD_CLAIMS: Final = """
LEFT JOIN LATERAL (
    SELECT count(*) AS n, sum(abs(h.paid_cents))::bigint AS cents FROM claims_export.remittance_claim_v1 h
    WHERE h.practice_id = $1 AND h.remittance_id = r.remittance_id AND h.state = 'held'
) held ON true"""


def remittances(when: RemittanceWhen, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """What is at stake is what is held or differs, what the bank has not brought, or else the whole payment."""
    conditions = ["r.practice_id = $1", *binds.in_scope("r.remittance_id", scope)]
    conditions.append(binds.among("r.state", when.remittance_states))
    joined, amount = "", "abs(r.payment_cents)"
    if when.held_claims is not None:
        joined, amount = _HELD_CLAIMS, "held.cents"
        conditions.append(f"held.n >= {binds(when.held_claims, 'int')}")
    if when.difference_cents is not None:
        amount = "abs(r.difference_cents)"
        conditions.append(f"{amount} >= {binds(when.difference_cents, 'bigint')}")
    if when.days_held is not None:
        conditions.append(binds.days_ago("r.effective_on", today, when.days_held))
    if when.days_without_money is not None:
        conditions += [_HAS_BANK, "o.settled_cents = 0", "o.amount_cents < 0"]
        conditions.append(binds.days_ago("o.since", today, when.days_without_money))
    if when.days_amount_differs is not None:
        conditions += [_HAS_BANK, "o.settled_cents <> 0"]
        conditions.append(binds.days_ago("o.since", today, when.days_amount_differs))
    if when.days_without_money is not None or when.days_amount_differs is not None:
        joined, amount = _AT_BANK, "abs(o.amount_cents)"
    return f"""
SELECT r.remittance_id AS subject_id, 0::smallint AS subject_n, NULL::uuid AS claim_id, r.payer_id,
       {amount} AS amount_cents, NULL::date AS deadline_on
FROM claims_export.remittance_v1 r{joined}
WHERE {" AND ".join(conditions)}"""


def bank_lines(when: BankLineWhen, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """What is at stake is the line's money that no payment has; the payer is that of a payment it names."""
    conditions = ["o.practice_id = $1", *binds.in_scope("o.line_id", scope)]
    conditions += ["o.line_id IS NOT NULL", binds.among("o.kind", when.bank_kinds)]
    if when.days_open is not None:
        conditions.append(binds.days_ago("o.since", today, when.days_open))
    if when.is_traced is not None:
        conditions.append(f"o.is_traced = {binds(when.is_traced, 'boolean')}")
    if when.open_cents is not None:
        conditions.append(f"abs(o.amount_cents) >= {binds(when.open_cents, 'bigint')}")
    return _open_items("o.line_id", conditions)


def receipts(when: ReceiptWhen, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """Never true for a practice that brings no bank statements in."""
    conditions = ["o.practice_id = $1", _HAS_BANK, *binds.in_scope("o.receipt_id", scope)]
    conditions += ["o.receipt_id IS NOT NULL", binds.among("o.kind", when.receipt_kinds)]
    if when.days_open is not None:
        conditions.append(binds.days_ago("o.since", today, when.days_open))
    return _open_items("o.receipt_id", conditions)


def _open_items(subject: str, conditions: Sequence[str]) -> str:
    return f"""
SELECT {subject} AS subject_id, 0::smallint AS subject_n, NULL::uuid AS claim_id, o.payer_id,
       abs(o.amount_cents) AS amount_cents, NULL::date AS deadline_on
FROM claims_export.bank_open_item_v1 o
WHERE {" AND ".join(conditions)}"""


def payer_items(when: PayerItemWhen, scope: Sequence[UUID] | None, today: date, binds: Binds) -> str:
    """What is at stake is what no later payment has settled."""
    conditions = ["i.practice_id = $1", "i.open_cents > 0", *binds.in_scope("i.payer_item_id", scope)]
    conditions.append(binds.among("i.kind", when.item_kinds))
    if when.days_open is not None:
        conditions.append(binds.days_ago("i.opened_on", today, when.days_open))
    return f"""
SELECT i.payer_item_id AS subject_id, 0::smallint AS subject_n, i.claim_id, i.payer_id,
       i.open_cents AS amount_cents, NULL::date AS deadline_on
FROM claims_export.payer_item_v1 i
WHERE {" AND ".join(conditions)}"""


def refunds(
    when: RefundWhen, deadline: Deadline | None, scope: Sequence[UUID] | None, today: date, binds: Binds
) -> str:
    """What is at stake is the refund."""
    conditions = ["f.practice_id = $1", *binds.in_scope("f.refund_id", scope)]
    conditions.append(binds.among("f.state", when.refund_states))
    if when.methods is not None:
        conditions.append(binds.among("f.method", when.methods))
    if when.days_since_issued is not None:
        conditions.append(binds.days_ago("f.issued_on", today, when.days_since_issued))
    last_day = "NULL::date" if deadline is None else f"f.issued_on + {binds(deadline.days, 'int')}"
    return f"""
SELECT f.refund_id AS subject_id, 0::smallint AS subject_n, f.claim_id, f.payer_id, f.amount_cents,
       {last_day} AS deadline_on
FROM claims_export.refund_v1 f
WHERE {" AND ".join(conditions)}"""


def overpayments(
    when: OverpaymentWhen, deadline: Deadline | None, scope: Sequence[UUID] | None, today: date, binds: Binds
) -> str:
    """What is at stake is the credit in the books, or what a person found where that is more."""
    conditions = ["k.practice_id = $1", *binds.in_scope("k.overpayment_case_id", scope)]
    conditions.append(binds.among("k.state", when.case_states))
    if when.days_past_due is not None:
        conditions.append(binds.days_ago("k.due_on", today, when.days_past_due))
    return f"""
SELECT k.overpayment_case_id AS subject_id, 0::smallint AS subject_n, k.claim_id, k.payer_id,
       greatest(k.credit_cents, coalesce(k.stated_cents, 0)) AS amount_cents, {_case_deadline(deadline)} AS deadline_on
FROM claims_export.overpayment_case_v1 k
WHERE {" AND ".join(conditions)}"""


def _case_deadline(deadline: Deadline | None) -> str:
    if deadline is None:
        return "NULL::date"
    return "k.due_on" if deadline.counts_from == "repayment" else "coalesce(k.suspended_until, k.due_on)"
