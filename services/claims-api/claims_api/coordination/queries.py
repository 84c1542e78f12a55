"""SQL of coordination of benefits."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

_LOCK: Final = """
SELECT c.*, v.other_payers FROM claims.claim c
JOIN claims.claim_version v ON v.practice_id = $1 AND v.claim_id = c.id AND v.n = c.version
WHERE c.practice_id = $1 AND c.id = $2 FOR UPDATE OF c
"""

# The first coverage after the claim's own that owes something of its charges.
_NEXT: Final = """
SELECT b.party_id AS coverage_id, min(b.sequence) AS sequence, sum(b.balance_cents)::bigint AS open_cents
FROM claims.ar_balance b
WHERE b.practice_id = $1 AND b.account = 1100 AND b.balance_cents > 0 AND b.sequence > $3
  AND b.charge_id IN (SELECT l.charge_id FROM claims.claim_line l
                      WHERE l.practice_id = $1 AND l.claim_id = $2 AND l.version = $4)
GROUP BY b.party_id ORDER BY 2, 1 LIMIT 1
"""

# Who would come next, whether anything was moved there or not; the same rule as when a payment posts.
_LATER: Final = """
SELECT v.id AS coverage_id, v.rank AS sequence
FROM claims.coverage v
WHERE v.practice_id = $1 AND v.patient_id = $2 AND v.rank > $3 AND coalesce(v.starts_on <= $4, true)
  AND coalesce(v.ends_on >= $4, true)
ORDER BY v.rank LIMIT 1
"""

_DECISION: Final = """
SELECT k.remittance_id, k.n, k.journal_id, k.clp_status, k.paid_cents, k.patient_cents, k.charge_cents, k.facts,
       k.remark_codes || coalesce((
           SELECT array_agg(code) FROM claims.remittance_line l, unnest(l.remark_codes) AS code
           WHERE l.practice_id = $1 AND l.remittance_id = k.remittance_id AND l.claim_n = k.n), '{}') AS remarks,
       coalesce(r.paid_on, r.produced_on) AS remitted_on
FROM claims.remittance_claim k
JOIN claims.remittance r ON r.practice_id = $1 AND r.id = k.remittance_id
WHERE k.practice_id = $1 AND k.claim_id = $2 AND k.coverage_id = $3 AND k.state = 'posted' AND k.clp_status <> '22'
ORDER BY r.received_at DESC, k.n DESC LIMIT 1
"""

_MOVED_ON: Final = """
SELECT EXISTS (SELECT FROM claims.posting p
               WHERE p.practice_id = $1 AND p.journal_id = $2 AND p.debit_account = 1100 AND p.debit_party_id = $3)
"""

_HAS_ANSWERED: Final = """
SELECT EXISTS (SELECT FROM claims.remittance_claim k
               WHERE k.practice_id = $1 AND k.claim_id = $2 AND k.coverage_id = $3 AND k.state = 'posted'
                 AND k.clp_status <> '22')
"""

_LINES: Final = """
SELECT l.n, l.charge_id, l.procedure, l.paid_cents, l.paid_units, h.revenue_code
FROM claims.remittance_line l JOIN claims.charge h ON h.practice_id = $1 AND h.id = l.charge_id
WHERE l.practice_id = $1 AND l.remittance_id = $2 AND l.claim_n = $3 AND NOT l.derived
ORDER BY l.n
"""

_ADJUSTMENTS: Final = """
SELECT line_n, group_code, carc, amount_cents, quantity FROM claims.remittance_adjustment
WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = $3 AND NOT derived ORDER BY line_n, n
"""

_COVERAGE: Final = """
SELECT v.id AS coverage_id, v.rank, v.member_id, v.group_number, v.group_name, v.relation, v.subscriber,
       v.accepts_assignment, v.release_of_information, v.plan_id,
       coalesce(v.filing_indicator, n.filing_indicator) AS filing_indicator, y.id AS payer_id, y.financial_class,
       y.id_qualifier AS payer_id_qualifier, y.payer_identifier, y.name AS payer_name
