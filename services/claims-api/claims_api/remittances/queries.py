"""SQL of remittances: reads."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

_REMITTANCE: Final = """
SELECT r.id, r.state, r.payer_id, r.payer_name, r.billing_entity_id, r.trace_number, r.method, r.payment_cents,
       r.claims_paid_cents, r.provider_adjustment_cents, r.held_cents, r.claim_count, r.counts, r.paid_on,
       r.produced_on, r.effective_on, r.duplicate_of, r.file_id, r.transaction_n, r.received_at, r.findings, r.entry,
       r.difference_cents, r.row_version
FROM claims.remittance r
"""
FILTERS: Final = {
    "state": "r.state = {}",
    "payer_id": "r.payer_id = {}::uuid",
    "trace_number": "r.trace_number = {}",
}


async def remittance_row(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    return await connection.fetchrow(
        f"{_REMITTANCE} WHERE r.practice_id = $1 AND r.id = $2", practice_id, remittance_id
    )


async def remittance_page(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[Row]:
    """Newest first (ids are time-ordered), before `before`."""
    arguments: list[Any] = [practice_id, limit]
    conditions = ["r.practice_id = $1"]
    for name, value in filters.items():
        arguments.append(value)
        conditions.append(FILTERS[name].format(f"${len(arguments)}"))
    if before is not None:
        arguments.append(before)
        conditions.append(f"r.id < ${len(arguments)}")
    return await connection.fetch(
        f"{_REMITTANCE} WHERE {' AND '.join(conditions)} ORDER BY r.id DESC LIMIT $2", *arguments
    )


async def claim_page(
    connection: Connection, practice_id: int, remittance_id: UUID, state: str | None, after: int, limit: int
) -> list[Row]:
    """Claims of a payment in its order."""
    return await connection.fetch(
        "SELECT n, state, claim_id, matched_by, hold_reason, outcome, out_of_order, patient_control_number, "
        "payer_control_number, clp_status, charge_cents, paid_cents, patient_cents, service_from, service_to, "
        "remark_codes, facts FROM claims.remittance_claim "
        "WHERE practice_id = $1 AND remittance_id = $2 AND ($3::text IS NULL OR state = $3) AND n > $4 "
        "ORDER BY n LIMIT $5",
        practice_id,
        remittance_id,
        state,
        after,
        limit,
    )


async def line_rows(connection: Connection, practice_id: int, remittance_id: UUID, claims: list[int]) -> list[Row]:
    return await connection.fetch(
        "SELECT claim_n, n, charge_id, line_control_number, procedure, submitted_procedure, charge_cents, paid_cents, "
        "cash_cents, allowed_cents, stated_allowed_cents, paid_units, denied_cents, outcome, remark_codes, "
        "service_from, service_to, derived, facts FROM claims.remittance_line "
        "WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = ANY($3::bigint[]) ORDER BY claim_n, n",
        practice_id,
        remittance_id,
        claims,
    )


async def adjustment_rows(
    connection: Connection, practice_id: int, remittance_id: UUID, claims: list[int]
) -> list[Row]:
    """Claim level is line 0."""
    return await connection.fetch(
        "SELECT claim_n, line_n, group_code, carc, amount_cents, quantity, derived FROM claims.remittance_adjustment "
        "WHERE practice_id = $1 AND remittance_id = $2 AND claim_n = ANY($3::bigint[]) ORDER BY claim_n, line_n, n",
        practice_id,
        remittance_id,
        claims,
    )


async def provider_adjustment_rows(connection: Connection, practice_id: int, remittance_id: UUID) -> list[Row]:
    return await connection.fetch(
        "SELECT n, provider_identifier, code, reference, amount_cents, fiscal_on, action, claim_id, moved "
        "FROM claims.provider_adjustment WHERE practice_id = $1 AND remittance_id = $2 ORDER BY n",
        practice_id,
        remittance_id,
    )


async def clearing_row(connection: Connection, practice_id: int, remittance_id: UUID) -> Row | None:
    """The posted remittance, locked, and `clearing_cents`: what of it waits on 1040 for the bank."""
    return await connection.fetchrow(
        "SELECT r.id, r.payer_id, r.billing_entity_id, r.payment_cents, r.trace_number, r.paid_on, "
        "(SELECT coalesce(sum(e.amount_cents), 0) FROM claims.ledger_entry e WHERE e.practice_id = $1 "
        "AND e.remittance_id = $2 AND e.account = 1040 AND e.party_id = $2)::bigint AS clearing_cents "
        "FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2 "
        "AND r.state IN ('posted', 'posted_with_held') FOR UPDATE OF r",
        practice_id,
        remittance_id,
    )


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


async def remittance_claim_row(connection: Connection, practice_id: int, remittance_id: UUID, n: int) -> Row | None:
    return await connection.fetchrow(
        "SELECT * FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2 AND n = $3",
        practice_id,
        remittance_id,
        n,
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


async def action_rows(connection: Connection, practice_id: int, remittance_id: UUID) -> list[Row]:
    """What people did with the payment, oldest first."""
    return await connection.fetch(
        "SELECT kind, claim_n, claim_id, reason, actor_id, actor_kind, acted_at FROM claims.remittance_action "
        "WHERE practice_id = $1 AND remittance_id = $2 ORDER BY acted_at, id LIMIT 200",
        practice_id,
        remittance_id,
    )


_PAYER_ITEM: Final = """
SELECT id, kind, code, account, side, reference, provider_identifier, payer_id, payer_key, claim_id, remittance_id,
       amount_cents, open_cents, opened_on, settled_on, row_version AS version
