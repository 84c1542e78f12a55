"""Encounters, charges, claims, the frozen versions that were sent, and what was sent where."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    On,
    OptAt,
    OptCents,
    OptId,
    OptJson,
    OptOctets,
    OptOn,
    OptSmall,
    OptStr,
    OptUnits,
    Small,
    Str,
    Texts,
    Units,
    check,
    fk,
    index,
    one_of,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.claims.domain import AdjudicationState, SubmissionState, VersionState

CLAIM_TYPES = ("professional", "institutional")
PURPOSES = ("live", "already_submitted", "test", "draft_import")
CHANNELS = ("edi", "paper", "portal", "fax")


class Encounter(ClaimsTable, table=True):
    """A visit or stay. Nothing is billed before it is signed."""

    __tablename__ = "encounter"
    __table_args__ = tenant(
        SCHEMA,
        fk("patient_id", "claims.patient"),
        unique("encounter_external_uq", "external_id"),
        index("encounter_patient_ix", "patient_id"),
    )

    practice_id: int
    id: UUID
    external_id: Str
    patient_id: UUID
    location_id: OptId
    provider_id: OptId
    starts_on: On
    ends_on: OptOn
    signed_at: OptAt
    created_at: At
    updated_at: At


class Charge(ClaimsTable, table=True):
    """One service line: the ledger's unit. Its money changes only by void and a new charge.

    A voided charge keeps its external id; the one that replaces it has it too.
    """

    __tablename__ = "charge"
    __table_args__ = tenant(
        SCHEMA,
        fk("patient_id", "claims.patient"),
        unique("charge_external_uq", "external_id", where="external_id IS NOT NULL AND voided_at IS NULL"),
        index("charge_patient_ix", "patient_id", "service_from"),
        check("charge_amount", "charge_cents >= 0"),
        check("charge_modifiers", "cardinality(modifiers) <= 4"),
    )

    practice_id: int
    id: UUID
    external_id: OptStr
    encounter_id: OptId
    patient_id: UUID
    guarantor_id: UUID
    procedure_qualifier: OptStr
    procedure_code: OptStr
    modifiers: Texts
    charge_cents: Cents
    non_covered_cents: OptCents
    units: Units
    unit_basis: Str
    place_of_service: OptStr
    service_from: On
    service_to: On
    diagnoses: Texts
    diagnosis_pointers: Texts
    revenue_code: OptStr
    ndc: OptStr
    ndc_units: OptUnits
    ndc_unit_basis: OptStr
    rendering_provider_id: OptId
    ordering_provider_id: OptId
    referring_provider_id: OptId
    authorization_id: OptId
    documentation_ref: OptStr
    entered_at: At
    replaces_charge_id: OptId
    voided_at: OptAt
    void_reason: OptStr


class Claim(ClaimsTable, table=True):
    """One bill to one payer, through all its versions. The balance state is derived, never stored.

    `version` is the one that the payer has, or will have first; `pending_version` one that was made to follow it and
    waits to be sent. `origin_claim_id` is the first payer's claim for the same charges, of a claim to a later payer.
    """

    __tablename__ = "claim"
    __table_args__ = tenant(
        SCHEMA,
        fk("patient_id", "claims.patient"),
        fk("coverage_id", "claims.coverage"),
        fk("payer_id", "claims.payer"),
        fk("billing_entity_id", "claims.billing_entity"),
        unique("claim_external_uq", "external_id", where="external_id IS NOT NULL"),
        unique("claim_control_number_uq", "patient_control_number"),
        index("claim_submitted_number_ix", "submitted_pcn", where="submitted_pcn IS NOT NULL"),
        index("claim_normal_number_ix", "normalised_pcn"),
        index("claim_payer_number_ix", "payer_control_number", where="payer_control_number IS NOT NULL"),
        index("claim_patient_ix", "patient_id"),
        index("claim_coverage_ix", "coverage_id"),
        index("claim_payer_ix", "payer_id"),
        index("claim_billing_entity_ix", "billing_entity_id"),
        index("claim_submission_ix", "submission_state"),
        index("claim_source_file_ix", "source_file_id", where="source_file_id IS NOT NULL"),
        index("claim_pending_ix", "id", where="pending_version IS NOT NULL"),
        index("claim_origin_ix", "origin_claim_id", where="origin_claim_id IS NOT NULL"),
        unique("claim_content_uq", "content_hash", where="content_hash IS NOT NULL"),
        one_of("claim_type", "type", CLAIM_TYPES),
        one_of("claim_purpose", "purpose", PURPOSES),
        one_of("claim_submission_state", "submission_state", SubmissionState),
        one_of("claim_adjudication_state", "adjudication_state", AdjudicationState),
    )

    practice_id: int
    id: UUID
    external_id: OptStr
    type: Str
    purpose: Str
    patient_control_number: Str
    normalised_pcn: Str
    submitted_pcn: OptStr
    payer_control_number: OptStr
    patient_id: UUID
    guarantor_id: UUID
    coverage_id: UUID
    coverage_snapshot: Json
    sequence: Small
    payer_id: UUID
    plan_id: OptId
    financial_class: Str
    billing_entity_id: UUID
    location_id: OptId
    rendering_provider_id: OptId
    place_of_service: OptStr
    charge_cents: Cents
    service_from: On
    service_to: On
    diagnoses: Texts
    facts: Json
    submission_state: Str
    adjudication_state: Str
    version: Small
    pending_version: OptSmall
    origin_claim_id: OptId
    line_count: Small
    first_billed_on: OptOn
    sent_on: OptOn
    accepted_on: OptOn
    adjudicated_on: OptOn
    blockers: Json
    source_file_id: OptId
    content_hash: OptOctets
    row_version: int
    created_at: At
    updated_at: At


class ClaimVersion(ClaimsTable, table=True):
    """The frozen image of a claim as it is sent; `image` is `ar_shared.x12.claim_model.ClaimImage` as JSON.

    `state` and `adjudication_state` are null for the version that the claim itself speaks of. `changes` are the
    columns of the claim that sending this version sets. `other_payers`: what earlier payers decided, for loops 2320
    and 2430.
    """

    __tablename__ = "claim_version"
    __table_args__ = tenant(
        SCHEMA,
        one_of("claim_version_channel", "channel", CHANNELS),
        one_of("claim_version_frequency", "frequency", ("1", "7", "8")),
        one_of("claim_version_state", "state", VersionState),
        key="claim_id n",
    )

    practice_id: int
    claim_id: UUID
    n: Small
    frequency: Str
    channel: Str
    patient_control_number: Str
    charge_cents: Cents
    image: OptJson
    created_at: At
    sent_at: OptAt
    submission_id: OptId
    state: OptStr
    adjudication_state: OptStr
    reason: OptStr
    changes: OptJson
    other_payers: OptJson
    void_cause: OptStr
    blockers: OptJson
    actor_id: OptStr
    actor_kind: OptStr


class ClaimLine(ClaimsTable, table=True):
    """A line of a claim version and the charge (or share of one) it bills.

    `diagnosis_pointers` where the version's differ from the charge's: what a line points at is no money.
    """

    __tablename__ = "claim_line"
    __table_args__ = tenant(
        SCHEMA,
        index("claim_line_charge_ix", "charge_id"),
        index("claim_line_number_ix", "line_control_number"),
        key="claim_id version n",
    )

    practice_id: int
    claim_id: UUID
    version: Small
    n: Small
    charge_id: UUID
    line_control_number: Str
    allocated_cents: Cents
    diagnosis_pointers: OptJson


class Submission(ClaimsTable, table=True):
    """One outgoing 837 file: its numbers, its bytes, how far its acknowledgement has come."""

    __tablename__ = "submission"
    __table_args__ = tenant(
        SCHEMA,
        unique("submission_interchange_uq", "sender", "receiver", "interchange_control"),
    )

    practice_id: int
    id: UUID
    sender: Str
    receiver: Str
    port: Str
    interchange_control: Str
    group_control: Str
    transaction_control: Str
    claim_type: Str
    claim_count: int
    charge_cents: Cents
    file_id: OptId
    sent_at: At
    interchange_outcome: OptStr
    group_outcome: OptStr
    delivery: Str


class SubmissionClaim(ClaimsTable, table=True):
    """The claims of a submission, in file order; the business numbers a 999 or 277CA answers by."""

    __tablename__ = "submission_claim"
    __table_args__ = tenant(
        SCHEMA,
        index("submission_claim_claim_ix", "claim_id"),
        key="submission_id n",
    )

    practice_id: int
    submission_id: UUID
    n: int
    claim_id: UUID
    version: Small
    transaction_control: Str


class ClaimNote(ClaimsTable, table=True):
    """What a person wrote about a claim; never changed."""

    __tablename__ = "claim_note"
    __table_args__ = tenant(
        SCHEMA, fk("claim_id", "claims.claim"), index("claim_note_claim_ix", "claim_id"), append_only=True
    )

    practice_id: int
    id: UUID
    claim_id: UUID
    text: Str
    actor_id: OptStr
    actor_kind: Str
    created_at: At
