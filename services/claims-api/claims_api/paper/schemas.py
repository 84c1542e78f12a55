"""Wire shapes of paper remittances."""

from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from ar_shared.platform.types import (
    Cents,
    NonNegativeCents,
    Rule,
    SaneDate,
    StrictModel,
    Text,
)
from claims_api.references import Reference

ONE_CLAIM: Final = Rule("claim_ambiguous", "Give either claim_id or patient_control_number.")


_RemarkCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,6}$")]


class EobAdjustmentIn(StrictModel):
    """One reason of the payer; positive lowers the payment."""

    group_code: Annotated[str, StringConstraints(pattern=r"^(CO|PR|OA|PI|CR)$")]
    carc: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,5}$")] = Field(examples=["45"])
    amount_cents: Cents


class EobLineIn(StrictModel):
    """One service line as printed."""

    qualifier: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] = "HC"
    procedure_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,48}$")] = Field(examples=["G0463"])
    modifiers: list[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")]] = Field(
        default_factory=list, max_length=4
    )
    service_from: SaneDate
    service_to: SaneDate | None = None
    charge_cents: Cents
    paid_cents: Cents
    allowed_cents: NonNegativeCents | None = None
    line_control_number: Text(50) | None = None  # type: ignore[valid-type]
    adjustments: list[EobAdjustmentIn] = Field(default_factory=list, max_length=99)
    remark_codes: list[_RemarkCode] = Field(default_factory=list, max_length=99)


class EobClaimIn(StrictModel):
    """One claim as printed; `claim_id` in place of the printed number when the person knows the claim."""

    claim_id: UUID | None = None
    patient_control_number: Text(38) | None = None  # type: ignore[valid-type]
    payer_control_number: Text(50) | None = None  # type: ignore[valid-type]
    status: Annotated[str, StringConstraints(pattern=r"^(1|2|3|4|19|20|21|22|23)$")] = "1"
    member_id: Text(80) | None = None  # type: ignore[valid-type]
    service_from: SaneDate | None = None
    service_to: SaneDate | None = None
    charge_cents: Cents
    paid_cents: Cents
    patient_cents: Cents | None = None
    adjustments: list[EobAdjustmentIn] = Field(default_factory=list, max_length=98)
    remark_codes: list[_RemarkCode] = Field(default_factory=list, max_length=5)
    lines: list[EobLineIn] = Field(default_factory=list, max_length=999)

    @model_validator(mode="after")
    def names_the_claim(self) -> Self:
        if (self.claim_id is None) == (self.patient_control_number is None):
            raise ONE_CLAIM.broken()
        return self


class EobProviderAdjustmentIn(StrictModel):
    """A provider-level amount; positive lowers the payment."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] = Field(examples=["WO"])
    reference: Text(50) | None = None  # type: ignore[valid-type]
    amount_cents: Cents
    fiscal_on: SaneDate | None = None


class EobIn(StrictModel):
    """A paper remittance: who paid whom, how much, by which check or transfer, for which claims."""

    payer: Reference
    billing_entity: Reference
    trace_number: Text(50) = Field(examples=["0045512"])  # type: ignore[valid-type]
    method: Literal["CHK", "ACH", "FWT", "BOP", "NON"] = "CHK"
    amount_cents: NonNegativeCents
    paid_on: SaneDate
    decided_on: SaneDate | None = None
    claims: list[EobClaimIn] = Field(default_factory=list, max_length=500)
    provider_adjustments: list[EobProviderAdjustmentIn] = Field(default_factory=list, max_length=99)
    document_id: UUID | None = Field(default=None, description="The scanned paper among the documents.")
    document_reference: Text(120) | None = Field(default=None, examples=["lockbox 12, batch 3"])  # type: ignore[valid-type]
    note: Text(400) | None = None  # type: ignore[valid-type]
