"""Wire shapes of write-offs."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import NonNegativeCents, Rule, StrictModel, Text, WireModel
from claims_api.write_offs.domain import Cause, WriteOffClass, WriteOffState

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]
CAUSE_OF_ADMINISTRATIVE = Rule("cause_expected", "An administrative write-off needs cause; others have none.")


class WriteOffIn(StrictModel):
    """Part of what is open of one charge. Without `amount_cents` all that is open with the party."""

    kind: WriteOffClass = Field(examples=["administrative"])
    cause: Cause | None = Field(default=None, examples=["timely_filing"])
    charge_id: UUID
    party_id: UUID | None = Field(
        default=None, description="The coverage or guarantor that owes it, where more than one does."
    )
    amount_cents: PositiveCents | None = None
    reason: Text(500) = Field(examples=["filed 40 days late; no proof of receipt"])  # type: ignore[valid-type]

    @model_validator(mode="after")
    def cause_fits(self) -> Self:
        if (self.kind is WriteOffClass.ADMINISTRATIVE) != (self.cause is not None):
            raise CAUSE_OF_ADMINISTRATIVE.broken()
        return self


class ReverseWriteOffIn(StrictModel):
    """Why it is taken back."""

    reason: Text(500) = Field(examples=["the patient pays after all"])  # type: ignore[valid-type]


class SmallBalancesIn(StrictModel):
    """A run of the small-balance rule. `preview` writes nothing and shows what a run would write off."""

    preview: bool = True


class WriteOffOut(WireModel):
    """A write-off."""

    id: UUID
    kind: WriteOffClass
    cause: Cause | None
    state: WriteOffState
    charge_id: UUID
    claim_id: UUID | None
    account: int
    party_id: UUID
    amount_cents: int
    reason: str
    rule: str | None
    journal_id: UUID
    reversal_journal_id: UUID | None
    reversed_reason: str | None
    version: int
    actor: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class SmallBalanceOut(WireModel):
    """One balance of the run."""

    charge_id: UUID
    claim_id: UUID | None
    party_id: UUID
    amount_cents: int


class SmallBalanceRunOut(WireModel):
    """What the rule takes, at most one run's worth: `more` says that another run would find more."""

    preview: bool
    rule: str
    because: str
    up_to_cents: int
    min_age_days: int
    count: int
    total_cents: int
    more: bool
    items: list[SmallBalanceOut]