FROM claims.payer_item
"""


async def payer_item_page(
    connection: Connection, practice_id: int, kind: str | None, after: UUID | None, limit: int
) -> list[Row]:
    """What is open between the practice and payers outside receivables, oldest first (ids are time-ordered)."""
    return await connection.fetch(
        f"{_PAYER_ITEM} WHERE practice_id = $1 AND open_cents > 0 AND ($2::text IS NULL OR kind = $2) "
        "AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4",
        practice_id,
        kind,
        after,
        limit,
    )


async def payer_item_row(connection: Connection, practice_id: int, item_id: UUID, *, lock: bool = False) -> Row | None:
    """One of them, settled or not."""
    statement = f"{_PAYER_ITEM} WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}"
    return await connection.fetchrow(statement, practice_id, item_id)


async def move_open(
    connection: Connection, practice_id: int, item_id: UUID, cents: int, today: date, now: datetime
) -> None:
    """Add cents (below zero: take them) to what is open of the item."""
    await connection.execute(
        "UPDATE claims.payer_item SET open_cents = open_cents + $3, row_version = row_version + 1, updated_at = $5, "
        "settled_on = CASE WHEN open_cents + $3 = 0 THEN $4::date END WHERE practice_id = $1 AND id = $2",
        practice_id,
        item_id,
        cents,
        today,
        now,
    )


_ASSIGNMENTS: Final = """
SELECT j.id, p.claim_id, p.amount_cents, j.reason, j.actor_id, j.actor_kind, j.posted_at AS made_at,
       u.id AS undone_by, u.posted_at AS undone_at
FROM claims.journal j
JOIN (SELECT journal_id, claim_id, sum(amount_cents)::bigint AS amount_cents FROM claims.posting
      WHERE practice_id = $1 AND entry = 'E16B' AND credit_party_id = $2 GROUP BY 1, 2) p ON p.journal_id = j.id
