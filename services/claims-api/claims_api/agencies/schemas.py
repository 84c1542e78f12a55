"""Wire shapes of placements and of agencies' remittances."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import NonNegativeCents, Rule, SaneDate, StrictModel, Text, WireModel
from claims_api.agencies.domain import AgencyRemittanceState, Assurance, PlacementKind, PlacementState
from claims_api.receipts.domain import ReceiptMethod

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]
ALL_ASSURANCES = Rule("assurances_missing", "A placement needs every assurance: a person has looked at each.")
FEE_OF_COLLECTED = Rule("fee_above_collected", "A fee may not be more than what was collected.")


class PlacementIn(StrictModel):
    """What one guarantor owes, or what was given up of it; without `charge_ids` all of it."""

    vendor_id: UUID = Field(description="The agency, kept as a vendor.")
    guarantor_id: UUID
    kind: PlacementKind = Field(examples=["owed"])
    charge_ids: list[UUID] = Field(default_factory=list, max_length=500)
    assurances: list[Assurance] = Field(
        max_length=20, description="What was looked at; all of them.", examples=[list(Assurance)]
    )
    note: Text(500) = Field(examples=["final notice of March 2 not answered"])  # type: ignore[valid-type]

    @model_validator(mode="after")
    def whole(self) -> Self:
        if set(self.assurances) != set(Assurance):
            raise ALL_ASSURANCES.broken()
        return self


class RecallIn(StrictModel):
    """Why, and which charges; without `charge_ids` all that is left."""

    charge_ids: list[UUID] = Field(default_factory=list, max_length=500)
    reason: Text(500) = Field(examples=["the patient disputes the bill"])  # type: ignore[valid-type]


class PlacementLineOut(WireModel):
    """One charge; with the agency is `left_cents`."""

    charge_id: UUID
    claim_id: UUID | None
    account: int
    amount_cents: int
    collected_cents: int
    recalled_cents: int
    left_cents: int


class PlacementOut(WireModel):
    """A placement."""

    id: UUID
    vendor_id: UUID
    guarantor_id: UUID
    kind: PlacementKind
    state: PlacementState
    placed_on: date
    note: str
    assurances: list[Assurance]
    lines: list[PlacementLineOut]
    left_cents: int
    recalled_at: datetime | None
    recalled_reason: str | None
    version: int
    actor: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class AgencyLineIn(StrictModel):
    """What the agency collected of one charge, and what it kept of that."""

    placement_id: UUID
    charge_id: UUID
    collected_cents: PositiveCents
    fee_cents: NonNegativeCents = Field(default=0, examples=[600])

    @model_validator(mode="after")
    def fee_fits(self) -> Self:
        if self.fee_cents > self.collected_cents:
            raise FEE_OF_COLLECTED.broken()
        return self


class AgencyRemittanceIn(StrictModel):
    """What an agency paid: `amount_cents` is what was collected less what was kept, over all lines."""

    vendor_id: UUID
    reference: Text(80) = Field(examples=["REM-2026-11"])  # type: ignore[valid-type]
    remitted_on: SaneDate = Field(examples=["2026-11-20"])
    method: ReceiptMethod = Field(default=ReceiptMethod.CHECK, examples=["check"])
    amount_cents: PositiveCents
    lines: list[AgencyLineIn] = Field(min_length=1, max_length=1000)


class ReverseAgencyRemittanceIn(StrictModel):
    """Why it is taken back."""

    reason: Text(500) = Field(examples=["entered twice"])  # type: ignore[valid-type]


class AgencyLineOut(WireModel):
    """What was collected and kept of one charge."""

    placement_id: UUID
    charge_id: UUID
    collected_cents: int
    fee_cents: int
    journal_id: UUID


class AgencyRemittanceOut(WireModel):
    """An agency's remittance; the bank is matched with its receipt."""

    id: UUID
    vendor_id: UUID
    reference: str
    state: AgencyRemittanceState
    remitted_on: date
    amount_cents: int
    collected_cents: int
    fee_cents: int
    receipt_id: UUID
    lines: list[AgencyLineOut]
    reversed_reason: str | None
    version: int
    actor: dict[str, Any]
    created_at: datetime
    updated_at: datetime
