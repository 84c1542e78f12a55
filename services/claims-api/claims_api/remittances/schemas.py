"""Wire shapes of remittances."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from ar_shared.platform.cursors import Page
from ar_shared.platform.types import (
    StrictModel,
    Text,
    WireModel,
)


class RemittanceOut(WireModel):
    """One payment (one ST of an 835), as a whole."""

    id: UUID
    state: str = Field(examples=["posted"])
    payer_id: UUID | None
    payer_name: str | None
    billing_entity_id: UUID | None
    trace_number: str
    method: str
    payment_cents: int
    claims_paid_cents: int
    provider_adjustment_cents: int
    held_cents: int
    claim_count: int
    counts: dict[str, int]
    paid_on: date | None
    produced_on: date | None
    effective_on: date | None
    duplicate_of: UUID | None = Field(description="The payment this one repeats, or looks like.")
    file_id: UUID | None
    transaction_n: int | None
    entry: str = Field(description="edi, or manual for what a person entered.")
    difference_cents: int = Field(description="What the deposit brought beyond the claims, when it was released so.")
    received_at: datetime


class AdjustmentOut(WireModel):
    """One reason of a CAS; `derived` is our own spread of a claim-level amount."""

    group_code: str
    carc: str
    amount_cents: int
    derived: bool


class RemittanceLineOut(WireModel):
    """One service line as adjudicated, and the charge it landed on. `cash_cents` is what posts as paid."""

    n: int
    charge_id: UUID | None
    line_control_number: str | None
    procedure: str | None
    submitted_procedure: str | None
    charge_cents: int
    paid_cents: int
    cash_cents: int
    allowed_cents: int | None
    stated_allowed_cents: int | None
    denied_cents: int
    outcome: str | None
    remark_codes: list[str]
    service_from: date | None
    service_to: date | None
    derived: bool
    facts: dict[str, Any] | None = Field(description="Other amounts, quantities, references and remarks, as written.")
    adjustments: list[AdjustmentOut]


class RemittanceClaimOut(WireModel):
    """One claim of a payment: what the payer decided, what it matched, and why it waits if it does."""

    n: int
    state: str = Field(examples=["posted"])
    claim_id: UUID | None
    matched_by: str | None
    hold_reason: str | None
    hold_text: str | None
    outcome: str | None
    out_of_order: bool
    patient_control_number: str
    payer_control_number: str | None
    clp_status: str
    charge_cents: int
    paid_cents: int
    patient_cents: int | None
    service_from: date | None
    service_to: date | None
    remark_codes: list[str]
    facts: dict[str, Any] | None = Field(
        description="Interest (never part of what was paid), MIA and MOA, other amounts, quantities, references and "
        "dates, corrected member and payers, as written."
    )
    adjustments: list[AdjustmentOut]
    lines: list[RemittanceLineOut]


class ProviderAdjustmentOut(WireModel):
    """One PLB pair: positive lowers the payment. `action` is the ledger event it posted as."""

    n: int
    code: str
    reference: str | None
    amount_cents: int
    fiscal_on: date | None
    action: str
    claim_id: UUID | None = Field(description="The claim its reference speaks of.")
    moved: list[dict[str, Any]] = Field(description="What it posted: entry, accounts, cents, the open item it settled.")


class RemittanceActionOut(WireModel):
    """What a person (or a rule) did with the payment or one of its claims, and why."""

    kind: str = Field(examples=["match"])
    claim_n: int | None
    claim_id: UUID | None
    reason: str
    actor_id: str | None
    actor_kind: str
    acted_at: datetime


class RemittanceDetailOut(RemittanceOut):
    """The payment with its findings, provider adjustments and a page of its claims."""

    findings: list[dict[str, Any]]
    provider_adjustments: list[ProviderAdjustmentOut]
    history: list[RemittanceActionOut]
    claims: Page[RemittanceClaimOut]


class ReasonIn(StrictModel):
    """Why; it stands on the journals and in the history."""

    reason: Text(400) = Field(examples=["The payer confirmed it by phone."])  # type: ignore[valid-type]
