"""The one statement that takes claims in: claim, version, charges, lines, journal, postings, balances, outbox.

A single claim comes as JSON records, a thousand come through temporary tables; what happens to the rows is the
same text. A claim that does not post (a test, a replacement that a person must look at) has its rows, and nothing in
the ledger or the feed; one without a journal bills only charges that are posted already. Parameters: 1 practice,
2 practice time, 3 machine time, 4 practice day, 5 client, 6 actor id, 7 actor kind, 8 claims and 9 lines as jsonb
(single intake only).
"""

from typing import Final

from ar_shared.platform.outbox import activity_cte

CLAIM_COLUMNS: Final = {
    "id": "uuid",
    "journal_id": "uuid",
    "external_id": "text",
    "type": "text",
    "purpose": "text",
    "patient_control_number": "text",
    "normalised_pcn": "text",
    "submitted_pcn": "text",
    "patient_id": "uuid",
    "guarantor_id": "uuid",
    "coverage_id": "uuid",
    "coverage_snapshot": "jsonb",
    "sequence": "smallint",
    "payer_id": "uuid",
    "plan_id": "uuid",
    "financial_class": "text",
    "billing_entity_id": "uuid",
    "location_id": "uuid",
    "rendering_provider_id": "uuid",
    "place_of_service": "text",
    "charge_cents": "bigint",
    "service_from": "date",
    "service_to": "date",
    "diagnoses": "text[]",
    "facts": "jsonb",
    "submission_state": "text",
    "line_count": "smallint",
    "frequency": "text",
    "posts": "boolean",
    "first_billed_on": "date",
    "blockers": "jsonb",
    "source_file_id": "uuid",
    "image": "jsonb",
    "content_hash": "bytea",
}

LINE_COLUMNS: Final = {
    "claim_id": "uuid",
    "n": "smallint",
    "charge_id": "uuid",
    "external_id": "text",
    "encounter_id": "uuid",
    "line_control_number": "text",
    "procedure_qualifier": "text",
    "procedure_code": "text",
    "modifiers": "text[]",
    "revenue_code": "text",
    "charge_cents": "bigint",
    "non_covered_cents": "bigint",
    "units": "numeric(12,3)",
    "unit_basis": "text",
    "place_of_service": "text",
    "service_from": "date",
    "service_to": "date",
    "diagnosis_pointers": "text[]",
    "ndc": "text",
    "ndc_units": "numeric(12,3)",
    "ndc_unit_basis": "text",
    "rendering_provider_id": "uuid",
}

_INSURANCE_AR: Final = 1100
_REVENUE: Final = 4000


def definition(columns: dict[str, str]) -> str:
    """`name type, ...` for a record set or a temporary table."""
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def intake_sql(claims: str, lines: str, *, extra: str = "") -> str:
    """The statement over two row sources. extra: further CTEs, each with its comma (idempotency, access log)."""
    return f"""
WITH c AS MATERIALIZED (SELECT * FROM {claims}),
l AS MATERIALIZED (SELECT * FROM {lines}),
active AS ({activity_cte("claims", "events", practice="$1::int", now="$3::timestamptz")}),
fact AS (
    INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
    SELECT $1, 'claim.created', 'claim', c.id,
           jsonb_build_object('external_id', c.external_id, 'charge_cents', c.charge_cents,
                              'submission_state', c.submission_state), $2, $3
    FROM c WHERE c.posts RETURNING id, subject_id
), claim AS (
    INSERT INTO claims.claim (practice_id, id, external_id, type, purpose, patient_control_number, normalised_pcn,
        submitted_pcn, patient_id, guarantor_id, coverage_id, coverage_snapshot, sequence, payer_id, plan_id,
        financial_class, billing_entity_id, location_id, rendering_provider_id, place_of_service, charge_cents,
        service_from, service_to, diagnoses, facts, submission_state, adjudication_state, version, line_count,
        first_billed_on, sent_on, blockers, source_file_id, content_hash, row_version, created_at, updated_at)
    SELECT $1, id, external_id, type, purpose, patient_control_number, normalised_pcn, submitted_pcn, patient_id,
        guarantor_id, coverage_id, coverage_snapshot, sequence, payer_id, plan_id, financial_class,
        billing_entity_id, location_id, rendering_provider_id, place_of_service, charge_cents, service_from,
        service_to, diagnoses, facts, submission_state, 'none', 1, line_count, first_billed_on, first_billed_on,
        blockers, source_file_id, content_hash, 1, $2, $2
    FROM c
), version AS (
    INSERT INTO claims.claim_version (practice_id, claim_id, n, frequency, channel, patient_control_number,
        charge_cents, image, created_at)
    SELECT $1, id, 1, frequency, 'edi', patient_control_number, charge_cents, image, $2 FROM c
), charge AS (
    INSERT INTO claims.charge (practice_id, id, external_id, encounter_id, patient_id, guarantor_id,
        procedure_qualifier, procedure_code, modifiers, charge_cents, non_covered_cents, units, unit_basis,
        place_of_service, service_from, service_to, diagnoses, diagnosis_pointers, revenue_code, ndc, ndc_units,
        ndc_unit_basis, rendering_provider_id, entered_at)
    SELECT $1, l.charge_id, l.external_id, l.encounter_id, c.patient_id, c.guarantor_id, l.procedure_qualifier,
        l.procedure_code, l.modifiers, l.charge_cents, l.non_covered_cents, l.units, l.unit_basis,
        coalesce(l.place_of_service, c.place_of_service), l.service_from, l.service_to, c.diagnoses,
        l.diagnosis_pointers, l.revenue_code, l.ndc, l.ndc_units, l.ndc_unit_basis,
        coalesce(l.rendering_provider_id, c.rendering_provider_id), $2
    FROM l JOIN c ON c.id = l.claim_id
), line AS (
    INSERT INTO claims.claim_line (practice_id, claim_id, version, n, charge_id, line_control_number,
        allocated_cents)
    SELECT $1, claim_id, 1, n, charge_id, line_control_number, charge_cents FROM l
), journal AS (
    INSERT INTO claims.journal (practice_id, id, kind, effective_on, source_on, posted_at, recorded_at,
        source_type, source_id, client_id, actor_id, actor_kind, event_outbox_id)
    SELECT $1, c.journal_id, 'charge', $4, c.service_from, $2, $3, 'claim', c.id, $5, $6, $7, fact.id
    FROM c JOIN fact ON fact.subject_id = c.id
    WHERE c.journal_id IS NOT NULL
), posting AS (
    INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents,
        debit_account, debit_party_id, debit_sequence, debit_first_bill_on, debit_responsible_on,
        credit_account, service_on, charge_id, claim_id, coverage_id,
        billing_entity_id, location_id, rendering_provider_id, payer_id, plan_id, financial_class)
    SELECT $1, c.journal_id, l.n, 'E01', l.charge_cents,
        {_INSURANCE_AR}, c.coverage_id, c.sequence, c.first_billed_on, $4,
        {_REVENUE}, l.service_from, l.charge_id, c.id, c.coverage_id,
        c.billing_entity_id, c.location_id, coalesce(l.rendering_provider_id, c.rendering_provider_id),
        c.payer_id, c.plan_id, c.financial_class
    FROM l JOIN c ON c.id = l.claim_id WHERE c.posts AND l.charge_cents > 0
), balance AS (
    INSERT INTO claims.ar_balance (practice_id, charge_id, account, party_id, sequence, claim_id, balance_cents,
        first_bill_on, responsible_on, updated_at)
    SELECT $1, l.charge_id, {_INSURANCE_AR}, c.coverage_id, c.sequence, c.id, l.charge_cents,
        c.first_billed_on, $4, $2
    FROM l JOIN c ON c.id = l.claim_id WHERE c.posts AND l.charge_cents > 0
){extra}
SELECT count(*) FROM fact"""


SINGLE: Final = intake_sql(
    f"jsonb_to_recordset($8) AS r({definition(CLAIM_COLUMNS)})",
    f"jsonb_to_recordset($9) AS r({definition(LINE_COLUMNS)})",
    extra=""",
accessed AS (
    INSERT INTO claims.access_log_pending (practice_id, id, entry) SELECT $1, $10, $11
), answered AS (
    INSERT INTO claims.idempotency_key (practice_id, client_id, key, request_hash, status, body, created_at)
    SELECT $1, $5, $12, $13, $14, $15, $3 WHERE $12::text IS NOT NULL
)""",
)

BULK: Final = intake_sql("stage_claim", "stage_line")
