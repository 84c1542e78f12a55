"""Wire shapes of the parties. Each has an `In` that an upsert takes whole and an `Out` that adds our id."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, StringConstraints, model_validator

from ar_shared.platform.types import (
    NonNegativeCents,
    Npi,
    Rule,
    SaneDate,
    SaneInstant,
    StrictModel,
    Text,
    WireModel,
)
from claims_api.parties.domain import FinancialClass, Funding, LineOfBusiness, PatientBillingBlock, Relation
from claims_api.references import Reference

State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
PostalCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}([0-9]{4})?$")]
Tin = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
Taxonomy = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{10}$")]
PlaceOfService = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
AuthorizedUnits = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=3, examples=["12"])]
FilingLimit = Annotated[
    int,
    Field(
        ge=1,
        le=1096,
        strict=True,
        description="Days from the service in which a claim must be filed, of the plan before its payer. Without it "
        "work items count 90 days, the shortest in common use: not confirmed for this payer.",
    ),
]
ONE_SUBSCRIBER = Rule("subscriber_twice", "Give either subscriber or subscriber_of.")
ENDS_BEFORE_IT_STARTS = Rule("ends_before_start", "Must not end before it starts.")
Name = Text(60)
Line = Text(55)
MemberId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,80}$")]
PayerIdentifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{2,80}$")]


class Address(StrictModel):
    """A postal address in the United States; `postal_code` of 5 or 9 digits."""

    line1: Line  # type: ignore[valid-type]
    line2: Line | None = None  # type: ignore[valid-type]
    city: Text(30)  # type: ignore[valid-type]
    state: State
    postal_code: PostalCode


class Contact(StrictModel):
    """How to reach somebody."""

    name: Name | None = None  # type: ignore[valid-type]
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")] | None = None


class BillingEntityIn(StrictModel):
    """Who bills: legal name, tax id, type 2 NPIs, where the money goes."""

    name: Name  # type: ignore[valid-type]
    tin: Tin
    npis: list[Npi] = Field(min_length=1, max_length=20)
    taxonomy: Taxonomy | None = None
    address: Address
    pay_to_address: Address | None = None
    contact: Contact | None = None
    remit_account: Text(40) | None = None  # type: ignore[valid-type]
    edi_ids: dict[Text(30), Text(30)] = Field(default_factory=dict, max_length=20)  # type: ignore[valid-type]


class LocationIn(StrictModel):
    """Where care happens."""

    name: Name  # type: ignore[valid-type]
    place_of_service: PlaceOfService
    npi: Npi | None = None
    address: Address
    locality: Text(20) | None = None  # type: ignore[valid-type]
    clia_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}D[0-9]{7}$")] | None = None
    time_zone: Text(40) | None = None  # type: ignore[valid-type]


class PayerIn(StrictModel):
    """Who pays. `answer_days`: how long it usually takes from acceptance to its answer."""

    name: Name  # type: ignore[valid-type]
    id_qualifier: Literal["PI", "XV"] = "PI"
    payer_identifier: PayerIdentifier
    remittance_ids: list[PayerIdentifier] = Field(
        default_factory=list, max_length=20, description="Ids the payer uses in TRN03 and REF of its remittances."
    )
    aliases: list[Name] = Field(default_factory=list, max_length=20)  # type: ignore[valid-type]
    financial_class: FinancialClass
    supports_replacement: StrictBool = True
    answer_days: int = Field(default=30, ge=1, le=365, strict=True)
    filing_limit_days: FilingLimit | None = None
    profile: dict[Text(40), Text(80)] = Field(default_factory=dict, max_length=40)  # type: ignore[valid-type]
    addresses: dict[Literal["claims", "appeals", "refunds", "other"], Address] = Field(default_factory=dict)


class PlanIn(StrictModel):
    """A payer's product: line of business and funding decide which law applies."""

    payer: Reference
    name: Name  # type: ignore[valid-type]
    line_of_business: LineOfBusiness
    funding: Funding = Funding.INSURED
    state: State | None = None
    filing_indicator: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] | None = None
    crossover: StrictBool = False
    supports_replacement: StrictBool | None = Field(
        default=None, description="Whether it takes frequency 7 and 8, where it differs from its payer."
    )
    filing_limit_days: FilingLimit | None = None


