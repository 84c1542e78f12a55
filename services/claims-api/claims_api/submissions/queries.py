"""SQL of submissions."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import activity_cte

MAX_CLAIMS: Final = 5_000

# The version to be sent next: one that waits, else the claim's own. What it changes stands before the claim's columns.
_SUBMITTABLE: Final = """
SELECT c.id, c.type, v.n AS version, c.version AS version_before, c.sequence, c.patient_control_number,
       c.external_id, c.first_billed_on, c.submission_state, c.adjudication_state, c.payer_control_number,
       v.charge_cents, coalesce(v.changes -> 'facts', c.facts) AS facts,
       CASE WHEN v.changes ? 'diagnoses' THEN ARRAY(SELECT jsonb_array_elements_text(v.changes -> 'diagnoses'))
            ELSE c.diagnoses END AS diagnoses,
       coalesce(v.changes ->> 'place_of_service', c.place_of_service) AS place_of_service,
       coalesce((v.changes ->> 'service_from')::date, c.service_from) AS service_from,
       coalesce((v.changes ->> 'service_to')::date, c.service_to) AS service_to,
       coalesce(v.changes -> 'coverage_snapshot', c.coverage_snapshot) AS coverage_snapshot,
       v.frequency, v.image, coalesce(v.other_payers, o.other_payers) AS other_payers, o.frequency AS frequency_before,
       (SELECT f.adjudication_state FROM claims.claim f WHERE f.practice_id = $1 AND f.id = c.origin_claim_id)
           AS first_payer_state,
       coalesce(n.supports_replacement, y.supports_replacement) AS supports_replacement, n.line_of_business,
       p.last_name AS patient_last_name, p.first_name AS patient_first_name, p.middle_name AS patient_middle_name,
       p.birth_date AS patient_birth_date, p.sex AS patient_sex, p.address AS patient_address,
       b.name AS billing_name, b.npis[1] AS billing_npi, b.tin AS billing_tin, b.taxonomy AS billing_taxonomy,
       b.address AS billing_address, b.pay_to_address, b.contact AS billing_contact,
       r.npi AS rendering_npi, r.kind AS rendering_kind, r.last_name AS rendering_last_name,
       r.first_name AS rendering_first_name, r.taxonomies AS rendering_taxonomies
FROM claims.claim c
JOIN claims.claim_version v
  ON v.practice_id = $1 AND v.claim_id = c.id AND v.n = coalesce(c.pending_version, c.version)
JOIN claims.claim_version o ON o.practice_id = $1 AND o.claim_id = c.id AND o.n = c.version
JOIN claims.payer y ON y.practice_id = $1 AND y.id = c.payer_id
LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = c.plan_id
JOIN claims.patient p ON p.practice_id = $1 AND p.id = c.patient_id
JOIN claims.billing_entity b ON b.practice_id = $1 AND b.id = c.billing_entity_id
LEFT JOIN claims.provider r ON r.practice_id = $1
 AND r.id = coalesce((v.changes ->> 'rendering_provider_id')::uuid, c.rendering_provider_id)
WHERE c.practice_id = $1 AND c.id = ANY($2::uuid[])
ORDER BY c.id
"""

_LINES: Final = """
SELECT l.claim_id, l.n, l.charge_id, l.line_control_number, l.allocated_cents AS charge_cents, h.procedure_code,
       h.modifiers, h.revenue_code, h.non_covered_cents, h.units, h.unit_basis, h.place_of_service, h.service_from,
       h.service_to,
       coalesce(l.diagnosis_pointers, to_jsonb(h.diagnosis_pointers)) AS diagnosis_pointers,
       h.ndc, h.ndc_units, h.ndc_unit_basis
FROM claims.claim_line l
JOIN claims.claim c
  ON c.practice_id = $1 AND c.id = l.claim_id AND l.version = coalesce(c.pending_version, c.version)
JOIN claims.charge h ON h.practice_id = $1 AND h.id = l.charge_id
WHERE l.practice_id = $1 AND l.claim_id = ANY($2::uuid[])
ORDER BY l.claim_id, l.n
"""

_FIRST_BILLED: Final = f"""
WITH sent AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::smallint[]) AS s(claim_id, journal_id, version)
), active AS ({activity_cte("claims", "events", practice="$1::int", now="$6::timestamptz")}
), fact AS (
    INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
    SELECT $1, 'claim.submitted', 'claim', c.id,
           jsonb_build_object('external_id', c.external_id, 'version', s.version, 'frequency', v.frequency,
                              'submission_id', $7::uuid, 'sent_on', $8::date), $5, $6
    FROM sent s JOIN claims.claim c ON c.practice_id = $1 AND c.id = s.claim_id
    JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = s.claim_id AND v.n = s.version
    RETURNING id, subject_id
), first AS (
    SELECT s.claim_id, s.journal_id, fact.id AS outbox_id
    FROM sent s JOIN claims.claim c ON c.practice_id = $1 AND c.id = s.claim_id
    JOIN fact ON fact.subject_id = s.claim_id
    WHERE c.first_billed_on IS NULL
), unbilled AS (
    SELECT b.*, first.journal_id, row_number() OVER (PARTITION BY first.claim_id ORDER BY b.charge_id) AS n
    FROM claims.ar_balance b JOIN first ON first.claim_id = b.claim_id
    WHERE b.practice_id = $1 AND b.account = 1100 AND b.first_bill_on IS NULL AND b.balance_cents > 0
), journal AS (
    INSERT INTO claims.journal (practice_id, id, kind, effective_on, source_on, posted_at, recorded_at,
        source_type, source_id, client_id, actor_id, actor_kind, event_outbox_id)
    SELECT DISTINCT $1::int, first.journal_id, 'first_bill', $8::date, $8::date, $5::timestamptz, $6::timestamptz,
        'claim', first.claim_id, $9, $10, $11, first.outbox_id
    FROM first JOIN unbilled u ON u.journal_id = first.journal_id
), posting AS (
    INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents,
        debit_account, debit_party_id, debit_sequence, debit_first_bill_on, debit_responsible_on,
        credit_account, credit_party_id, credit_sequence, credit_first_bill_on, credit_responsible_on,
        service_on, charge_id, claim_id, coverage_id, billing_entity_id, location_id, rendering_provider_id,
        payer_id, plan_id, financial_class)
    SELECT $1, u.journal_id, u.n, 'E47', u.balance_cents, 1100, u.party_id, u.sequence, $8, u.responsible_on,
        1100, u.party_id, u.sequence, NULL, u.responsible_on, h.service_from, u.charge_id, c.id, c.coverage_id,
        c.billing_entity_id, c.location_id, coalesce(h.rendering_provider_id, c.rendering_provider_id),
        c.payer_id, c.plan_id, c.financial_class
    FROM unbilled u JOIN claims.claim c ON c.practice_id = $1 AND c.id = u.claim_id
    JOIN claims.charge h ON h.practice_id = $1 AND h.id = u.charge_id
), billed AS (
    UPDATE claims.ar_balance b SET first_bill_on = $8, updated_at = $5
    FROM unbilled u
    WHERE b.practice_id = $1 AND b.charge_id = u.charge_id AND b.account = u.account AND b.party_id = u.party_id
), moved AS (
    UPDATE claims.claim c SET submission_state = CASE WHEN v.frequency = '8' THEN 'void_sent' ELSE 'sent' END,
        adjudication_state = CASE WHEN s.version = c.version OR v.frequency = '8' THEN c.adjudication_state
                                  ELSE 'none' END,
        version = s.version, pending_version = NULL, charge_cents = v.charge_cents,
        line_count = coalesce((v.changes ->> 'line_count')::smallint, c.line_count),
        facts = coalesce(v.changes -> 'facts', c.facts),
        diagnoses = CASE WHEN v.changes ? 'diagnoses'
                         THEN ARRAY(SELECT jsonb_array_elements_text(v.changes -> 'diagnoses')) ELSE c.diagnoses END,
        place_of_service = coalesce(v.changes ->> 'place_of_service', c.place_of_service),
        service_from = coalesce((v.changes ->> 'service_from')::date, c.service_from),
        service_to = coalesce((v.changes ->> 'service_to')::date, c.service_to),
        rendering_provider_id = coalesce((v.changes ->> 'rendering_provider_id')::uuid, c.rendering_provider_id),
        coverage_snapshot = coalesce(v.changes -> 'coverage_snapshot', c.coverage_snapshot),
        sent_on = $8, first_billed_on = coalesce(c.first_billed_on, $8), row_version = c.row_version + 1,
        updated_at = $5
    FROM sent s JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = s.claim_id AND v.n = s.version
    WHERE c.practice_id = $1 AND c.id = s.claim_id
), ended AS (
    UPDATE claims.claim_version o
    SET state = CASE WHEN c.submission_state IN ('file_rejected', 'ch_rejected', 'payer_rejected')
                     THEN 'rejected' ELSE 'replaced' END,
        adjudication_state = c.adjudication_state
    FROM sent s JOIN claims.claim c ON c.practice_id = $1 AND c.id = s.claim_id AND c.version <> s.version
    WHERE o.practice_id = $1 AND o.claim_id = s.claim_id AND o.n = c.version
)
SELECT count(*) FROM fact
"""


_READY: Final = f"""
SELECT c.id, c.type, c.submission_state, c.purpose, c.pending_version, v.state AS pending_state
FROM claims.claim c
LEFT JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = c.id AND v.n = c.pending_version
WHERE c.practice_id = $1 AND {{condition}}
ORDER BY c.id LIMIT {MAX_CLAIMS} FOR UPDATE OF c"""
_NAMED: Final = _READY.format(condition="c.id = ANY($2::uuid[])")
_OLDEST: Final = (
    _READY.format(
        condition="(c.submission_state = 'ready' OR c.pending_version IS NOT NULL) AND "
        "((c.pending_version IS NULL AND c.purpose = 'live') "
        "OR (v.state = 'ready' AND c.purpose IN ('live', 'already_submitted')))"
    )
    + " SKIP LOCKED"
)


async def lock_ready(connection: Connection, practice_id: int, claim_ids: list[UUID] | None) -> list[Row]:
    """Claims that may go out, locked: the named ones (waits for other writers), else the oldest ready ones."""
    if claim_ids is not None:
        return await connection.fetch(_NAMED, practice_id, claim_ids)
    return await connection.fetch(_OLDEST, practice_id)


async def submittable_claims(
    connection: Connection, practice_id: int, claim_ids: list[UUID]
) -> tuple[list[Row], dict[UUID, list[Row]]]:
    """Everything an 837 says of these claims, and their lines by claim."""
    lines: dict[UUID, list[Row]] = {claim_id: [] for claim_id in claim_ids}
    for line in await connection.fetch(_LINES, practice_id, claim_ids):
        lines[line["claim_id"]].append(line)
    return await connection.fetch(_SUBMITTABLE, practice_id, claim_ids), lines


async def next_control(connection: Connection, sender: str, receiver: str, kind: str) -> int:
    """The next control number between two trading partners; waits for another file that is being made."""
    number: int = await connection.fetchval(
        "INSERT INTO claims.control_counter (sender, receiver, kind, value) VALUES ($1, $2, $3, 1) "
        "ON CONFLICT (sender, receiver, kind) DO UPDATE SET value = control_counter.value + 1 RETURNING value",
        sender,
        receiver,
        kind,
    )
    return number


async def insert_submission(connection: Connection, practice_id: int, row: dict[str, Any]) -> None:
    """One row of `submission`."""
    await connection.execute(
        "INSERT INTO claims.submission (practice_id, id, sender, receiver, port, interchange_control, group_control, "
        "transaction_control, claim_type, claim_count, charge_cents, file_id, sent_at, delivery) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending')",
        practice_id,
        *(row[name] for name in _SUBMISSION_COLUMNS),
    )


_SUBMISSION_COLUMNS: Final = (
    "id",
    "sender",
    "receiver",
    "port",
    "interchange_control",
    "group_control",
    "transaction_control",
    "claim_type",
    "claim_count",
    "charge_cents",
    "file_id",
    "sent_at",
)


async def freeze_versions(
    connection: Connection,
    practice_id: int,
    submission_id: UUID,
    frozen: list[tuple[UUID, int, str, dict[str, Any]]],
    sent_at: datetime,
) -> None:
    """Keep what was sent: (claim, version, ST02, image) in the order of the file."""
    claims, versions, transactions, images = (list(column) for column in zip(*frozen, strict=True))
    await connection.execute(
        "UPDATE claims.claim_version v SET image = f.image, sent_at = $5, submission_id = $2, state = NULL "
        "FROM unnest($3::uuid[], $4::smallint[], $6::jsonb[]) AS f(claim_id, version, image) "
        "WHERE v.practice_id = $1 AND v.claim_id = f.claim_id AND v.n = f.version",
        practice_id,
        submission_id,
        claims,
        versions,
        sent_at,
        images,
    )
    await connection.execute(
        "INSERT INTO claims.submission_claim (practice_id, submission_id, n, claim_id, version, transaction_control) "
        "SELECT $1, $2, f.n, f.claim_id, f.version, f.control "
        "FROM unnest($3::uuid[], $4::smallint[], $5::text[]) WITH ORDINALITY AS f(claim_id, version, control, n)",
        practice_id,
        submission_id,
        claims,
        versions,
        transactions,
    )


async def mark_sent(
    connection: Connection,
    practice_id: int,
    sent: list[tuple[UUID, UUID, int]],
    *,
    submission_id: UUID,
    occurred_at: datetime,
    recorded_at: datetime,
    sent_on: date,
    client_id: str,
    actor_id: str | None,
    actor_kind: str,
) -> None:
    """Claims become `sent`; what was unbilled becomes billed (E47). sent: (claim, id of its journal, version)."""
    claims, journals, versions = (list(column) for column in zip(*sent, strict=True))
    await connection.fetchval(
        _FIRST_BILLED,
        practice_id,
        claims,
        journals,
        versions,
        occurred_at,
        recorded_at,
        submission_id,
        sent_on,
        client_id,
        actor_id,
        actor_kind,
    )


async def lock_pending_delivery(connection: Connection, practice_id: int) -> Row | None:
    """The oldest submission that waits to be handed over and that nobody hands over now."""
    return await connection.fetchrow(
        "SELECT id, file_id, port, receiver, interchange_control FROM claims.submission "
        "WHERE practice_id = $1 AND delivery = 'pending' ORDER BY sent_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED",
        practice_id,
    )


async def mark_delivered(connection: Connection, practice_id: int, submission_id: UUID) -> None:
    """The port has it."""
    await connection.execute(
        "UPDATE claims.submission SET delivery = 'delivered' WHERE practice_id = $1 AND id = $2",
        practice_id,
        submission_id,
    )


async def submission_rows(
    connection: Connection, practice_id: int, after: UUID | None, limit: int, only: UUID | None = None
) -> list[Row]:
    """Submissions in the order they were made."""
    return await connection.fetch(
        "SELECT id, receiver, port, interchange_control, group_control, transaction_control, claim_type, "
        "claim_count, charge_cents, file_id, sent_at, interchange_outcome, group_outcome, delivery "
        "FROM claims.submission WHERE practice_id = $1 AND ($2::uuid IS NULL OR id > $2) "
        "AND ($4::uuid IS NULL OR id = $4) ORDER BY id LIMIT $3",
        practice_id,
        after,
        limit,
        only,
    )
