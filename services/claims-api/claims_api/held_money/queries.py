"""SQL of held money: the queue, candidates, and what a person's decision writes on a payment."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row


async def lock_remittance(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    """The whole row, kept from other changes of this payment until the transaction ends."""
    return await connection.fetchrow(
        "SELECT * FROM claims.remittance WHERE practice_id = $1 AND id = $2 FOR UPDATE", practice_id, remittance_id
    )


async def whole_remittance(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    """The whole row, to read."""
    return await connection.fetchrow(
        "SELECT * FROM claims.remittance WHERE practice_id = $1 AND id = $2", practice_id, remittance_id
    )


async def unposted_claims(
    connection: Connection, practice_id: int, remittance_id: UUID, numbers: list[int] | None, after: int, limit: int
) -> list[Row]:
    """Claims that wait or are held, in the payment's order."""
    return await connection.fetch(
        "SELECT * FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2 "
        "AND state IN ('held', 'waiting') AND ($3::bigint[] IS NULL OR n = ANY($3)) AND n > $4 ORDER BY n LIMIT $5",
        practice_id,
        remittance_id,
        numbers,
        after,
        limit,
    )


async def held_numbers(connection: Connection, practice_id: int, remittance_id: UUID, reasons: list[str]) -> list[int]:
    """Held claims of the payment with one of these reasons."""
    rows = await connection.fetch(
        "SELECT n FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2 AND state = 'held' "
        "AND hold_reason = ANY($3::text[]) ORDER BY n",
        practice_id,
        remittance_id,
        reasons,
    )
    return [row["n"] for row in rows]


_REMATCHABLE: Final = """
SELECT DISTINCT r.id
FROM claims.remittance r
JOIN claims.remittance_claim k
  ON k.practice_id = $1 AND k.remittance_id = r.id AND k.state = 'held' AND k.hold_reason = ANY($2::text[])
WHERE r.practice_id = $1 AND r.state = 'posted_with_held' AND EXISTS (
    SELECT FROM claims.claim c
    WHERE c.practice_id = $1 AND c.created_at > coalesce(r.rematched_at, r.received_at) AND (
        c.patient_control_number = k.patient_control_number OR c.submitted_pcn = k.patient_control_number
        OR c.payer_control_number IN (k.payer_control_number, k.original_number)
        OR c.charge_cents = abs(k.charge_cents)))
ORDER BY r.id LIMIT $3
"""


async def rematchable(connection: Connection, practice_id: int, reasons: list[str], limit: int) -> list[UUID]:
    """Payments that hold a claim which one of ours, taken in since the last try, may be; oldest first."""
    return [row["id"] for row in await connection.fetch(_REMATCHABLE, practice_id, reasons, limit)]


async def note_rematch(connection: Connection, practice_id: int, remittance_id: UUID, now: datetime) -> None:
    await connection.execute(
        "UPDATE claims.remittance SET rematched_at = $3 WHERE practice_id = $1 AND id = $2",
        practice_id,
        remittance_id,
        now,
    )


async def note_release(
    connection: Connection,
    practice_id: int,
    remittance_id: UUID,
    difference_cents: int,
    journal_id: UUID,
    effective_on: date,
) -> None:
    """The payment is in the books from now on; its state follows from its claims."""
    await connection.execute(
        "UPDATE claims.remittance SET difference_cents = $3, journal_id = $4, effective_on = $5 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        remittance_id,
        difference_cents,
        journal_id,
        effective_on,
    )


async def note_rejection(connection: Connection, practice_id: int, remittance_id: UUID) -> None:
    await connection.execute(
        "UPDATE claims.remittance SET state = 'rejected', row_version = row_version + 1 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        remittance_id,
    )
    await _drop_claims(connection, practice_id, remittance_id)


async def note_reversal(connection: Connection, practice_id: int, remittance_id: UUID, effective_on: date) -> None:
    """Nothing of the payment is in the books."""
    await connection.execute(
        "UPDATE claims.remittance SET state = 'reversed', reversed_on = $3, held_cents = 0, "
        "row_version = row_version + 1 WHERE practice_id = $1 AND id = $2",
        practice_id,
        remittance_id,
        effective_on,
    )
    await _drop_claims(connection, practice_id, remittance_id)


