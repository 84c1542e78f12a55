"""Wire shapes of amounts that are open with payers."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import (
    NonNegativeCents,
    WireModel,
)
from claims_api.remittances.schemas import ReasonIn

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]


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
