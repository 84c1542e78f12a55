"""Wire shapes of transfers."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import NonNegativeCents, Rule, StrictModel, Text, WireModel
from claims_api.transfers.domain import WAYS, TransferReason, TransferState

PositiveCents = Annotated[NonNegativeCents, Field(gt=0, examples=[2400])]
ONE_OF_CLAIM_AND_LINES = Rule("claim_or_lines", "Name a claim, for all its open lines, or lines.")
COVERAGE_OF_A_PAYER = Rule("coverage_expected", "What goes to a payer needs coverage_id; the rest has none.")
DOCUMENT_OF_CONSENT = Rule("document_expected", "What is not covered needs the document_id of the patient's consent.")


class TransferLineIn(StrictModel):
    """One charge; without `amount_cents` all that may move."""

    charge_id: UUID
    amount_cents: PositiveCents | None = None


class TransferIn(StrictModel):
    """Whom an open amount is moved to, and why. `reason` says from whom it comes."""

    reason: TransferReason = Field(examples=["coverage_found"])
    note: Text(500) = Field(examples=["the patient brought the card of the second plan"])  # type: ignore[valid-type]
    claim_id: UUID | None = Field(default=None, description="All open lines of the claim's newest version.")
    lines: list[TransferLineIn] = Field(default_factory=list, max_length=100)
    from_party_id: UUID | None = Field(
        default=None, description="The coverage or guarantor that owes it now, where more than one does."
    )
    coverage_id: UUID | None = Field(default=None, description="The coverage that owes it from now on.")
    document_id: UUID | None = Field(
        default=None, description="The patient's written consent, a document of kind consent of patient or claim."
    )

    @model_validator(mode="after")
    def parts_fit(self) -> Self:
        if (self.claim_id is None) != bool(self.lines):
            raise ONE_OF_CLAIM_AND_LINES.broken()
        if WAYS[self.reason].to_payer != (self.coverage_id is not None):
            raise COVERAGE_OF_A_PAYER.broken()
        if (self.reason is TransferReason.NOT_COVERED) != (self.document_id is not None):
            raise DOCUMENT_OF_CONSENT.broken()
        return self


class ReverseTransferIn(StrictModel):
    """Why it is taken back."""

    reason: Text(500) = Field(examples=["the card was of another person"])  # type: ignore[valid-type]


class TransferLineOut(WireModel):
    """What moved of one charge."""

    charge_id: UUID
    amount_cents: int


class TransferOut(WireModel):
    """A transfer; accounts are numbers of the chart, parties coverages or guarantors."""

    id: UUID
    reason: TransferReason
    note: str
    state: TransferState
    patient_id: UUID
    claim_id: UUID | None
    from_account: int
    from_party_id: UUID
    to_account: int
    to_party_id: UUID
    amount_cents: int
    lines: list[TransferLineOut]
    document_id: UUID | None
    journal_id: UUID
    reversal_journal_id: UUID | None
    reversed_reason: str | None
    version: int
    actor: dict[str, Any]
    created_at: datetime
    updated_at: datetime
