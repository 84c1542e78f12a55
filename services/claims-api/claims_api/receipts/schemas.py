"""Wire shapes of receipts and deposit slips."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import ExternalId, NonNegativeCents, Rule, SaneDate, StrictModel, Text, WireModel
from claims_api.receipts.domain import ReceiptKind, ReceiptMethod, ReceiptState

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]
ONE_TARGET = Rule("one_target", "Give one of charge_id, claim_id and remittance_id.")
PATIENT_HAS_GUARANTOR = Rule("guarantor_missing", "Money of a patient needs guarantor_id; other money has none.")
NOT_OF_AN_AGENCY = Rule("agency_not_expected", "An agency's money comes with its remittance: enter that.")
PAYER_IS_INSURERS = Rule("payer_not_expected", "payer_id goes with money of an insurer only.")
IDENTIFIED_AS_ONE = Rule("one_owner", "Give either guarantor_id or payer_id.")


class AllocationIn(StrictModel):
    """What a part of the money is for: a charge, a claim (its charges, oldest service first) or a remittance."""

    charge_id: UUID | None = None
    claim_id: UUID | None = None
    remittance_id: UUID | None = Field(default=None, description="Insurer's money only: the remittance it belongs to.")
    amount_cents: PositiveCents

    @model_validator(mode="after")
    def one_target(self) -> Self:
        if sum(target is not None for target in (self.charge_id, self.claim_id, self.remittance_id)) != 1:
            raise ONE_TARGET.broken()
        return self


class ReceiptIn(StrictModel):
    """Money that came in. What `allocations` do not use stays unapplied: a prepayment."""

    external_id: ExternalId | None = None
    kind: ReceiptKind = Field(examples=["patient"])
    method: ReceiptMethod = Field(examples=["card"])
    amount_cents: PositiveCents
    received_on: SaneDate = Field(examples=["2026-11-20"])
    guarantor_id: UUID | None = None
    payer_id: UUID | None = None
    location_id: UUID | None = None
    staff_user_id: UUID | None = Field(default=None, description="Who took the money in.")
    deposit_slip_id: UUID | None = None
    reference: Text(80) | None = Field(  # type: ignore[valid-type]
        default=None,
        description="Check number or the card company's reference; never a card number.",
        examples=["1042"],
    )
    allocations: list[AllocationIn] = Field(default_factory=list, max_length=200)

    @model_validator(mode="after")
    def owner_fits(self) -> Self:
        if self.kind is ReceiptKind.AGENCY:
            raise NOT_OF_AN_AGENCY.broken()
        if (self.kind is ReceiptKind.PATIENT) != (self.guarantor_id is not None):
            raise PATIENT_HAS_GUARANTOR.broken()
        if self.payer_id is not None and self.kind is not ReceiptKind.INSURER:
            raise PAYER_IS_INSURERS.broken()
        return self


class ApplyIn(StrictModel):
    """Parts of what is not applied yet."""

    allocations: list[AllocationIn] = Field(min_length=1, max_length=200)


class UnapplyIn(StrictModel):
    """Applications to undo, each as a whole; their money is unapplied again."""

    application_ids: list[UUID] = Field(min_length=1, max_length=200)
    reason: Text(500)  # type: ignore[valid-type]


class ReturnIn(StrictModel):
    """The bank or the card company took money back. Without `amount_cents` all that is left of the receipt."""

    amount_cents: PositiveCents | None = None
    fee_cents: PositiveCents | None = Field(default=None, description="Charged to the guarantor, where allowed (E32).")
    reason: Text(500) = Field(examples=["not sufficient funds"])  # type: ignore[valid-type]


class VoidReceiptIn(StrictModel):
    """Why the entry was a mistake."""

    reason: Text(500)  # type: ignore[valid-type]


class IdentifyIn(StrictModel):
    """Whose unidentified money it is."""

    guarantor_id: UUID | None = None
    payer_id: UUID | None = None

    @model_validator(mode="after")
    def one_owner(self) -> Self:
        if (self.guarantor_id is None) == (self.payer_id is None):
            raise IDENTIFIED_AS_ONE.broken()
        return self


class ReassignIn(StrictModel):
    """The guarantor whose money it is, and why it was recorded for another."""

    guarantor_id: UUID
    reason: Text(500) = Field(examples=["recorded on the account of a namesake"])  # type: ignore[valid-type]


class ReassignmentOut(WireModel):
    """Money that changed its guarantor."""

    from_guarantor_id: UUID
    guarantor_id: UUID
    reason: str
    reassigned_at: datetime


class ApplicationOut(WireModel):
    """A part of a receipt on one receivable of a charge, or on a remittance."""

    id: UUID
    charge_id: UUID | None
    claim_id: UUID | None
    account: int | None
    remittance_id: UUID | None
    amount_cents: int
    returned_cents: int
    journal_id: UUID
    created_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone_journal_id: UUID | None


class ReceiptOut(WireModel):
    """A receipt: `amount = unapplied + applied + returned + refunded`."""

    id: UUID
    external_id: str | None
    kind: ReceiptKind
    method: ReceiptMethod
    state: ReceiptState
    amount_cents: int
    unapplied_cents: int
    returned_cents: int
    refunded_cents: int
    deposited_cents: int = Field(description="Settled by the bank or the card company, kept fees included.")
    guarantor_id: UUID | None
    payer_id: UUID | None
    location_id: UUID | None
    staff_user_id: UUID | None
    deposit_slip_id: UUID | None
    reference: str | None
    received_on: date
    version: int
    created_at: datetime
    updated_at: datetime


class ReceiptDetailOut(ReceiptOut):
    """The receipt with everything it was ever applied to, and whose it was before."""

    applications: list[ApplicationOut]
    reassignments: list[ReassignmentOut]


class DepositSlipIn(StrictModel):
    """A slip for what one person takes in at one location on a day."""

    location_id: UUID
    staff_user_id: UUID | None = None
    business_on: SaneDate = Field(examples=["2026-11-20"])


class CloseSlipIn(StrictModel):
    """The drawer was counted. A difference to what is recorded needs a reason."""

    counted_cents: NonNegativeCents
    reason: Text(500) | None = None  # type: ignore[valid-type]


class SlipTotalOut(WireModel):
    """What is recorded on a slip, by method."""

    method: ReceiptMethod
    receipt_count: int
    recorded_cents: int


class DepositSlipOut(WireModel):
    """`over_short_cents` is counted less recorded, as it was when the slip was closed."""

    id: UUID
    location_id: UUID
    staff_user_id: UUID | None
    business_on: date
    state: str = Field(examples=["open"])
    counted_cents: int | None
    recorded_cents: int | None
    over_short_cents: int | None
    reason: str | None
    version: int
    created_at: datetime
    closed_at: datetime | None


class DepositSlipDetailOut(DepositSlipOut):
    """The slip with what is recorded on it now."""

    totals: list[SlipTotalOut]