LEFT JOIN claims.journal u ON u.practice_id = $1 AND u.reverses_journal_id = j.id
WHERE j.practice_id = $1 AND j.source_id = $2 AND j.kind = 'take_back_assigned'
ORDER BY j.id
"""


async def assignment_rows(connection: Connection, practice_id: int, item_id: UUID) -> list[Row]:
    """To which claims a take-back was assigned, oldest first."""
    return await connection.fetch(_ASSIGNMENTS, practice_id, item_id)


# What the payer brought to each bucket of the claim's charges, less what it took back: the postings between the
# bucket (1100) and clearing, money without a remittance, and take-backs that were assigned before.
_PAID: Final = """
SELECT g.charge_id, s.party_id, max(s.sequence) AS sequence, sum(s.cents)::bigint AS paid_cents
FROM (SELECT DISTINCT charge_id FROM claims.claim_line WHERE practice_id = $1 AND claim_id = $2) l
JOIN claims.posting g ON g.practice_id = $1 AND g.charge_id = l.charge_id
CROSS JOIN LATERAL (VALUES
    (g.credit_account, g.debit_account, g.credit_party_id, coalesce(g.credit_sequence, 0), g.amount_cents),
    (g.debit_account, g.credit_account, g.debit_party_id, coalesce(g.debit_sequence, 0), -g.amount_cents)
) AS s(account, other, party_id, sequence, cents)
JOIN claims.coverage v ON v.practice_id = $1 AND v.id = s.party_id
LEFT JOIN claims.remittance r ON r.practice_id = $1 AND r.id = g.remittance_id
WHERE s.account = 1100 AND s.other IN (1040, 2000, 1200) AND (v.payer_id = $3 OR r.payer_key = $4)
GROUP BY 1, 2 HAVING sum(s.cents) > 0
ORDER BY 1, 2
"""


async def paid_on_charges(
    connection: Connection, practice_id: int, claim_id: UUID, payer_id: UUID | None, payer_key: str
) -> list[Row]:
    """By charge and coverage of that payer: what it has paid and not taken back."""
    return await connection.fetch(_PAID, practice_id, claim_id, payer_id, payer_key)


async def claim_dimensions(
    connection: Connection, practice_id: int, claim_id: UUID, coverage_id: UUID
) -> dict[str, Any]:
    """The reporting columns of a journal about the claim and one of its coverages."""
    row = await connection.fetchrow(
        "SELECT c.id AS claim_id, v.id AS coverage_id, c.billing_entity_id, c.location_id, c.rendering_provider_id, "
        "v.payer_id, v.plan_id, c.financial_class FROM claims.claim c "
        "JOIN claims.coverage v ON v.practice_id = $1 AND v.id = $3 WHERE c.practice_id = $1 AND c.id = $2",
        practice_id,
        claim_id,
        coverage_id,
    )
    return dict(row or {})


_PROPOSAL: Final = """
SELECT id, kind, state, claim_id, patient_id, coverage_id, remittance_id, remittance_claim_n, stated, opened_on,
       decided_at, decided_by, reason, changes, row_version AS version
FROM claims.correction_proposal
"""


async def proposal_page(
    connection: Connection, practice_id: int, state: str, after: UUID | None, limit: int
) -> list[Row]:
    """Corrections that payers proposed, oldest first."""
    return await connection.fetch(
        f"{_PROPOSAL} WHERE practice_id = $1 AND state = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4",
        practice_id,
        state,
        after,
        limit,
    )


async def proposal_row(
    connection: Connection, practice_id: int, proposal_id: UUID, *, lock: bool = False
) -> Row | None:
    statement = f"{_PROPOSAL} WHERE practice_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}"
    return await connection.fetchrow(statement, practice_id, proposal_id)


async def decide_proposal(
    connection: Connection,
    practice_id: int,
    proposal_id: UUID,
    state: str,
    reason: str,
    decided_by: dict[str, Any],
    changes: list[dict[str, Any]] | None,
    now: datetime,
) -> None:
    await connection.execute(
        "UPDATE claims.correction_proposal SET state = $3, reason = $4, decided_by = $5, changes = $6, "
        "decided_at = $7, row_version = row_version + 1 WHERE practice_id = $1 AND id = $2",
        practice_id,
        proposal_id,
        state,
        reason,
        decided_by,
        changes,
        now,
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


async def note_reversal(
    connection: Connection, practice_id: int, remittance_id: UUID, effective_on: date, now: datetime
) -> None:
    """Nothing of the payment is in the books; what waited for a person because of it is closed."""
    await connection.execute(
        "UPDATE claims.remittance SET state = 'reversed', reversed_on = $3, held_cents = 0, "
        "row_version = row_version + 1 WHERE practice_id = $1 AND id = $2",
        practice_id,
        remittance_id,
        effective_on,
    )
    await _drop_claims(connection, practice_id, remittance_id)
    await connection.execute(
        "UPDATE claims.review_item SET state = 'closed', closed_at = $3 "
        "WHERE practice_id = $1 AND remittance_id = $2 AND state = 'open'",
        practice_id,
        remittance_id,
        now,
    )


async def _drop_claims(connection: Connection, practice_id: int, remittance_id: UUID) -> None:
    await connection.execute(
        "UPDATE claims.remittance_claim SET state = 'dropped', row_version = row_version + 1 "
        "WHERE practice_id = $1 AND remittance_id = $2 AND state <> 'dropped'",
        practice_id,
        remittance_id,
    )


async def payer_named(
    connection: Connection, practice_id: int, payer_id: UUID | None, external_id: str | None
) -> Row | None:
    """By our id or the caller's own."""
    return await connection.fetchrow(
        "SELECT id, payer_identifier, name FROM claims.payer "
        "WHERE practice_id = $1 AND (id = $2::uuid OR external_id = $3::text)",
        practice_id,
        payer_id,
        external_id,
    )


async def document_named(connection: Connection, practice_id: int, document_id: UUID) -> Row | None:
    return await connection.fetchrow(
        "SELECT id FROM claims.document WHERE practice_id = $1 AND id = $2", practice_id, document_id
    )


async def billing_entity_named(
    connection: Connection, practice_id: int, entity_id: UUID | None, external_id: str | None
) -> Row | None:
    """By our id or the caller's own."""
    return await connection.fetchrow(
        "SELECT id, npis, tin FROM claims.billing_entity "
        "WHERE practice_id = $1 AND (id = $2::uuid OR external_id = $3::text)",
        practice_id,
        entity_id,
        external_id,
    )


async def control_numbers_of(connection: Connection, practice_id: int, claim_ids: list[UUID]) -> dict[UUID, str]:
    """Our own numbers of these claims."""
    rows = await connection.fetch(
        "SELECT id, patient_control_number FROM claims.claim WHERE practice_id = $1 AND id = ANY($2::uuid[])",
        practice_id,
        claim_ids,
    )
    return {row["id"]: row["patient_control_number"] for row in rows}


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
    SELECT 'difference', r.id, 0, 'deposit_differs', r.difference_cents, NULL, NULL, r.row_version
    FROM claims.remittance r
    WHERE r.practice_id = $1 AND r.difference_cents <> 0 AND r.state = 'posted_with_held'
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


async def coverage_by_payer(
    connection: Connection, practice_id: int, patient_id: UUID, payer_identifier: str
) -> Row | None:
    """The patient's coverage by the payer of this identifier, the first of several by rank."""
    return await connection.fetchrow(
        "SELECT v.id, v.rank FROM claims.coverage v JOIN claims.payer p ON p.practice_id = $1 AND p.id = v.payer_id "
        "WHERE v.practice_id = $1 AND v.patient_id = $2 AND $3 <> '' "
        "AND (p.payer_identifier = $3 OR $3 = ANY(p.remittance_ids)) ORDER BY v.rank, v.id LIMIT 1",
        practice_id,
        patient_id,
        payer_identifier,
    )
