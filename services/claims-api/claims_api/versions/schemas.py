"""Wire shapes of claim versions."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from ar_shared.platform.types import Blocker, Rule, StrictModel, Text, WireModel
from claims_api.claims.domain import VoidCause
from claims_api.claims.schemas import ClaimFacts, DiagnosisCode, LineIn, PlaceOfService, UnitsOut
from claims_api.references import Reference

NOTHING_CHANGED = Rule("nothing_changed", "A correction changes at least one thing.")
LineNumber = Annotated[int, Field(ge=1, le=999, strict=True)]


class VersionLineIn(LineIn):
    """A line of the new version. One that says of `line` what it was keeps its charge; any other is a new charge."""

    line: LineNumber | None = Field(
        default=None, description="The line of the present version that this one continues; none for a new service."
    )


class ResubmissionIn(StrictModel):
    """What to change before the claim goes out again; everything else stays as it was."""

    reason: Text(400)  # type: ignore[valid-type]
    diagnoses: list[DiagnosisCode] | None = Field(default=None, min_length=1, max_length=25, examples=[["E119"]])
    place_of_service: PlaceOfService | None = None
    rendering_provider: Reference | None = None
    facts: ClaimFacts | None = None
    lines: list[VersionLineIn] | None = Field(
        default=None, min_length=1, max_length=999, description="All lines of the new version; a line left out is void."
    )
    refresh_coverage: StrictBool = Field(
        default=False, description="Bill the member id, group and subscriber as the coverage says them today."
    )


class CorrectionIn(ResubmissionIn):
    """What was wrong on a claim that the payer has decided."""

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        given = self.model_fields_set - {"reason"}
        if not any(getattr(self, name) for name in given):
            raise NOTHING_CHANGED.broken()
        return self


class VoidIn(StrictModel):
    """Why the payer is asked to undo the claim."""

    reason: Text(400) = Field(examples=["Billed for the wrong patient."])  # type: ignore[valid-type]
    cause: VoidCause = Field(
        default=VoidCause.OTHER,
        description="not_performed, wrong_patient, billed_twice: the charges are taken back when the payer has undone "
        "the claim. wrong_payer, other: they are free to be billed again.",
    )


class VoidConfirmationIn(StrictModel):
    """Where the payer says that it has undone the claim."""

    evidence: Text(400) = Field(examples=["Status answer of 3 March: finalized, nothing payable."])  # type: ignore[valid-type]


class LateChargesIn(StrictModel):
    """Services of the same claim that were recorded after it went out."""

    reason: Text(400)  # type: ignore[valid-type]
    lines: list[LineIn] = Field(min_length=1, max_length=999)


class VersionLineOut(WireModel):
    """A line as this version bills it."""

    n: int
    charge_id: UUID
    replaces_charge_id: UUID | None
    line_control_number: str
    procedure_code: str | None
    modifiers: list[str]
    revenue_code: str | None
    charge_cents: int
    units: UnitsOut


class VersionOut(WireModel):
    """One version of a claim: a frozen image once it was sent."""

    claim_id: UUID
    n: int
    frequency: Literal["1", "7", "8"] = Field(description="1 a new claim, 7 a replacement, 8 a void.")
    state: str = Field(description="Of a version that waits or has ended, else the claim's submission state.")
    adjudication_state: str | None
    reason: str | None
    void_cause: str | None
    charge_cents: int
    patient_control_number: str
    submission_id: UUID | None
    sent_at: datetime | None
    blockers: list[Blocker]
    lines: list[VersionLineOut]
    created_at: datetime


class VersionsOut(WireModel):
    """Oldest first."""

    claim_id: UUID
    versions: list[VersionOut]


class LateChargesOut(WireModel):
    """How the late services go out: as a replacement of the claim, or as a further claim."""

    way: Literal["replacement", "further_claim"]
    version: VersionOut | None
    claim_id: UUID = Field(description="The claim that bills them.")
