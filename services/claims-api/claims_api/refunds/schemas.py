"""Wire shapes of credits and refunds."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import NonNegativeCents, Rule, SaneDate, StrictModel, Text, WireModel
from claims_api.refunds.domain import RefundMethod, RefundState

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]
ONE_SOURCE = Rule(
    "one_source",
    "Give charge_id with side (and party_id where several have a credit), or receipt_id alone, or payer_item_id alone.",
)


class RefundIn(StrictModel):
    """What is refunded: the credit of a charge (`side` says whose), unapplied money of a patient's or an insurer's
    receipt, or what a payer has announced to take back (a payer item that is `announced`): paid by us, it is not taken
    any more.
    """

    charge_id: UUID | None = None
    side: Literal["payer", "patient"] | None = None
    party_id: UUID | None = Field(default=None, description="The coverage or guarantor, where more than one has one.")
    receipt_id: UUID | None = None
    payer_item_id: UUID | None = None
    amount_cents: PositiveCents
    reason: Text(500) = Field(examples=["paid twice"])  # type: ignore[valid-type]

    @model_validator(mode="after")
    def one_source(self) -> Self:
        of_charge = self.charge_id is not None
        sources = (self.charge_id, self.receipt_id, self.payer_item_id)
        if sum(source is not None for source in sources) != 1 or of_charge != (self.side is not None):
            raise ONE_SOURCE.broken()
        if self.party_id is not None and not of_charge:
            raise ONE_SOURCE.broken()
        return self


class IssueIn(StrictModel):
    """How it was paid. `reference` is what a payer names when it acknowledges the refund."""

    method: RefundMethod = Field(examples=["check"])
    reference: Text(80) = Field(  # type: ignore[valid-type]
        description="Check number, trace, or the card company's reference; never a card number.", examples=["20417"]
    )
    issued_on: SaneDate = Field(examples=["2026-11-20"])


class RefundStepIn(StrictModel):
    """Why."""

    reason: Text(500) = Field(examples=["the check came back"])  # type: ignore[valid-type]


class RefundOut(WireModel):
    """A refund."""

    id: UUID
    side: str
    state: RefundState
    amount_cents: int
    charge_id: UUID | None
    claim_id: UUID | None
    account: int | None
    party_id: UUID | None
    payer_id: UUID | None
    guarantor_id: UUID | None
    receipt_id: UUID | None
    payer_item_id: UUID | None
    reason: str
    method: RefundMethod | None
    reference: str | None
    issued_on: date | None
    remitted_on: date | None
    requested_by: str
    approved_by: str | None
    due_journal_id: UUID | None
    issue_journal_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime
