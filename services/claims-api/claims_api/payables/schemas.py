"""Wire shapes of payables."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from ar_shared.platform.types import Cents, NonNegativeCents, Rule, SaneDate, StrictModel, Text, WireModel
from claims_api.payables.domain import WHOLE, AgeBucket, BillMethod, BillState, EntryKind, FeeBasis

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[12500])]
BasisPoints = Annotated[int, Field(strict=True, ge=0, le=WHOLE, examples=[200])]
Days = Annotated[int, Field(strict=True, ge=0, le=3650, examples=[30])]
BillNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:@/+#-]{0,39}$")]
FEE_TERMS = Rule(
    "fee_terms",
    "Give fee_basis_points with recoveries, fee_per_claim_cents (and fee_receiver) with claims, else none of them.",
)
DISCOUNT_TERMS = Rule("discount_terms", "The discount's days may not be more than net_days.")
LINE_DAYS = Rule("line_days", "Give from_on and to_on together, the later one last.")
BILL_SUM = Rule("bill_sum", "The lines must come to more than nothing.")
PayableKind = Literal["bill", "refund", "unclaimed_property"]
DUE_BEFORE = Rule("due_before_bill", "The due date may not be before the bill's date.")


class VendorIn(StrictModel):
    """Who bills the practice, and on what terms. Fees: what an agency or a clearinghouse may bill by contract."""

    name: Text(120) = Field(examples=["Prairie Collections"])  # type: ignore[valid-type]
    net_days: Days
    discount_basis_points: BasisPoints = 0
    discount_days: Days = 0
    fee_basis: FeeBasis | None = None
    fee_basis_points: BasisPoints | None = None
    fee_per_claim_cents: NonNegativeCents | None = None
    fee_receiver: Text(15) | None = Field(  # type: ignore[valid-type]
        default=None,
        description="With claims: the receiver (ISA08) of the files whose claims this clearinghouse bills; else all.",
        examples=["CLEARHOUSE1"],
    )

    @model_validator(mode="after")
    def consistent(self) -> Self:
        by_share, by_claim = self.fee_basis is FeeBasis.RECOVERIES, self.fee_basis is FeeBasis.CLAIMS
        if self.fee_receiver is not None and not by_claim:
            raise FEE_TERMS.broken()
        if by_share != (self.fee_basis_points is not None) or by_claim != (self.fee_per_claim_cents is not None):
            raise FEE_TERMS.broken()
        if self.discount_days > self.net_days:
            raise DISCOUNT_TERMS.broken()
        return self


class VendorOut(WireModel):
    """A vendor."""

    id: UUID
    external_id: str
    name: str
    net_days: int
    discount_basis_points: int
    discount_days: int
    fee_basis: FeeBasis | None
    fee_basis_points: int | None
    fee_per_claim_cents: int | None
    fee_receiver: str | None


class BillLineIn(StrictModel):
    """A part of the bill. A negative amount is a credit of the vendor's. Days: whose fee the line bills."""

    gl_account: Text(40) = Field(examples=["6200"])  # type: ignore[valid-type]
    text: Text(200) = Field(examples=["fees of October"])  # type: ignore[valid-type]
    amount_cents: Annotated[Cents, Field(examples=[12500])]
    from_on: SaneDate | None = Field(default=None, examples=["2026-02-01"])
    to_on: SaneDate | None = Field(default=None, examples=["2026-02-28"])

    @model_validator(mode="after")
    def whole_days(self) -> Self:
        if (self.from_on is None) != (self.to_on is None):
            raise LINE_DAYS.broken()
        if self.from_on is not None and self.to_on is not None and self.to_on < self.from_on:
            raise LINE_DAYS.broken()
        if self.amount_cents == 0:
            raise BILL_SUM.broken()
        return self


class BillIn(StrictModel):
    """A vendor's bill. Without `due_on` the vendor's terms set it. Texts must not name a patient."""

    vendor_id: UUID
    number: BillNumber = Field(examples=["INV-1"])
    bill_on: SaneDate = Field(examples=["2026-03-01"])
    due_on: SaneDate | None = Field(default=None, examples=["2026-03-31"])
    lines: list[BillLineIn] = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def owed(self) -> Self:
        if sum(line.amount_cents for line in self.lines) <= 0:
            raise BILL_SUM.broken()
        if self.due_on is not None and self.due_on < self.bill_on:
            raise DUE_BEFORE.broken()
        return self


