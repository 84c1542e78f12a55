"""What a rule may look at: for each subject a closed set of thresholds that must all hold; there is no language.

Every "at least" counts its boundary in: `business_days_since_sent = 3` fires on the third business day after the day
of sending (day 0), `days_open = 4` on the fourth day after the day from which the thing is open.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SubmissionState = Literal[
    "draft",
    "scrub_failed",
    "ready",
    "held",
    "sent",
    "file_rejected",
    "file_accepted",
    "ch_rejected",
    "payer_rejected",
    "payer_accepted",
    "superseded",
    "void_sent",
    "voided",
]
AdjudicationState = Literal[
    "none",
    "pended",
    "info_requested",
    "paid",
    "partially_denied",
    "denied",
    "zero_paid",
    "forwarded",
    "reversed",
]
DenialState = Literal[
    "new",
    "in_review",
    "corrected",
    "records_sent",
    "appealed",
    "patient_billed",
    "payer_billed",
    "written_off",
    "overturned",
    "partially_overturned",
    "upheld",
    "expired",
    "withdrawn",
]
ReversalState = Literal["awaiting_correction", "awaiting_reversal"]
RemittanceState = Literal["posted", "posted_with_held", "queued", "duplicate", "rejected", "reversed"]
ReviewKind = Literal["review", "watch", "unknown_code", "out_of_order", "possible_duplicate", "suspense"]
NextStep = Literal["crossover_awaited", "crossover_overdue"]
BankKind = Literal["money_without_remittance", "amount_mismatch", "money_taken_back"]
ReceiptKind = Literal["receipt_not_deposited", "return_not_at_bank"]
PayerItemKind = Literal["announced", "forwarded", "take_back", "refund_seen"]
RefundState = Literal[
    "requested",
    "approved",
    "issued",
    "cleared",
    "cancelled",
    "voided",
    "stale",
    "unclaimed",
    "remitted",
]
RefundMethod = Literal["check", "ach", "card"]
CaseState = Literal["open", "identified", "investigating", "closed"]

Days = Annotated[int, Field(strict=True, ge=0, le=1000)]
AtLeastCents = Annotated[int, Field(strict=True, ge=0)]


class Frozen(BaseModel):
    """Read once at start-up; a misspelt name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimWhen(Frozen):
    """About a claim that was meant to reach a payer (test and draft imports never count)."""

    subject: Literal["claim"]
    submission_states: tuple[SubmissionState, ...] = Field(min_length=1)
    adjudication_states: tuple[AdjudicationState, ...] | None = None
    business_days_since_sent: Days | None = None
    days_since_sent: Days | None = None
    days_past_usual_answer: Days | None = None
    open_cents: AtLeastCents | None = None
    reversal_states: tuple[ReversalState, ...] | None = None
    days_past_reversal_due: Days | None = None
    next_steps: tuple[NextStep, ...] | None = None
    days_past_awaited: Days | None = None

    @model_validator(mode="after")
    def lateness_is_of_something(self) -> Self:
        if (self.reversal_states is None) != (self.days_past_reversal_due is None):
            raise ValueError("reversal_states and days_past_reversal_due go together")
        if (self.next_steps is None) != (self.days_past_awaited is None):
            raise ValueError("next_steps and days_past_awaited go together")
        return self


class DenialWhen(Frozen):
    """About one denial case."""

    subject: Literal["denial"]
    denial_states: tuple[DenialState, ...] = Field(min_length=1)
    denied_cents: AtLeastCents | None = None


class RemittanceWhen(Frozen):
    """About one payment of a payer.

    `days_without_money`: so long ago is the day of the payment and the bank has nothing of it; `days_amount_differs`:
    it has another amount. Neither is ever true for a practice that brings no bank statements in, nor for a payment
    that an open bank line names: that line's item asks. `days_held`: since the day it counts in the books.
    """

    subject: Literal["remittance"]
    remittance_states: tuple[RemittanceState, ...] = Field(min_length=1)
    held_claims: Annotated[int, Field(strict=True, ge=1)] | None = None
    difference_cents: Annotated[int, Field(strict=True, ge=1)] | None = None
    days_held: Days | None = None
    days_without_money: Days | None = None
    days_amount_differs: Days | None = None

    @model_validator(mode="after")
    def one_question(self) -> Self:
        asked = (self.held_claims, self.difference_cents, self.days_without_money, self.days_amount_differs)
        if sum(threshold is not None for threshold in asked) > 1:
            raise ValueError("a rule asks about held claims, a held difference, or the bank: each has its own amount")
        return self


class ReviewWhen(Frozen):
    """About one open review item."""

    subject: Literal["review_item"]
    review_kinds: tuple[ReviewKind, ...] = Field(min_length=1)
    amount_cents: AtLeastCents | None = None


class BankLineWhen(Frozen):
    """About one bank line with money that nothing explains; `is_traced`: an insurer's trace is in its addenda."""

    subject: Literal["bank_line"]
    bank_kinds: tuple[BankKind, ...] = Field(min_length=1)
    days_open: Days | None = None
    is_traced: bool | None = None
    open_cents: AtLeastCents | None = None


class ReceiptWhen(Frozen):
    """About one receipt that the bank has not shown, or whose return it has not shown."""

    subject: Literal["receipt"]
    receipt_kinds: tuple[ReceiptKind, ...] = Field(min_length=1)
    days_open: Days | None = None


class PayerItemWhen(Frozen):
    """About one amount between us and a payer that no later payment has settled."""

    subject: Literal["payer_item"]
    item_kinds: tuple[PayerItemKind, ...] = Field(min_length=1)
    days_open: Days | None = None


class RefundWhen(Frozen):
    """About one refund."""

    subject: Literal["refund"]
    refund_states: tuple[RefundState, ...] = Field(min_length=1)
    methods: tuple[RefundMethod, ...] | None = None
    days_since_issued: Days | None = None


class OverpaymentWhen(Frozen):
    """About one overpayment case; `days_past_due` counts from its last day, days of an investigation left out."""

    subject: Literal["overpayment_case"]
    case_states: tuple[CaseState, ...] = Field(min_length=1)
    days_past_due: Days | None = None


When = Annotated[
    ClaimWhen
    | DenialWhen
    | RemittanceWhen
    | ReviewWhen
    | BankLineWhen
    | ReceiptWhen
    | PayerItemWhen
    | RefundWhen
    | OverpaymentWhen,
    Field(discriminator="subject"),
]
