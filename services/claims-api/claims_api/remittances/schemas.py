"""Wire shapes of remittances."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from ar_shared.platform.cursors import Page
from ar_shared.platform.types import (
    Blocker,
    Cents,
    NonNegativeCents,
    PositiveInt32,
    Rule,
    SaneDate,
    StrictModel,
    Text,
    WireModel,
)
from claims_api.references import Reference

ONE_CLAIM: Final = Rule("claim_ambiguous", "Give either claim_id or patient_control_number.")
PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]
_RemarkCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,6}$")]


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


class ComparedKeyOut(WireModel):
    """One key of a suggestion: does it agree, and what each side says."""

    key: str = Field(examples=["charge"])
    name: str = Field(examples=["the total charge"])
    agrees: bool
    text: str = Field(examples=["the payer says 150, we billed 200"])


class SuggestionOut(WireModel):
    """A claim that the payer may have meant. `score` of 100 adds up the weights of the keys that agree."""

    claim_id: UUID
    external_id: str | None
    patient_control_number: str
    service_from: date
    service_to: date
    charge_cents: int
    submission_state: str
    adjudication_state: str
    score: int
    text: str = Field(examples=["6 of 7 agree; what differs: the total charge"])
    keys: list[ComparedKeyOut]


class SuggestionsOut(WireModel):
    """The best five, computed on this read; a suggestion never posts by itself."""

    remittance_id: UUID
    n: int
    suggestions: list[SuggestionOut]


class HeldMoneyOut(WireModel):
    """Money that waits for a person: a held claim, a queued payment, or what a deposit differs by.

    `n` 0 is the payment itself; `If-Match` of what changes it is `"row_version"`.
    """

    kind: str = Field(examples=["claim"])
    remittance_id: UUID
    n: int
    row_version: int
    payer_id: UUID | None
    payer_name: str | None
    trace_number: str
    paid_on: date | None
    patient_control_number: str | None
    claim_id: UUID | None
    amount_cents: int
    received_at: datetime
    age_days: int
    blocker: Blocker
    links: dict[str, str]


class HeldTotalOut(WireModel):
    """How much waits for one reason; cents are absolute amounts."""

    kind: str
    reason: str = Field(examples=["no_match"])
    count: int
    amount_cents: int
    oldest_days: int


class HeldMoneyPage(WireModel):
    """A page of the queue, and the sums of everything the filters let through."""

    items: list[HeldMoneyOut]
    next_cursor: str | None
    totals: list[HeldTotalOut]


class ReasonIn(StrictModel):
    """Why; it stands on the journals and in the history."""

    reason: Text(400) = Field(examples=["The payer confirmed it by phone."])  # type: ignore[valid-type]


class LineMatchIn(StrictModel):
    """A line of the payment and the charge it is about."""

    line: PositiveInt32
    charge_id: UUID


class MatchIn(ReasonIn):
    """The claim that the payer meant. `lines` only where the rule does not find the charge."""

    claim_id: UUID
    lines: list[LineMatchIn] = Field(default_factory=list, max_length=999)
    not_a_repeat: bool = Field(
        default=False, description="True says that a claim held as a look-alike is another decision."
    )


class ReleaseIn(ReasonIn):
    """`deposit_cents` is what the bank shows; it must be the payment's own total."""

    deposit_cents: NonNegativeCents


class EobAdjustmentIn(StrictModel):
    """One reason of the payer; positive lowers the payment."""

    group_code: Annotated[str, StringConstraints(pattern=r"^(CO|PR|OA|PI|CR)$")]
    carc: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,5}$")] = Field(examples=["45"])
    amount_cents: Cents


class EobLineIn(StrictModel):
    """One service line as printed."""

    qualifier: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] = "HC"
    procedure_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,48}$")] = Field(examples=["G0463"])
    modifiers: list[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")]] = Field(
        default_factory=list, max_length=4
    )
    service_from: SaneDate
    service_to: SaneDate | None = None
    charge_cents: Cents
    paid_cents: Cents
    allowed_cents: NonNegativeCents | None = None
    line_control_number: Text(50) | None = None  # type: ignore[valid-type]
    adjustments: list[EobAdjustmentIn] = Field(default_factory=list, max_length=99)
    remark_codes: list[_RemarkCode] = Field(default_factory=list, max_length=99)