FROM claims.coverage v
JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id
LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = v.plan_id
WHERE v.practice_id = $1 AND v.id = $2
"""

_STEP_OF: Final = """
SELECT step, remittance_id, next_coverage_id, next_claim_id, review_id
FROM claims.coordination WHERE practice_id = $1 AND claim_id = $2
"""

_CLAIM_TO: Final = """
SELECT c.id, c.submission_state, o.step, o.remittance_id
FROM claims.claim c
LEFT JOIN claims.coordination o ON o.practice_id = $1 AND o.claim_id = $4 AND o.next_claim_id = c.id
WHERE c.practice_id = $1 AND c.origin_claim_id = $2 AND c.coverage_id = $3 AND c.submission_state <> 'voided'
ORDER BY c.id DESC LIMIT 1
FOR UPDATE OF c
"""

_CANCEL: Final = """
UPDATE claims.claim SET submission_state = $3, blockers = '[]', row_version = row_version + 1, updated_at = $4
WHERE practice_id = $1 AND id = $2
"""

# The same charges on a claim of its own; what the next payer owes is from now on open on that claim.
_INSERT: Final = """
WITH claim AS (
    INSERT INTO claims.claim (practice_id, id, type, purpose, patient_control_number, normalised_pcn, patient_id,
        guarantor_id, coverage_id, coverage_snapshot, sequence, payer_id, plan_id, financial_class,
        billing_entity_id, location_id, rendering_provider_id, place_of_service, charge_cents, service_from,
        service_to, diagnoses, facts, submission_state, adjudication_state, version, origin_claim_id, line_count,
        blockers, row_version, created_at, updated_at)
    SELECT $1, $3, c.type, 'live', $4, $4, c.patient_id, c.guarantor_id, $5, $6, $7, $8, $9, $10,
        c.billing_entity_id, c.location_id, c.rendering_provider_id, c.place_of_service, c.charge_cents,
        c.service_from, c.service_to, c.diagnoses, c.facts - 'payer_control_number', $11, 'none', 1,
        coalesce(c.origin_claim_id, c.id), c.line_count, '[]', 1, $12, $12
    FROM claims.claim c WHERE c.practice_id = $1 AND c.id = $2
), version AS (
    INSERT INTO claims.claim_version (practice_id, claim_id, n, frequency, channel, patient_control_number,
        charge_cents, created_at, other_payers, actor_id, actor_kind)
    SELECT $1, $3, 1, '1', 'edi', $4, c.charge_cents, $12, $13, $14, $15
    FROM claims.claim c WHERE c.practice_id = $1 AND c.id = $2
), line AS (
    INSERT INTO claims.claim_line (practice_id, claim_id, version, n, charge_id, line_control_number,
        allocated_cents, diagnosis_pointers)
    SELECT $1, $3, 1, l.n, l.charge_id, k.number, l.allocated_cents, l.diagnosis_pointers
    FROM claims.claim c
    JOIN claims.claim_line l ON l.practice_id = $1 AND l.claim_id = c.id AND l.version = c.version
    JOIN unnest($16::smallint[], $17::text[]) AS k(n, number) ON k.n = l.n
    WHERE c.practice_id = $1 AND c.id = $2
)
UPDATE claims.ar_balance b SET claim_id = $3, updated_at = $12
FROM claims.claim c JOIN claims.claim_line l ON l.practice_id = $1 AND l.claim_id = c.id AND l.version = c.version
WHERE c.practice_id = $1 AND c.id = $2 AND b.practice_id = $1 AND b.charge_id = l.charge_id AND b.account = 1100
  AND b.party_id = $5
