"""Wire shapes of unapplied money and unclaimed property."""

from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import Rule, SaneDate, StrictModel, Text, WireModel
from claims_api.unclaimed_property.domain import ContactKind, Step

ONE_OWNER = Rule("one_owner", "Give guarantor_id or payer_id.")


class UnappliedMoneyOut(WireModel):
    """Receipts of one party that are applied to nothing, together. Unidentified money has no party.

    `dormant_on`: when the oldest of it becomes dormant, if nobody hears of the party until then.
    """

    kind: Literal["patient", "insurer", "unidentified"]
    guarantor_id: UUID | None
    payer_id: UUID | None
    unapplied_cents: int
    receipt_count: int
    oldest_on: date
    age_days: int
    last_contact_on: date | None
    state: str | None = Field(description="Of the last known address; null: none is known.", examples=["IA"])
    dormancy_years: int
    dormant_on: date
    source: str
    confirmed: bool


class UnclaimedPropertyOut(WireModel):
    """An amount whose owner has not asked for it, and the days on which something has to be done about it.

    `source` says where it stands: a receipt's unapplied money, a patient's credit on a charge, or a refund that was
    not cashed. `confirmed` false: the state's figures were not checked.
    """

    source: Literal["receipt", "credit", "refund"]
    source_id: UUID = Field(description="The receipt, the charge or the refund.")
    guarantor_id: UUID | None
    payer_id: UUID | None
    amount_cents: int
    since: date
    age_days: int
    last_contact_on: date | None
    state: str | None
    dormancy_years: int
    dormant_on: date
    letter_from: date
    letter_by: date
    letter_on: date | None = Field(description="The due-diligence letter of this dormancy.")
    report_on: date
    step: Step
    because: str
    operation: str | None = Field(description="The operation that does the step.", examples=["recordOwnerContact"])
    rule_source: str
    confirmed: bool


class OwnerContactIn(StrictModel):
    """A contact with the owner of money, or a letter to one."""

    guarantor_id: UUID | None = None
    payer_id: UUID | None = None
    kind: ContactKind = Field(examples=["due_diligence_letter"])
    contacted_on: SaneDate = Field(examples=["2026-11-20"])
    note: Text(500) | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def one_owner(self) -> Self:
        if (self.guarantor_id is None) == (self.payer_id is None):
            raise ONE_OWNER.broken()
        return self


class OwnerContactOut(WireModel):
    """A contact as it was recorded."""

    id: UUID
    guarantor_id: UUID | None
    payer_id: UUID | None
    kind: ContactKind
    contacted_on: date
    note: str | None
    client_id: str
    actor: dict[str, Any]
    recorded_at: datetime