class BillPaymentIn(StrictModel):
    """A payment and the discount taken with it: together what they close of the bill."""

    method: BillMethod = Field(examples=["check"])
    reference: Text(80) = Field(examples=["20417"])  # type: ignore[valid-type]
    paid_on: SaneDate = Field(examples=["2026-03-02"])
    amount_cents: PositiveCents
    discount_cents: NonNegativeCents = 0


class BillVoidIn(StrictModel):
    """Why."""

    reason: Text(500) = Field(examples=["billed twice"])  # type: ignore[valid-type]


class BillLineOut(WireModel):
    """A line of a bill."""

    n: int
    gl_account: str
    text: str
    amount_cents: int
    from_on: date | None
    to_on: date | None


class BillEntryOut(WireModel):
    """A change of the open amount; one that takes another back names it and says why."""

    id: UUID
    kind: EntryKind
    effective_on: date
    amount_cents: int
    discount_cents: int
    method: BillMethod | None
    reference: str | None
    reverses_id: UUID | None
    reason: str | None


class BillOut(WireModel):
    """A bill as lists show it."""

    id: UUID
    vendor_id: UUID
    number: str
    state: BillState
    bill_on: date
    due_on: date
    discount_until_on: date | None
    discount_cents: int
    amount_cents: int
    open_cents: int
    entered_by: str
    approved_by: str | None
    approved_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime


class WholeBillOut(BillOut):
    """A bill with its lines and all that changed its open amount, oldest first."""

    lines: list[BillLineOut]
    entries: list[BillEntryOut]


class PayableOut(WireModel):
    """One open amount: a bill, a refund that is approved or stale, or unclaimed property that the state is owed."""

    kind: PayableKind = Field(examples=["bill"])
    id: UUID
    vendor: str | None = Field(description="The vendor's external id; null for a refund.")
    vendor_name: str | None
    number: str | None
    approved_on: date | None = Field(description="Null while nobody has approved it.")
    due_on: date = Field(
        description="A bill's by its terms; a refund's by the repayment clock, else the day it became payable."
    )
    bucket: AgeBucket
    open_cents: int


class BucketOut(WireModel):
    """What is open in one bucket; unclaimed property counts among the refunds."""

    bucket: AgeBucket
    bills_cents: int
    refunds_cents: int


class VendorAgeOut(WireModel):
    """What is open of one vendor, by days past due; `vendor` null: refunds and unclaimed property."""

    vendor: str | None = Field(examples=["VENDOR-1"])
    vendor_name: str | None = Field(examples=["Prairie Collections"])
    current_cents: int
    days_1_30_cents: int
    days_31_60_cents: int
    days_61_90_cents: int
    over_90_cents: int
    open_cents: int


class PayablesOut(WireModel):
    """What was payable at the end of a day. `totals` sum to `open_cents`, and so do the vendors and the items."""

    as_of: date
    totals: list[BucketOut]
    vendors: list[VendorAgeOut]
    open_cents: int
    item_count: int
    control_hash: str = Field(examples=["1f" * 32])
    items: list[PayableOut]


class FeeLineOut(WireModel):
    """What the books say a line should bill. `base`: cents this agency collected, or claims sent; null: no days named.

    `kept_cents`: fees that the agency kept of its remittances at once; they are not billed again.
    """

    n: int
    from_on: date | None
    to_on: date | None
    base: int | None
    kept_cents: int | None
    expected_cents: int | None
    billed_cents: int
    difference_cents: int | None = Field(description="Billed less expected: positive is billed too much.")


class FeesOut(WireModel):
    """A vendor's bill against the fee that its contract gives."""

    bill_id: UUID
    fee_basis: FeeBasis
    expected_cents: int
    billed_cents: int
    difference_cents: int
    lines: list[FeeLineOut]
