"""Wire shapes of overpayment cases."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import NonNegativeCents, SaneDate, StrictModel, Text, WireModel
from claims_api.credits.schemas import TestedOut
from claims_api.overpayments.domain import CaseEvent, CaseState, CloseReason, ReturnMethod

Why = Text(500)
PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[9600])]


class OpenOverpaymentIn(StrictModel):
    """An overpayment that somebody found: an audit, a patient's word, a letter. `identified_on` is the knowledge."""

    charge_id: UUID
    coverage_id: UUID | None = Field(default=None, description="Whose payer overpaid; else that of the charge's claim.")
    amount_cents: PositiveCents
    identified_on: SaneDate = Field(examples=["2026-11-20"])
    received_on: SaneDate | None = Field(default=None, description="When its money came; else `identified_on`.")
    basis: Why = Field(examples=["audit: the record does not show the service"])  # type: ignore[valid-type]


class IdentifyIn(StrictModel):
    """Since when somebody knows, and why. Earlier than what is known moves the clock back; later is refused."""

    identified_on: SaneDate = Field(examples=["2026-11-20"])
    basis: Why = Field(examples=["letter of the payer"])  # type: ignore[valid-type]


class StartInvestigationIn(StrictModel):
    """A search for related overpayments, in good faith: it stops the clock where the law lets it."""

    started_on: SaneDate = Field(examples=["2026-11-20"])
    reason: Why = Field(examples=["same code billed on other visits"])  # type: ignore[valid-type]


class EndInvestigationIn(StrictModel):
    """The search is over and the sum is known."""

    ended_on: SaneDate = Field(examples=["2026-11-20"])
    reason: Why = Field(examples=["no other visits concerned"])  # type: ignore[valid-type]


class ChooseMethodIn(StrictModel):
    """How it goes back."""

    method: ReturnMethod = Field(examples=["refund_check"])
    reason: Why = Field(examples=["the payer asks for a check"])  # type: ignore[valid-type]


class AttachProofIn(StrictModel):
    """The paper that shows its return: the letter, the cleared check, the acknowledgement."""

    document_id: UUID
    reason: Why = Field(examples=["acknowledgement of the payer"])  # type: ignore[valid-type]


class CloseOverpaymentIn(StrictModel):
    """What no posting can say. A credit that is in the books closes its case by going away."""

    close_reason: Literal["returned_elsewhere", "not_overpaid"] = Field(examples=["not_overpaid"])
    reason: Why = Field(examples=["the addendum was found"])  # type: ignore[valid-type]


class OverpaymentOut(WireModel):
    """What one payer overpaid on one charge, and by when it goes back.

    `credit_cents` is in the books; `stated_cents` was found by a person before the books showed it. `due_on` null:
    nobody knows of it yet, or no rule sets a day. While an investigation goes on, `due_on` is the latest day possible.
    """

    id: UUID
    charge_id: UUID
    coverage_id: UUID
    claim_id: UUID | None
    payer_id: UUID | None
    source: Literal["posting", "person"]
    state: CaseState
    credit_cents: int
    stated_cents: int | None
    arisen_on: date
    received_on: date
    age_days: int
    basis: str | None
    identified_on: date | None
    identified_by: str | None = Field(description="`presumed`, or who said so.")
    investigation_started_on: date | None
    investigation_ended_on: date | None
    suspended_until: date | None
    due_on: date | None
    days_left: int | None = Field(description="Below zero: so many days too late.")
    due_source: str
    due_confirmed: bool
    look_back_from: date | None
    in_look_back: bool | None = Field(description="Whether its money came on or after `look_back_from`.")
    look_back_confirmed: bool
    method: ReturnMethod | None
    proof_document_id: UUID | None
    close_reason: CloseReason | None
    closed_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime


class OverpaymentFactOut(WireModel):
    """A fact of the case; `data` is what it changed, `version` the version it made."""

    version: int
    kind: CaseEvent
    happened_on: date
    data: dict[str, Any]
    reason: str | None
    client_id: str
    actor: dict[str, Any]
    at: datetime


class OverpaymentDetailOut(OverpaymentOut):
    """The case with its facts, oldest first, and what the tests of its credit say; no tests without a credit."""

    suggestion: str | None
    do: str | None
    operation: str | None
    tests: list[TestedOut]
    facts: list[OverpaymentFactOut]