class ProviderIn(StrictModel):
    """A person or organisation that renders, refers, orders or supervises care."""

    kind: Literal["person", "organisation"] = "person"
    npi: Npi | None = None
    last_name: Name  # type: ignore[valid-type]
    first_name: Text(35) | None = None  # type: ignore[valid-type]
    taxonomies: list[Taxonomy] = Field(default_factory=list, max_length=15)
    credential_class: Text(20) | None = None  # type: ignore[valid-type]
    roles: list[Literal["rendering", "supervising", "referring", "ordering", "attending", "operating"]] = Field(
        default_factory=list, max_length=6
    )
    links: list[dict[Text(30), Text(60)]] = Field(default_factory=list, max_length=50)  # type: ignore[valid-type]


class GuarantorIn(StrictModel):
    """The account: who answers for a patient's share."""

    last_name: Name  # type: ignore[valid-type]
    first_name: Text(35) | None = None  # type: ignore[valid-type]
    birth_date: SaneDate | None = None
    address: Address | None = None
    contact: Contact | None = None


class PatientIn(StrictModel):
    """The person who is treated. Without a guarantor the patient answers for the share."""

    guarantor: Reference | None = None
    last_name: Name  # type: ignore[valid-type]
    first_name: Text(35) | None = None  # type: ignore[valid-type]
    middle_name: Text(25) | None = None  # type: ignore[valid-type]
    birth_date: SaneDate | None = None
    sex: Literal["F", "M", "U"] | None = None
    address: Address | None = None
    contact: Contact | None = None
    deceased_on: SaneDate | None = None


class SubscriberIn(StrictModel):
    """The insured person, when it is not the patient."""

    last_name: Name  # type: ignore[valid-type]
    first_name: Text(35) | None = None  # type: ignore[valid-type]
    birth_date: SaneDate | None = None
    sex: Literal["F", "M", "U"] | None = None
    address: Address | None = None


class CoverageIn(StrictModel):
    """A patient's insurance. `rank` 1 pays first; the subscriber is the patient when `relation` is 18.

    Any other subscriber is said here (`subscriber`), or is one of their own that several coverages share
    (`subscriber_of`): then a change of the person reaches them all. What was billed keeps what was said then.
    """

    patient: Reference
    payer: Reference
    plan: Reference | None = None
    member_id: MemberId
    group_number: Text(50) | None = None  # type: ignore[valid-type]
    group_name: Name | None = None  # type: ignore[valid-type]
    relation: Relation = Relation.SELF
    subscriber: SubscriberIn | None = None
    subscriber_of: Reference | None = Field(default=None, description="A subscriber that was upserted before.")
    rank: int = Field(default=1, ge=1, le=11, strict=True)
    starts_on: SaneDate | None = None
    ends_on: SaneDate | None = None
    msp_type: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    filing_indicator: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] | None = None
    network_status: Literal["in", "out", "unknown"] | None = None
    accepts_assignment: StrictBool = True
    release_of_information: StrictBool = True
    patient_billing_block: PatientBillingBlock | None = Field(
        default=None, description="Why the patient may not be billed what insurance leaves."
    )
    verified_at: SaneInstant | None = None
    verified_by: Text(60) | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def says_one_subscriber(self) -> Self:
        if self.subscriber is not None and self.subscriber_of is not None:
            raise ONE_SUBSCRIBER.broken()
        return self


class AuthorizationIn(StrictModel):
    """A payer's permission for a coverage: its number, from when to when, units given and used."""

    coverage: Reference
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,50}$")]
    starts_on: SaneDate | None = None
    ends_on: SaneDate | None = None
    units: AuthorizedUnits | None = None
    units_used: AuthorizedUnits | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ENDS_BEFORE_IT_STARTS.broken()
        return self


