"""Wire shapes of coordination of benefits."""

from datetime import date
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import Blocker, WireModel


class PayerStepOut(WireModel):
    """One payer of the charges: its claim, and what followed its decision."""

    sequence: int = Field(description="The payer's place in the order; 1 pays first.")
    claim_id: UUID
    payer_id: UUID
    coverage_id: UUID
    patient_control_number: str
    submission_state: str
    adjudication_state: str
    next_step: str | None = Field(
        description=(
            "billed, corrected, outdated, nothing_left, crossover_awaited, crossover_overdue, crossover_answered or "
            "blocked."
        )
    )
    next_claim_id: UUID | None
    awaited_until: date | None = Field(description="The last day the crossover is awaited.")
    blockers: list[Blocker]


class PatientShareOut(WireModel):
    """What the patient owes of the charges, and how much of it may be billed now."""

    patient_cents: int
    insurance_cents: int = Field(description="Still open with payers; the patient waits for the last of them.")
    billable_cents: int
    blockers: list[Blocker]


class CoordinationOut(WireModel):
    """The payers of a claim's charges in their order, and the patient after them."""

    claim_id: UUID
    payers: list[PayerStepOut]
    patient: PatientShareOut