"""

_STEP: Final = """
INSERT INTO claims.coordination AS o (practice_id, claim_id, step, remittance_id, next_coverage_id, next_claim_id,
    crossover_payer, awaited_until, review_id, blockers, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
ON CONFLICT (practice_id, claim_id) DO UPDATE
SET step = excluded.step, remittance_id = excluded.remittance_id, next_coverage_id = excluded.next_coverage_id,
    next_claim_id = excluded.next_claim_id, crossover_payer = excluded.crossover_payer,
    awaited_until = excluded.awaited_until, review_id = excluded.review_id, blockers = excluded.blockers,
    updated_at = excluded.updated_at
"""

_OVERDUE: Final = """
UPDATE claims.coordination SET step = 'crossover_overdue', updated_at = $3
WHERE practice_id = $1 AND step = 'crossover_awaited' AND awaited_until < $2
RETURNING claim_id, awaited_until
"""

# And claims whose next one could not be corrected before it was decided itself.
_DUE_CLAIMS: Final = """
WITH decided AS (
    SELECT DISTINCT k.claim_id
    FROM claims.remittance_claim k
    JOIN claims.claim c ON c.practice_id = $1 AND c.id = k.claim_id AND c.purpose = 'live'
    WHERE k.practice_id = $1 AND k.remittance_id = ANY($2::uuid[]) AND k.state = 'posted'
)
SELECT claim_id FROM decided
UNION
SELECT o.claim_id FROM claims.coordination o JOIN decided d ON d.claim_id = o.next_claim_id
WHERE o.practice_id = $1 AND o.step = 'outdated'
ORDER BY 1
"""

_RETELL: Final = """
UPDATE claims.claim_version SET other_payers = $4 WHERE practice_id = $1 AND claim_id = $2 AND n = $3
"""


async def lock_claim(connection: Connection, practice_id: int, claim_id: UUID) -> Row | None:
    return await connection.fetchrow(_LOCK, practice_id, claim_id)


async def next_debtor(connection: Connection, practice_id: int, claim: Row) -> Row | None:
    """The next coverage that owes something, with how much; None when no later payer does."""
    return await connection.fetchrow(_NEXT, practice_id, claim["id"], claim["sequence"], claim["version"])


async def later_coverage(connection: Connection, practice_id: int, claim: Row) -> Row | None:
    """The patient's next coverage on the day of service, whether it owes anything or not."""
    place = (claim["patient_id"], claim["sequence"], claim["service_from"])
    return await connection.fetchrow(_LATER, practice_id, *place)


async def step_of(connection: Connection, practice_id: int, claim_id: UUID) -> Row | None:
    """The step that was kept last."""
    return await connection.fetchrow(_STEP_OF, practice_id, claim_id)


async def retell(connection: Connection, practice_id: int, claim_id: UUID, n: int, told: list[dict[str, Any]]) -> None:
    """A version that waits to be sent says these decisions of the payers before."""
    await connection.execute(_RETELL, practice_id, claim_id, n, told)


async def decision_of(connection: Connection, practice_id: int, claim: Row) -> Row | None:
    """The newest decision of the claim's own payer."""
    return await connection.fetchrow(_DECISION, practice_id, claim["id"], claim["coverage_id"])


async def moved_on(connection: Connection, practice_id: int, decision: Row, coverage_id: UUID) -> bool:
    """Whether the decision left a part to that coverage, whatever has become of it since."""
    return bool(await connection.fetchval(_MOVED_ON, practice_id, decision["journal_id"], coverage_id))


async def has_answered(connection: Connection, practice_id: int, claim_id: UUID, coverage_id: UUID) -> bool:
    """Whether that payer has decided on this very claim: a crossover came back."""
    return bool(await connection.fetchval(_HAS_ANSWERED, practice_id, claim_id, coverage_id))


async def decided_lines(connection: Connection, practice_id: int, decision: Row) -> tuple[list[Row], list[Row]]:
    """Lines and adjustments as the payer wrote them."""
    place = (decision["remittance_id"], decision["n"])
    return (
        await connection.fetch(_LINES, practice_id, *place),
        await connection.fetch(_ADJUSTMENTS, practice_id, *place),
    )


async def coverage(connection: Connection, practice_id: int, coverage_id: UUID) -> Row | None:
    """A coverage as it is today, with its payer."""
    return await connection.fetchrow(_COVERAGE, practice_id, coverage_id)


async def claim_to(
    connection: Connection, practice_id: int, origin_id: UUID, coverage_id: UUID, decided_id: UUID
) -> Row | None:
    """The claim for the same charges that this coverage has, locked, with the remittance of `decided_id` it tells."""
    return await connection.fetchrow(_CLAIM_TO, practice_id, origin_id, coverage_id, decided_id)


async def cancel(connection: Connection, practice_id: int, claim_id: UUID, state: str, now: datetime) -> None:
    """A claim that never went out ends."""
    await connection.execute(_CANCEL, practice_id, claim_id, state, now)


async def insert_claim(
    connection: Connection,
    practice_id: int,
    claim_id: UUID,
    *,
    new_id: UUID,
    control_number: str,
    cover: Row,
    snapshot: dict[str, Any],
    sequence: int,
    state: str,
    made_at: datetime,
    other_payers: list[dict[str, Any]],
    actor_id: str | None,
    actor_kind: str,
    line_numbers: dict[int, str],
) -> None:
    """The claim to the next payer, its version and lines; line_numbers: REF*6R by line."""
    await connection.execute(
        _INSERT,
        practice_id,
        claim_id,
        new_id,
        control_number,
        cover["coverage_id"],
        snapshot,
        sequence,
        cover["payer_id"],
        cover["plan_id"],
        cover["financial_class"],
        state,
        made_at,
        other_payers,
        actor_id,
        actor_kind,
        list(line_numbers),
        list(line_numbers.values()),
    )


async def keep_step(
    connection: Connection,
    practice_id: int,
    claim_id: UUID,
    step: str,
    now: datetime,
    *,
    remittance_id: UUID,
    next_coverage_id: UUID,
    next_claim_id: UUID | None = None,
    crossover_payer: str | None = None,
    awaited_until: date | None = None,
    review_id: UUID | None = None,
    blockers: list[dict[str, Any]] | None = None,
) -> None:
    """The claim's next step, in place of the one before."""
    await connection.execute(
        _STEP,
        practice_id,
        claim_id,
        step,
        remittance_id,
        next_coverage_id,
        next_claim_id,
        crossover_payer,
        awaited_until,
        review_id,
        blockers or [],
        now,
    )


async def overdue_crossovers(connection: Connection, practice_id: int, today: date, now: datetime) -> list[Row]:
    """Moves what was awaited through an earlier day, and names it."""
    return await connection.fetch(_OVERDUE, practice_id, today, now)


async def claims_of_remittances(connection: Connection, practice_id: int, remittance_ids: list[UUID]) -> list[UUID]:
    """Live claims that these payments decided."""
    return [row["claim_id"] for row in await connection.fetch(_DUE_CLAIMS, practice_id, remittance_ids)]


async def new_remittances(connection: Connection, practice_id: int, limit: int) -> tuple[int, list[UUID]] | None:
    """The feed's next part for the rule: the sequence it ends at, and the remittances posted in it.

    None when there is nothing new, or another worker is at it (the cursor is locked).
    """
    await connection.execute(
        "INSERT INTO claims.coordination_cursor (practice_id, last_sequence) SELECT $1, 0 WHERE NOT EXISTS ("
        "SELECT FROM claims.coordination_cursor WHERE practice_id = $1) ON CONFLICT DO NOTHING",
        practice_id,
    )
    rows = await connection.fetch(
        "WITH place AS MATERIALIZED (SELECT last_sequence FROM claims.coordination_cursor WHERE practice_id = $1 "
        "FOR UPDATE SKIP LOCKED) SELECT e.sequence, e.type, e.subject_id FROM place "
        "JOIN claims.event e ON e.practice_id = $1 AND e.sequence > place.last_sequence ORDER BY e.sequence LIMIT $2",
        practice_id,
        limit,
    )
    if not rows:
        return None
    return rows[-1]["sequence"], [row["subject_id"] for row in rows if row["type"] == "remittance.posted"]


async def move_cursor(connection: Connection, practice_id: int, sequence: int) -> None:
    await connection.execute(
        "UPDATE claims.coordination_cursor SET last_sequence = $2 WHERE practice_id = $1", practice_id, sequence
    )
