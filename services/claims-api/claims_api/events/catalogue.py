"""Every event type, once: what it says, what it is about, what its data holds. `docs/events.md` is made from it.

Changes are additive: a field is never renamed or removed. Data holds ids, codes, cents and the caller's external
ids; never a name, a member id or another piece of patient data.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of the catalogue."""

    name: str
    subject: str
    when: str
    data: tuple[str, ...] = ()


CATALOGUE: Final = (
    EventType("claim.created", "claim", "A claim was taken in and its charges are in the ledger.",
              ("external_id", "charge_cents", "submission_state")),
    EventType("claim.held", "claim", "A claim is kept back; its blockers say why.", ("external_id", "blockers")),
    EventType("claim.released", "claim", "A hold was lifted; the claim may go out.", ("external_id",)),
    EventType("claim.submitted", "claim", "A version went out in an 837.",
              ("external_id", "version", "frequency", "submission_id", "sent_on")),
    EventType("claim.version_made", "claim", "A correction, void or resubmission waits to be sent.",
              ("external_id", "version", "frequency", "charge_cents")),
    EventType("claim.version_withdrawn", "claim", "A version was given up before it was sent.",
              ("external_id", "version")),
    EventType("claim.charges_replaced", "claim", "A sent version bills other charges: old ones void, new ones posted.",
              ("version",)),
    EventType("claim.next_payer_billed", "claim", "A claim to the next payer was made for the same charges.",
              ("external_id", "next_claim_id", "sequence")),
    EventType("claim.crossover_awaited", "claim", "The payer passed the claim on; the next payer is awaited.",
              ("external_id", "awaited_until")),
    EventType("claim.crossover_overdue", "claim", "The next payer has not answered what was passed on.",
              ("awaited_until",)),
    EventType("claim.acknowledged", "claim", "A 999 or 277CA moved the claim.",
              ("external_id", "submission_state", "hop", "outcome", "statuses")),
    EventType("claim.rejected", "claim", "A receiver refused the claim before adjudication.",
              ("external_id", "submission_state", "hop", "statuses")),
    EventType("claim.adjudicated", "claim", "A remittance was posted to the claim.",
              ("external_id", "adjudication_state", "remittance_id", "paid_cents", "out_of_order")),
    EventType("remittance.posted", "remittance", "All of an 835 payment is in the ledger, held claims included.",
              ("state", "payment_cents", "held_cents", "claim_count", "denied_count")),
    EventType("remittance.queued", "remittance", "An 835 payment does not balance; nothing was posted.",
              ("payment_cents", "finding_codes")),
    EventType("remittance.duplicate", "remittance", "An 835 payment was recognised as one already posted.",
              ("duplicate_of",)),
    EventType("remittance.review", "remittance", "An 835 payment looks like one already posted; nothing was posted.",
              ("payment_cents", "looks_like")),
    EventType("receipt.received", "receipt", "Money came in without a remittance.",
              ("external_id", "kind", "method", "amount_cents", "unapplied_cents")),
    EventType("receipt.applied", "receipt", "Money of a receipt was applied to a claim's charge or to a remittance.",
              ("claim_id", "remittance_id", "amount_cents")),
    EventType("receipt.unapplied", "receipt", "Applied money was taken off again.",
              ("claim_id", "remittance_id", "amount_cents")),
    EventType("receipt.returned", "receipt", "The bank or card company took money back; what it paid is open again.",
              ("claim_id", "amount_cents", "fee_cents")),
    EventType("receipt.voided", "receipt", "A receipt entered by mistake was undone.", ("claim_id", "amount_cents")),
    EventType("receipt.identified", "receipt", "Unidentified money has an owner now.", ("kind",)),
    EventType("write_off.posted", "write_off", "What was open of a charge was written off, or placed with an agency.",
              ("claim_id", "charge_id", "kind", "amount_cents", "rule")),
    EventType("write_off.reversed", "write_off", "A write-off was taken back; the balance is open again.",
              ("claim_id", "charge_id", "kind", "amount_cents")),
    EventType("deposit_slip.closed", "deposit_slip", "A drawer was counted.",
              ("counted_cents", "recorded_cents", "over_short_cents")),
    EventType("remittance.claim_matched", "remittance", "A held claim of a payment found its claim and was posted.",
              ("claim_n", "claim_id", "external_id", "paid_cents", "matched_by")),
    EventType("remittance.claim_unmatched", "remittance", "A posted claim of a payment was taken off; its money waits.",
              ("claim_n", "claim_id", "paid_cents")),
    EventType("remittance.released", "remittance", "A person let a queued payment post; a difference is held.",
              ("state", "payment_cents", "held_cents", "difference_cents")),
    EventType("remittance.rejected", "remittance", "A person refused a queued payment; nothing of it posts.",
              ("payment_cents",)),
    EventType("remittance.reversed", "remittance", "Everything a payment had posted was undone by linked journals.",
              ("payment_cents",)),
    EventType("claim.decision_taken_off", "claim", "A posted decision was no decision on this claim, and was undone.",
              ("external_id", "remittance_id", "paid_cents")),
    EventType("denial.withdrawn", "denial", "The decision behind a denial was taken off the claim.",
              ("claim_id", "external_id", "carc", "denied_cents")),
    EventType("bank.statement_received", "bank_statement", "A bank's statement came in.",
              ("format", "state", "line_count", "new_count")),
    EventType("deposit.matched", "bank_line", "The payment that a bank line brought or took back is known.",
              ("remittance_id", "receipt_id", "matched_by")),
    EventType("deposit.unmatched", "bank_line", "A match was undone.", ("remittance_id", "receipt_id")),
    EventType("deposit.held", "bank_line", "A bank line's money is kept until its remittance comes.",
              ("amount_cents",)),
    EventType("deposit.set_aside", "bank_line", "A bank line is no payment, or one after all.", ("aside",)),
    EventType("denial.opened", "denial", "A payer adjudicated a line and did not pay it as billed.",
              ("claim_id", "external_id", "carc", "group_code", "category", "denied_cents")),
    EventType("denial.changed", "denial", "A later decision or its reversal moved a denial case; money comes first.",
              ("claim_id", "state", "denied_cents", "recovered_cents")),
    EventType("claim.correction_awaited", "claim", "The payer reversed a decision; its correction has not come.",
              ("external_id", "reversal_id", "paid_before_cents", "paid_after_cents", "due_on")),
    EventType("claim.reversal_awaited", "claim", "The payer decided again and did not reverse its earlier decision.",
              ("external_id", "reversal_id", "paid_before_cents", "paid_after_cents", "due_on")),
    EventType("claim.corrected", "claim", "A reversal and its correction are both here.",
              ("external_id", "reversal_id", "paid_before_cents", "paid_after_cents", "due_on")),
    EventType("claim.reversed", "claim", "The payer undid a claim that we had voided; no correction follows.",
              ("external_id", "reversal_id", "paid_before_cents", "paid_after_cents", "due_on")),
    EventType("review.opened", "review_item", "Money or a code waits for a person.",
              ("kind", "reason", "claim_id", "remittance_id", "amount_cents")),
    EventType("period.closed", "period", "A month of the books was closed.", ("month", "version")),
    EventType("period.reopened", "period", "A closed month was opened again; its next close is a new version.",
              ("month", "version")),
    EventType("edi_file.parked", "edi_file", "A transaction, or the rest of a file, failed each time it was tried.",
              ("transaction", "attempts")),
    EventType("note.added", "claim", "A person wrote a note on the claim.", ("external_id", "note_id")),
    EventType("clock.advanced", "practice", "A sandbox practice's test clock moved forward.", ("from", "to")),
    EventType("work_item.opened", "work_item", "There is something to do.",
              ("rule", "claim_id", "due_on", "amount_cents")),
    EventType("work_item.completed", "work_item", "A person recorded an outcome.", ("rule", "claim_id", "outcome")),
    EventType("work_item.closed", "work_item", "The reason for the work went away.", ("rule", "claim_id")),
)  # fmt: skip

NAMES: Final = frozenset(event.name for event in CATALOGUE)