async def _drop_claims(connection: Connection, practice_id: int, remittance_id: UUID) -> None:
    await connection.execute(
        "UPDATE claims.remittance_claim SET state = 'dropped', row_version = row_version + 1 "
        "WHERE practice_id = $1 AND remittance_id = $2 AND state <> 'dropped'",
        practice_id,
        remittance_id,
    )


# Claims of ours that one key at least leads to; what the payer left out leads nowhere. $3 the payment's payers.
_CANDIDATES: Final = """
WITH held AS (
    SELECT * FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2 AND n = $4
), hit AS (
    SELECT c.id FROM held k JOIN claims.claim c
      ON c.practice_id = $1 AND c.patient_control_number = k.patient_control_number
    UNION
    SELECT c.id FROM held k JOIN claims.claim c ON c.practice_id = $1 AND c.submitted_pcn = k.patient_control_number
    UNION
    SELECT c.id FROM held k JOIN claims.claim c
      ON c.practice_id = $1 AND c.payer_control_number IN (k.payer_control_number, k.original_number)
    UNION
    SELECT c.id FROM claims.claim c WHERE c.practice_id = $1 AND c.normalised_pcn = $5 AND $5 <> ''
    UNION
    (SELECT c.id FROM held k
     JOIN claims.coverage v ON v.practice_id = $1 AND v.member_id = k.member_id
     JOIN claims.claim c ON c.practice_id = $1 AND c.patient_id = v.patient_id
     ORDER BY abs(c.service_from - coalesce(k.service_from, c.service_from)), c.id LIMIT 50)
    UNION
    (SELECT c.id FROM held k
     JOIN claims.claim c ON c.practice_id = $1 AND c.payer_id = ANY($3::uuid[]) AND c.charge_cents = abs(k.charge_cents)
      AND c.service_from BETWEEN k.service_from - 7 AND k.service_from + 7
     ORDER BY abs(c.service_from - k.service_from), c.id LIMIT 50)
)
SELECT c.id, c.external_id, c.patient_control_number, c.submitted_pcn, c.normalised_pcn, c.payer_control_number,
       c.service_from, c.service_to, c.charge_cents, c.submission_state, c.adjudication_state, p.npi,
       array(SELECT DISTINCT v.payer_id FROM claims.coverage v
             WHERE v.practice_id = $1 AND v.patient_id = c.patient_id) || c.payer_id AS payer_ids,
       array(SELECT DISTINCT v.member_id FROM claims.coverage v
             WHERE v.practice_id = $1 AND v.patient_id = c.patient_id) AS member_ids,
       array(SELECT DISTINCT o.charge_cents FROM claims.claim_version o
             WHERE o.practice_id = $1 AND o.claim_id = c.id) || c.charge_cents AS charges,
       array(SELECT coalesce(h.procedure_code, h.revenue_code) FROM claims.claim_line l
             JOIN claims.charge h ON h.practice_id = $1 AND h.id = l.charge_id
             WHERE l.practice_id = $1 AND l.claim_id = c.id AND l.version = c.version) AS procedures
FROM hit
JOIN claims.claim c ON c.practice_id = $1 AND c.id = hit.id AND c.purpose <> 'test'
LEFT JOIN claims.provider p ON p.practice_id = $1 AND p.id = c.rendering_provider_id
"""


async def match_candidates(
    connection: Connection, practice_id: int, remittance_id: UUID, payer_ids: list[UUID], n: int, normal_number: str
) -> list[Row]:
    """Claims that a held claim may be, with what they are compared by; at most some dozens."""
    return await connection.fetch(_CANDIDATES, practice_id, remittance_id, payer_ids, n, normal_number)


