"""The kinds of party one can upsert by the caller's own id: path, table, shapes, references, who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ar_shared.platform.types import StrictModel
from claims_api.parties import schemas


@dataclass(frozen=True, slots=True)
class PartyKind:
    """`references`: field of the body to the table it names; the column is that table's name and `_id`."""

    singular: str
    path: str
    body: type[StrictModel]
    out: type[schemas.PartyOut]
    references: Mapping[str, str] = field(default_factory=dict)
    is_patient_level: bool = False

    @property
    def table(self) -> str:
        return f"claims.{self.singular}"

    @property
    def operation_name(self) -> str:
        return "".join(part.capitalize() for part in self.singular.split("_"))

    @property
    def scopes(self) -> tuple[str, str]:
        """(to read, to write)"""
        area = "claims" if self.is_patient_level else "practices"
        return f"{area}:read", f"{area}:write"


KINDS: Final = (
    PartyKind("billing_entity", "billing-entities", schemas.BillingEntityIn, schemas.BillingEntityOut),
    PartyKind("location", "locations", schemas.LocationIn, schemas.LocationOut),
    PartyKind("payer", "payers", schemas.PayerIn, schemas.PayerOut),
    PartyKind("plan", "plans", schemas.PlanIn, schemas.PlanOut, {"payer": "payer"}),
    PartyKind("provider", "providers", schemas.ProviderIn, schemas.ProviderOut),
    PartyKind("staff_user", "staff-users", schemas.StaffUserIn, schemas.StaffUserOut),
    PartyKind("guarantor", "guarantors", schemas.GuarantorIn, schemas.GuarantorOut, is_patient_level=True),
    PartyKind(
        "patient",
        "patients",
        schemas.PatientIn,
        schemas.PatientOut,
        {"guarantor": "guarantor"},
        is_patient_level=True,
    ),
    PartyKind("subscriber", "subscribers", schemas.SubscriberIn, schemas.SubscriberOut, is_patient_level=True),
    PartyKind(
        "coverage",
        "coverages",
        schemas.CoverageIn,
        schemas.CoverageOut,
        {"patient": "patient", "payer": "payer", "plan": "plan", "subscriber_of": "subscriber"},
        is_patient_level=True,
    ),
    PartyKind(
        "authorization",
        "authorizations",
        schemas.AuthorizationIn,
        schemas.AuthorizationOut,
        {"coverage": "coverage"},
        is_patient_level=True,
    ),
    PartyKind(
        "encounter",
        "encounters",
        schemas.EncounterIn,
        schemas.EncounterOut,
        {"patient": "patient", "location": "location", "provider": "provider"},
        is_patient_level=True,
    ),
)

BY_NAME: Final = {kind.singular: kind for kind in KINDS}
