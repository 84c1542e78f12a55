"""Wire shapes of charges."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import Rule, StrictModel, Text, WireModel
from claims_api.charges.domain import VoidReason
from claims_api.claims.schemas import BAD_POINTER, DiagnosisCode, DiagnosisPlace, ServiceIn, UnitsOut
from claims_api.references import Reference

MAX_DIAGNOSES = 25
NO_CODE = Rule("code_missing", "A charge needs a procedure code or a revenue code.")


class ChargeIn(ServiceIn):
    """A service that was done for a patient, at the practice's own price."""

    patient: Reference
    encounter: Reference | None = None
    rendering_provider: Reference | None = None
    ordering_provider: Reference | None = None
    referring_provider: Reference | None = None
    authorization: Reference | None = None
    diagnoses: list[DiagnosisCode] = Field(default_factory=list, max_length=MAX_DIAGNOSES, examples=[["E119"]])
    diagnosis_pointers: list[DiagnosisPlace] = Field(
        default_factory=list, max_length=4, description="Places in the charge's own diagnoses, from 1."
    )
    documentation_ref: Text(100) | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def can_be_billed(self) -> Self:
        if self.procedure_code is None and self.revenue_code is None:
            raise NO_CODE.broken()
        if any(pointer > len(self.diagnoses) for pointer in self.diagnosis_pointers):
            raise BAD_POINTER.broken()
        return self


class VoidChargeIn(StrictModel):
    """Why a charge is taken back."""

    reason: VoidReason
    note: Text(400) = Field(examples=["Entered for the visit of the day before."])  # type: ignore[valid-type]


class ReplacedChargeOut(WireModel):
    """The charge that was voided when this one took its place."""

    id: UUID
    charge_cents: int
    voided_at: datetime


class ChargeOut(WireModel):
    """A charge as it stands: its facts, what is open of it, which claim bills it."""

    id: UUID
    external_id: str | None
    patient_id: UUID
    encounter_id: UUID | None
    guarantor_id: UUID
    claim_id: UUID | None = Field(description="The claim that bills it; null while none does.")
    procedure_code: str | None
    modifiers: list[str]
    revenue_code: str | None
    charge_cents: int
    non_covered_cents: int | None
    units: UnitsOut
    unit_basis: str
    place_of_service: str | None
    service_from: date
    service_to: date
    diagnoses: list[str]
    diagnosis_pointers: list[int]
    ndc: str | None
    ndc_units: UnitsOut | None
    ndc_unit_basis: str | None
    rendering_provider_id: UUID | None
    ordering_provider_id: UUID | None
    referring_provider_id: UUID | None
    authorization_id: UUID | None
    documentation_ref: str | None
    balance_cents: int
    insurance_cents: int
    patient_cents: int
    entered_at: datetime
    voided_at: datetime | None
    void_reason: str | None = Field(
        description="Of a charge that was taken back without another: not_performed, wrong_patient, entered_twice or "
        "not_billable."
    )
    replaces: ReplacedChargeOut | None
