"""Who a claim is about, who bills, who pays, and what the payers know and allow."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Json,
    OptAt,
    OptId,
    OptJson,
    OptOn,
    OptSmall,
    OptStr,
    OptUnits,
    Small,
    Str,
    Texts,
    check,
    fk,
    index,
    one_of,
    practice_fk,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.parties.domain import FinancialClass, LineOfBusiness, PatientBillingBlock


class BillingEntity(ClaimsTable, table=True):
    """Who bills: legal name, tax id, type 2 NPIs, where the money goes."""

    __tablename__ = "billing_entity"
    __table_args__ = tenant(SCHEMA, practice_fk(), unique("billing_entity_external_uq", "external_id"))

    practice_id: int
    id: UUID
    external_id: Str
    name: Str
    tin: Str
    npis: Texts
    taxonomy: OptStr
    address: Json
    pay_to_address: OptJson
    contact: OptJson
    remit_account: OptStr
    edi_ids: Json
    created_at: At
    updated_at: At


class Location(ClaimsTable, table=True):
    """Where care happens."""

    __tablename__ = "location"
    __table_args__ = tenant(SCHEMA, practice_fk(), unique("location_external_uq", "external_id"))

    practice_id: int
    id: UUID
    external_id: Str
    name: Str
    place_of_service: Str
    npi: OptStr
    address: Json
    locality: OptStr
    clia_number: OptStr
    time_zone: OptStr
    created_at: At
    updated_at: At


class Payer(ClaimsTable, table=True):
    """Who pays: its ids by transaction and clearinghouse, and how it behaves."""

    __tablename__ = "payer"
    __table_args__ = tenant(
        SCHEMA,
        practice_fk(),
        unique("payer_external_uq", "external_id"),
        unique("payer_identifier_uq", "id_qualifier", "payer_identifier"),
        one_of("payer_financial_class", "financial_class", FinancialClass),
    )

    practice_id: int
    id: UUID
    external_id: Str
    name: Str
    id_qualifier: Str
    payer_identifier: Str
    remittance_ids: Texts
    aliases: Texts
    financial_class: Str
    supports_replacement: bool
    answer_days: Small
    filing_limit_days: OptSmall
    profile: Json
    addresses: Json
    created_at: At
    updated_at: At


class Plan(ClaimsTable, table=True):
    """A payer's product: line of business and funding decide which law applies."""

    __tablename__ = "plan"
    __table_args__ = tenant(
        SCHEMA,
        fk("payer_id", "claims.payer"),
        unique("plan_external_uq", "external_id"),
        index("plan_payer_ix", "payer_id"),
        one_of("plan_line_of_business", "line_of_business", LineOfBusiness),
        one_of("plan_funding", "funding", ("insured", "self_funded", "government")),
    )

    practice_id: int
    id: UUID
    external_id: Str
    payer_id: UUID
    name: Str
    line_of_business: Str
    funding: Str
    state: OptStr
    filing_indicator: OptStr
    crossover: bool
    supports_replacement: bool | None
    filing_limit_days: OptSmall
    created_at: At
    updated_at: At


class Provider(ClaimsTable, table=True):
    """A person or organisation that renders, refers, orders or supervises care."""

    __tablename__ = "provider"
    __table_args__ = tenant(
        SCHEMA,
        practice_fk(),
        unique("provider_external_uq", "external_id"),
        unique("provider_npi_uq", "npi", where="npi IS NOT NULL"),
        one_of("provider_kind", "kind", ("person", "organisation")),
    )

    practice_id: int
    id: UUID
    external_id: Str
    kind: Str
    npi: OptStr
    last_name: Str
    first_name: OptStr
    taxonomies: Json
    credential_class: OptStr
    roles: Texts
    links: Json
    created_at: At
    updated_at: At