# Held claims, payments that wait, and differences of deposits: $2 kinds, $3 reasons, $4 payers, $5 received before,
# $6 now. A queued payment's reason is the first thing found; its amount is the payment.
_HELD_MONEY: Final = """
WITH money AS (
    SELECT 'claim' AS kind, k.remittance_id, k.n, k.hold_reason AS reason, k.paid_cents AS amount_cents,
           k.patient_control_number, k.claim_id, k.row_version
    FROM claims.remittance_claim k
    WHERE k.practice_id = $1 AND k.state = 'held'
    UNION ALL
    SELECT 'payment', r.id, 0, CASE
               WHEN r.findings @> '[{"code": "payment_looks_like_a_posted_one"}]' THEN 'payment_look_alike'
               WHEN r.findings @> '[{"code": "payment_unbalanced"}]' THEN 'payment_unbalanced'
               ELSE 'payment_unreadable' END,
           r.payment_cents, NULL, NULL, r.row_version
    FROM claims.remittance r WHERE r.practice_id = $1 AND r.state = 'queued'
    UNION ALL
    SELECT 'difference', r.id, 0, 'deposit_differs', r.difference_cents - r.difference_resolved_cents, NULL, NULL,
           r.row_version
    FROM claims.remittance r
    WHERE r.practice_id = $1 AND r.difference_cents <> r.difference_resolved_cents AND r.state = 'posted_with_held'
), waiting AS (
    SELECT m.*, r.payer_id, r.payer_name, r.trace_number, r.paid_on, r.received_at,
           greatest(extract(day FROM $6 - r.received_at), 0)::int AS age_days
    FROM money m JOIN claims.remittance r ON r.practice_id = $1 AND r.id = m.remittance_id
    WHERE ($2::text IS NULL OR m.kind = $2) AND ($3::text IS NULL OR m.reason = $3)
      AND ($4::uuid IS NULL OR r.payer_id = $4) AND ($5::timestamptz IS NULL OR r.received_at <= $5)
)
"""


_ORDERS: Final = {
    "oldest": ("(received_at, remittance_id, n) > ($7::timestamptz, $8::uuid, $9::bigint)", "received_at"),
    "amount": (
        "(-abs(amount_cents), remittance_id, n) > (-$7::bigint, $8::uuid, $9::bigint)",
        "-abs(amount_cents)",
    ),
}


async def held_money_page(
    connection: Connection,
    practice_id: int,
    filters: tuple[Any, ...],
    now: datetime,
    order: str,
    after: tuple[Any, UUID, int] | None,
    limit: int,
) -> list[Row]:
    """Money that waits; filters are (kind, reason, payer, received before), each None for all."""
    condition, key = _ORDERS[order]
    arguments: list[Any] = [practice_id, *filters, now, *(after or ())]
    where = f"WHERE {condition}" if after else ""
    statement = f"{_HELD_MONEY} SELECT * FROM waiting {where} ORDER BY {key}, remittance_id, n LIMIT {limit:d}"
    return await connection.fetch(statement, *arguments)


async def held_money_totals(
    connection: Connection, practice_id: int, filters: tuple[Any, ...], now: datetime
) -> list[Row]:
    """Count, cents (absolute) and oldest age by reason."""
    return await connection.fetch(
        f"{_HELD_MONEY} SELECT kind, reason, count(*) AS count, sum(abs(amount_cents))::bigint AS amount_cents, "
        "max(age_days) AS oldest_days FROM waiting GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2",
        practice_id,
        *filters,
        now,
    )


async def drop_entries(connection: Connection, practice_id: int, remittance_id: UUID) -> None:
    """Provider adjustments of a payment that waited; they are written again with what each does."""
    await connection.execute(
        "DELETE FROM claims.provider_adjustment WHERE practice_id = $1 AND remittance_id = $2",
        practice_id,
        remittance_id,
    )


async def is_resolved(connection: Connection, practice_id: int, remittance_id: UUID) -> bool:
    """Whether a person's resolution of its money is in force."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.resolution "
            "WHERE practice_id = $1 AND remittance_id = $2 AND state = 'posted')",
            practice_id,
            remittance_id,
        )
    )


async def drop_items(connection: Connection, practice_id: int, remittance_id: UUID) -> bool:
    """Take away what the payment opened with its payer; False when an item of it or of an earlier one was settled."""
    used: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM claims.payer_item i WHERE i.practice_id = $1 AND i.remittance_id = $2 "
        "AND i.open_cents <> i.amount_cents) OR EXISTS ("
        "SELECT FROM claims.provider_adjustment a, jsonb_array_elements(a.moved) AS m "
        "JOIN claims.payer_item i ON i.practice_id = $1 AND i.id::text = m->>'payer_item_id' "
        "WHERE a.practice_id = $1 AND a.remittance_id = $2 AND i.remittance_id <> $2)",
        practice_id,
        remittance_id,
    )
    if not used:
        await connection.execute(
            "DELETE FROM claims.payer_item WHERE practice_id = $1 AND remittance_id = $2", practice_id, remittance_id
        )
    return not used