class EncounterIn(StrictModel):
    """A visit or stay. `signed_at` is when its documentation was finished."""

    patient: Reference
    location: Reference | None = None
    provider: Reference | None = None
    starts_on: SaneDate
    ends_on: SaneDate | None = None
    signed_at: SaneInstant | None = None


class StaffUserIn(StrictModel):
    """A person who works for the practice, and how far their word goes."""

    name: Name  # type: ignore[valid-type]
    roles: list[Text(40)] = Field(default_factory=list, max_length=20)  # type: ignore[valid-type]
    write_off_limit_cents: NonNegativeCents | None = None
    disabled_at: SaneInstant | None = None


class PartyOut(WireModel):
    """What every party answers with, beside its own fields."""

    id: UUID
    external_id: str
    created_at: datetime
    updated_at: datetime


class BillingEntityOut(PartyOut):
    """A billing entity."""

    name: str
    tin: str
    npis: list[str]
    taxonomy: str | None
    address: dict[str, Any]
    pay_to_address: dict[str, Any] | None
    contact: dict[str, Any] | None
    remit_account: str | None
    edi_ids: dict[str, str]


class LocationOut(PartyOut):
    """A location."""

    name: str
    place_of_service: str
    npi: str | None
    address: dict[str, Any]
    locality: str | None
    clia_number: str | None
    time_zone: str | None


class PayerOut(PartyOut):
    """A payer."""

    name: str
    id_qualifier: str
    payer_identifier: str
    remittance_ids: list[str]
    aliases: list[str]
    financial_class: str
    supports_replacement: bool
    answer_days: int
    filing_limit_days: int | None
    profile: dict[str, str]
    addresses: dict[str, Any]


class PlanOut(PartyOut):
    """A plan."""

    payer_id: UUID
    name: str
    line_of_business: str
    funding: str
    state: str | None
    filing_indicator: str | None
    crossover: bool
    supports_replacement: bool | None
    filing_limit_days: int | None


class ProviderOut(PartyOut):
    """A provider."""

    kind: str
    npi: str | None
    last_name: str
    first_name: str | None
    taxonomies: list[str]
    credential_class: str | None
    roles: list[str]
    links: list[dict[str, str]]


class GuarantorOut(PartyOut):
    """A guarantor."""

    last_name: str
    first_name: str | None
    birth_date: date | None
    address: dict[str, Any] | None
    contact: dict[str, Any] | None


class PatientOut(PartyOut):
    """A patient. `merged_into` names the patient that replaces this one."""

    guarantor_id: UUID
    last_name: str
    first_name: str | None
    middle_name: str | None
    birth_date: date | None
    sex: str | None
    address: dict[str, Any] | None
    contact: dict[str, Any] | None
    possible_duplicate_of: UUID | None
    merged_into: UUID | None
    deceased_on: date | None


class CoverageOut(PartyOut):
    """A coverage."""

    patient_id: UUID
    payer_id: UUID
    plan_id: UUID | None
    member_id: str
    group_number: str | None
    group_name: str | None
    relation: str
    subscriber: dict[str, Any] | None
    subscriber_id: UUID | None
    rank: int
    starts_on: date | None
    ends_on: date | None
    msp_type: str | None
    filing_indicator: str | None
    network_status: str | None
    accepts_assignment: bool
    release_of_information: bool
    patient_billing_block: str | None
    verified_at: datetime | None
    verified_by: str | None


class SubscriberOut(PartyOut):
    """A subscriber."""

    last_name: str
    first_name: str | None
    birth_date: date | None
    sex: str | None
    address: dict[str, Any] | None


class AuthorizationOut(PartyOut):
    """An authorization."""

    coverage_id: UUID
    number: str
    starts_on: date | None
    ends_on: date | None
    units: Decimal | None
    units_used: Decimal | None


class EncounterOut(PartyOut):
    """An encounter."""

    patient_id: UUID
    location_id: UUID | None
    provider_id: UUID | None
    starts_on: date
    ends_on: date | None
    signed_at: datetime | None


class StaffUserOut(PartyOut):
    """A staff user."""

    name: str
    roles: list[str]
    write_off_limit_cents: int | None
    disabled_at: datetime | None