class EobClaimIn(StrictModel):
    """One claim as printed; `claim_id` in place of the printed number when the person knows the claim."""

    claim_id: UUID | None = None
    patient_control_number: Text(38) | None = None  # type: ignore[valid-type]
    payer_control_number: Text(50) | None = None  # type: ignore[valid-type]
    status: Annotated[str, StringConstraints(pattern=r"^(1|2|3|4|19|20|21|22|23)$")] = "1"
    member_id: Text(80) | None = None  # type: ignore[valid-type]
    service_from: SaneDate | None = None
    service_to: SaneDate | None = None
    charge_cents: Cents
    paid_cents: Cents
    patient_cents: Cents | None = None
    adjustments: list[EobAdjustmentIn] = Field(default_factory=list, max_length=98)
    remark_codes: list[_RemarkCode] = Field(default_factory=list, max_length=5)
    lines: list[EobLineIn] = Field(default_factory=list, max_length=999)

    @model_validator(mode="after")
    def names_the_claim(self) -> Self:
        if (self.claim_id is None) == (self.patient_control_number is None):
            raise ONE_CLAIM.broken()
        return self


class EobProviderAdjustmentIn(StrictModel):
    """A provider-level amount; positive lowers the payment."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] = Field(examples=["WO"])
    reference: Text(50) | None = None  # type: ignore[valid-type]
    amount_cents: Cents
    fiscal_on: SaneDate | None = None


class EobIn(StrictModel):
    """A paper remittance: who paid whom, how much, by which check or transfer, for which claims."""

    payer: Reference
    billing_entity: Reference
    trace_number: Text(50) = Field(examples=["0045512"])  # type: ignore[valid-type]
    method: Literal["CHK", "ACH", "FWT", "BOP", "NON"] = "CHK"
    amount_cents: NonNegativeCents
    paid_on: SaneDate
    decided_on: SaneDate | None = None
    claims: list[EobClaimIn] = Field(default_factory=list, max_length=500)
    provider_adjustments: list[EobProviderAdjustmentIn] = Field(default_factory=list, max_length=99)
    document_id: UUID | None = Field(default=None, description="The scanned paper among the documents.")
    document_reference: Text(120) | None = Field(default=None, examples=["lockbox 12, batch 3"])  # type: ignore[valid-type]
    note: Text(400) | None = None  # type: ignore[valid-type]


class PayerItemOut(WireModel):
    """An amount between us and a payer that a later payment or a person settles.

    `announced` and `forwarded` are owed to the payer (2040); `take_back` was taken, and `refund_seen` given, without a
    known cause (1200).
    """

    id: UUID
    kind: str = Field(examples=["take_back"])
    code: str = Field(description="The adjustment code it came with.", examples=["WO"])
    account: int
    side: str
    reference: str | None
    provider_identifier: str
    payer_id: UUID | None
    claim_id: UUID | None
    remittance_id: UUID
    amount_cents: int
    open_cents: int
    opened_on: date
    settled_on: date | None
    version: int


class AssignmentOut(WireModel):
    """A take-back, or a part of it, that a person assigned to a claim; `undone_by` is the journal that took it back."""

    id: UUID
    claim_id: UUID
    amount_cents: int
    reason: str
    actor_id: str | None
    actor_kind: str
    made_at: datetime
    undone_by: UUID | None
    undone_at: datetime | None


class PayerItemDetailOut(PayerItemOut):
    """The amount with the claims it was assigned to."""

    assignments: list[AssignmentOut]


class AssignIn(ReasonIn):
    """The claim that the payer took money back for; all that is open unless `amount_cents` says a part."""

    claim_id: UUID
    amount_cents: PositiveCents | None = None


class UnassignIn(ReasonIn):
    """The assignment that was wrong."""

    assignment_id: UUID


class CorrectionProposalOut(WireModel):
    """What a payer says is wrong in our registration: the member, or a payer that comes before.

    `changes` is what accepting it changed: party, id, field, before, after.
    """

    id: UUID
    state: str = Field(examples=["open"])
    kind: str = Field(examples=["member"])
    claim_id: UUID
    patient_id: UUID
    coverage_id: UUID | None
    remittance_id: UUID
    remittance_claim_n: int
    stated: dict[str, Any]
    opened_on: date
    decided_at: datetime | None
    decided_by: dict[str, Any] | None
    reason: str | None
    changes: list[dict[str, Any]] | None
    version: int
