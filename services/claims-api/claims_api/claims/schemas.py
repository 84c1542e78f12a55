"""Wire shapes of claims."""

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Discriminator, Field, PlainSerializer, StringConstraints, Tag, model_validator

from ar_shared.platform.types import (
    Blocker,
    ExternalId,
    NonNegativeCents,
    Rule,
    SaneDate,
    StrictModel,
    Text,
    WireModel,
)
from claims_api.references import Reference

MAX_LINES = {"professional": 50, "institutional": 999}
MAX_DIAGNOSES = {"professional": 12, "institutional": 25}

TOO_MANY_LINES = Rule("too_many_lines", "A professional claim holds 50 lines, an institutional one 999.")
TOO_MANY_DIAGNOSES = Rule("too_many_diagnoses", "A professional claim holds 12 diagnoses, an institutional one 25.")
BAD_POINTER = Rule("diagnosis_pointer_invalid", "A pointer is the place of a diagnosis on the claim, from 1.")
DATES_REVERSED = Rule("dates_reversed", "The last service date is before the first.")
NO_PROCEDURE = Rule(
    "procedure_missing", "A professional line needs a procedure code, an institutional one a revenue code."
)

ProcedureCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,48}$")]
Modifier = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")]
DiagnosisCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3,7}$")]
DiagnosisPlace = Annotated[int, Field(ge=1, le=25, strict=True)]
PlaceOfService = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
UnitBasis = Literal["UN", "MJ", "DA"]
BulkStatus = Literal["created", "exists", "conflict", "invalid", "failed"]
UnitsOut = Annotated[Decimal, PlainSerializer(lambda units: f"{units.normalize():f}", return_type=str)]
PositiveUnits = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=3)]


class ServiceIn(StrictModel):
    """One service: what was done, on which days, at which price."""

    procedure_code: ProcedureCode | None = Field(default=None, examples=["G0463"])
    modifiers: list[Modifier] = Field(default_factory=list, max_length=4)
    revenue_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
    charge_cents: NonNegativeCents = Field(examples=[20000])
    non_covered_cents: NonNegativeCents | None = None
    units: PositiveUnits = Decimal(1)
    unit_basis: UnitBasis = "UN"
    service_from: SaneDate = Field(examples=["2026-11-02"])
    service_to: SaneDate | None = None
    place_of_service: PlaceOfService | None = None
    diagnosis_pointers: list[DiagnosisPlace] = Field(default_factory=list, max_length=4)
    ndc: Annotated[str, StringConstraints(pattern=r"^[0-9]{11}$")] | None = None
    ndc_units: PositiveUnits | None = None
    ndc_unit_basis: Literal["F2", "GR", "ME", "ML", "UN"] | None = None

    @model_validator(mode="after")
    def dates_in_order(self) -> Self:
        if self.service_to is not None and self.service_to < self.service_from:
            raise DATES_REVERSED.broken()
        return self


class LineIn(ServiceIn):
    """One service line of a claim, and the caller's own id of the charge that it makes."""

    external_id: ExternalId | None = None


class BilledChargeIn(StrictModel):
    """A line that bills a charge which is in the ledger already: its facts and its money are the charge's."""

    charge: Reference
    diagnosis_pointers: list[DiagnosisPlace] = Field(
        default_factory=list,
        max_length=4,
        description="Places in the claim's diagnoses, from 1; by default where the charge's own diagnoses stand.",
    )


def _names_a_charge(line: Any) -> str:
    is_billed = "charge" in line if isinstance(line, dict) else isinstance(line, BilledChargeIn)
    return "posted-before" if is_billed else "new-service"


ClaimLineIn = Annotated[
    Annotated[LineIn, Tag("new-service")] | Annotated[BilledChargeIn, Tag("posted-before")],
    Discriminator(_names_a_charge),
]


class ClaimFacts(StrictModel):
    """What a claim may carry beside its lines; each has its place in the 837."""

    accident_kind: Literal["auto", "employment", "other"] | None = None
    accident_state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    accident_on: SaneDate | None = None
    property_casualty_number: Text(50) | None = None  # type: ignore[valid-type]
    onset_on: SaneDate | None = None
    admitted_on: SaneDate | None = None
    discharged_on: SaneDate | None = None
    prior_authorization: Text(50) | None = None  # type: ignore[valid-type]
    delay_reason: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}$")] | None = None
    patient_paid_cents: NonNegativeCents | None = None
    type_of_bill: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    admission_type: Annotated[str, StringConstraints(pattern=r"^[0-9]$")] | None = None
    admission_source: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]$")] | None = None
    patient_status: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None


