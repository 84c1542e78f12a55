"""Who a claim from outside names, as facts: what `match_parties` finds or makes rows for."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from claims_api.parties.domain import patient_identity_key


@dataclass(frozen=True, slots=True)
class PayerNamed:
    """A payer is its qualifier and id. `filing_indicator` (SBR09) says what kind a new one is."""

    id_qualifier: str
    identifier: str
    name: str
    filing_indicator: str

    @property
    def key(self) -> tuple[str, str]:
        return self.id_qualifier, self.identifier


@dataclass(frozen=True, slots=True)
class ProviderNamed:
    """A provider is its NPI."""

    npi: str
    is_person: bool
    last_name: str
    first_name: str
    taxonomy: str
    role: str


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """A patient, a subscriber or a guarantor. `address` as the rows hold it."""

    last_name: str
    first_name: str
    middle_name: str
    birth_date: date | None
    sex: str | None
    address: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class CoverageNamed:
    """One insurance of the patient: its place in the order of payers is `rank`."""

    payer: PayerNamed
    member_id: str
    rank: int
    relation: str
    group_number: str
    group_name: str
    filing_indicator: str
    accepts_assignment: bool
    release_of_information: bool
    subscriber: PersonNamed | None


@dataclass(frozen=True, slots=True)
class ClaimParties:
    """Everybody a claim names. `level` tells persons apart whose identity is incomplete: equal for one HL level.

    `coverages[0]` is the one that is billed.
    """

    level: int
    patient: PersonNamed
    guarantor: PersonNamed
    coverages: tuple[CoverageNamed, ...]
    providers: tuple[ProviderNamed, ...]

    @property
    def identity_key(self) -> str | None:
        """By the billed coverage's member id."""
        person = self.patient
        return patient_identity_key(
            member_id=self.coverages[0].member_id,
            born_on=person.birth_date,
            last_name=person.last_name,
            first_name=person.first_name,
        )


@dataclass(frozen=True, slots=True)
class MatchedParties:
    """Our rows for them. `resembles` is an earlier patient of whom a new one may be a duplicate."""

    patient_id: UUID
    guarantor_id: UUID
    coverage_id: UUID
    payer_id: UUID
    financial_class: str
    is_new_patient: bool
    resembles: UUID | None
