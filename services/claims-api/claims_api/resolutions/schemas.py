"""Wire shapes of resolutions."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import NonNegativeCents, PositiveInt32, Rule, StrictModel, Text, WireModel
from claims_api.resolutions.domain import Outcome, ResolutionState, Subject

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[100])]
CLAIM_OF_A_HELD_ONE = Rule("claim_n_expected", "A held claim needs its number n; others have none.")
PART_OF_CLEARING = Rule("whole_amount", "A part is resolved of what the bank has not shown; the others are whole.")


class ResolutionIn(StrictModel):
    """Money of a payment in the books, and whose it is. Without `amount_cents` all of it."""

    remittance_id: UUID
    subject: Subject = Field(examples=["held_claim"])
    n: PositiveInt32 | None = Field(default=None, description="The held claim's number in the payment.")
    outcome: Outcome = Field(examples=["owed_to_payer"])
    amount_cents: PositiveCents | None = Field(default=None, description="Of what the bank has not shown, only.")
    note: Text(500) = Field(examples=["the claim is another practice's"])  # type: ignore[valid-type]

    @model_validator(mode="after")
    def parts_fit(self) -> Self:
        if (self.subject is Subject.HELD_CLAIM) != (self.n is not None):
            raise CLAIM_OF_A_HELD_ONE.broken()
        if self.amount_cents is not None and self.subject is not Subject.CLEARING:
            raise PART_OF_CLEARING.broken()
        return self


class ReverseResolutionIn(StrictModel):
    """Why it is taken back."""

    reason: Text(500) = Field(examples=["the claim is ours after all"])  # type: ignore[valid-type]


class ResolutionOut(WireModel):
    """A resolution. `payer_item_id` is the open amount with the payer, where there is one."""

    id: UUID
    remittance_id: UUID
    claim_n: int | None
    subject: Subject
    outcome: Outcome
    state: ResolutionState
    amount_cents: int
    note: str
    payer_item_id: UUID | None
    journal_id: UUID
    reversal_journal_id: UUID | None
    reversed_reason: str | None
    version: int
    actor: dict[str, Any]
    created_at: datetime
    updated_at: datetime