class ClaimIn(StrictModel):
    """A claim to bill: who was treated, who pays, who bills, what was done."""

    external_id: ExternalId | None = Field(default=None, examples=["CLM-2026-000123"])
    type: Literal["professional", "institutional"] = "professional"
    patient: Reference
    coverage: Reference
    billing_entity: Reference
    rendering_provider: Reference | None = None
    location: Reference | None = None
    place_of_service: PlaceOfService | None = Field(default=None, examples=["11"])
    diagnoses: list[DiagnosisCode] = Field(min_length=1, max_length=25, examples=[["E119"]])
    facts: ClaimFacts = ClaimFacts()
    lines: list[ClaimLineIn] = Field(min_length=1, max_length=999)

    @model_validator(mode="after")
    def fits_its_form(self) -> Self:
        if len(self.lines) > MAX_LINES[self.type]:
            raise TOO_MANY_LINES.broken()
        if len(self.diagnoses) > MAX_DIAGNOSES[self.type]:
            raise TOO_MANY_DIAGNOSES.broken()
        for line in self.lines:
            if any(pointer > len(self.diagnoses) for pointer in line.diagnosis_pointers):
                raise BAD_POINTER.broken()
            if isinstance(line, BilledChargeIn):
                continue
            needed = line.procedure_code if self.type == "professional" else line.revenue_code
            if needed is None:
                raise NO_PROCEDURE.broken()
        return self

    @cached_property
    def services(self) -> list[tuple[int, LineIn]]:
        """Lines that make their charge, with their numbers from 1."""
        return [(n, line) for n, line in enumerate(self.lines, start=1) if isinstance(line, LineIn)]

    @cached_property
    def billed(self) -> list[tuple[int, BilledChargeIn]]:
        """Lines that bill a charge which is there, with their numbers from 1."""
        return [(n, line) for n, line in enumerate(self.lines, start=1) if isinstance(line, BilledChargeIn)]


class LineOut(WireModel):
    """A line of the newest version, and the charge it bills."""

    n: int
    charge_id: UUID
    external_id: str | None
    line_control_number: str
    procedure_code: str | None
    modifiers: list[str]
    revenue_code: str | None
    charge_cents: int
    balance_cents: int
    units: UnitsOut
    service_from: date
    service_to: date


class ClaimOut(WireModel):
    """A claim: its numbers, its three states, what is open and with whom."""

    id: UUID
    external_id: str | None
    type: str
    purpose: str
    patient_control_number: str
    submitted_control_number: str | None
    payer_control_number: str | None
    patient_id: UUID
    coverage_id: UUID
    payer_id: UUID
    billing_entity_id: UUID
    rendering_provider_id: UUID | None
    location_id: UUID | None
    diagnoses: list[str]
    charge_cents: int
    balance_cents: int
    insurance_cents: int
    patient_cents: int
    service_from: date
    service_to: date
    submission_state: str
    adjudication_state: str
    balance_state: str
    display_status: str
    version: int
    pending_version: int | None = Field(description="A version that was made to follow and waits to be sent.")
    origin_claim_id: UUID | None = Field(description="Of a claim to a later payer: the first payer's claim.")
    sequence: int = Field(description="The payer's place in the order of payers; 1 pays first.")
    first_billed_on: date | None
    accepted_on: date | None
    adjudicated_on: date | None
    blockers: list[Blocker]
    lines: list[LineOut]
    created_at: datetime
    updated_at: datetime


class BulkLineError(WireModel):
    """One refused field of a line."""

    pointer: str = Field(description="JSON Pointer into the line.", examples=["/lines/0/charge_cents"])
    code: str
    message: str


class BulkLineOut(WireModel):
    """What became of one line of the body."""

    line: int = Field(description="Counted from 1; empty lines count and have no result.")
    status: BulkStatus = Field(
        description="exists: the same claim was taken in before. failed: not tried or not committed; send it again."
    )
    claim_id: UUID | None = None
    errors: list[BulkLineError] = []