class Guarantor(ClaimsTable, table=True):
    """The account: who answers for a patient's share."""

    __tablename__ = "guarantor"
    __table_args__ = tenant(SCHEMA, practice_fk(), unique("guarantor_external_uq", "external_id"))

    practice_id: int
    id: UUID
    external_id: Str
    last_name: Str
    first_name: OptStr
    birth_date: OptOn
    address: OptJson
    contact: OptJson
    created_at: At
    updated_at: At


class Patient(ClaimsTable, table=True):
    """The person who was treated. `merged_into` points at the row that replaces this one."""

    __tablename__ = "patient"
    __table_args__ = tenant(
        SCHEMA,
        practice_fk(),
        fk("guarantor_id", "claims.guarantor"),
        unique("patient_external_uq", "external_id"),
        index("patient_guarantor_ix", "guarantor_id"),
        index("patient_identity_ix", "identity_key"),
        index("patient_birth_ix", "birth_date"),
    )

    practice_id: int
    id: UUID
    external_id: Str
    guarantor_id: UUID
    last_name: Str
    first_name: OptStr
    middle_name: OptStr
    birth_date: OptOn
    sex: OptStr
    address: OptJson
    contact: OptJson
    identity_key: OptStr
    possible_duplicate_of: OptId
    merged_into: OptId
    deceased_on: OptOn
    created_at: At
    updated_at: At


class Subscriber(ClaimsTable, table=True):
    """The insured person of coverages, where it is not the patient."""

    __tablename__ = "subscriber"
    __table_args__ = tenant(SCHEMA, practice_fk(), unique("subscriber_external_uq", "external_id"))

    practice_id: int
    id: UUID
    external_id: Str
    last_name: Str
    first_name: OptStr
    birth_date: OptOn
    sex: OptStr
    address: OptJson
    created_at: At
    updated_at: At


class Coverage(ClaimsTable, table=True):
    """A patient's insurance: member and group, the subscriber, the order of payers with dates.

    `subscriber` is what claims say; with a `subscriber_id` it is that person as they stand now.
    """

    __tablename__ = "coverage"
    __table_args__ = tenant(
        SCHEMA,
        fk("patient_id", "claims.patient"),
        fk("payer_id", "claims.payer"),
        fk("plan_id", "claims.plan"),
        fk("subscriber_id", "claims.subscriber"),
        unique("coverage_external_uq", "external_id"),
        index("coverage_patient_ix", "patient_id"),
        index("coverage_payer_ix", "payer_id"),
        index("coverage_plan_ix", "plan_id"),
        index("coverage_subscriber_ix", "subscriber_id"),
        index("coverage_member_ix", "member_id"),
        check("coverage_rank", "rank BETWEEN 1 AND 11"),
        one_of("coverage_billing_block", "patient_billing_block", PatientBillingBlock),
    )

    practice_id: int
    id: UUID
    external_id: Str
    patient_id: UUID
    payer_id: UUID
    plan_id: OptId
    member_id: Str
    group_number: OptStr
    group_name: OptStr
    relation: Str
    subscriber: OptJson
    subscriber_id: OptId
    rank: Small
    starts_on: OptOn
    ends_on: OptOn
    msp_type: OptStr
    filing_indicator: OptStr
    network_status: OptStr
    accepts_assignment: bool
    release_of_information: bool
    patient_billing_block: OptStr
    verified_at: OptAt
    verified_by: OptStr
    created_at: At
    updated_at: At


class Authorization(ClaimsTable, table=True):
    """A payer's permission: number, dates, units given and used."""

    __tablename__ = "authorization"
    __table_args__ = tenant(
        SCHEMA,
        fk("coverage_id", "claims.coverage"),
        unique("authorization_external_uq", "external_id"),
        unique("authorization_number_uq", "coverage_id", "number"),
        check("authorization_units", "units_used IS NULL OR units_used >= 0"),
    )

    practice_id: int
    id: UUID
    external_id: Str
    coverage_id: UUID
    number: Str
    starts_on: OptOn
    ends_on: OptOn
    units: OptUnits
    units_used: OptUnits
    created_at: At
    updated_at: At
