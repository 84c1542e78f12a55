"""SQL of amounts that are open with payers."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged

_PAYER_ITEM: Final = """
SELECT id, kind, code, account, side, reference, provider_identifier, payer_id, payer_key, claim_id, remittance_id,
       amount_cents, open_cents, opened_on, settled_on, row_version AS version
FROM claims.payer_item
"""


payer_item_page = Paged(f"{_PAYER_ITEM} i", "i", {"kind": "i.kind = {}"}, always="i.open_cents > 0").rows
"""What is open between the practice and payers outside receivables, oldest first."""


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


async def announced_items(
    connection: Connection, practice_id: int, claim_id: UUID, payer_id: UUID | None, payer_key: str
) -> list[Row]:
    """What reversals of the claim by that payer said would be taken, and was not yet, oldest first; locked."""
    return await connection.fetch(
        "SELECT id, open_cents FROM claims.payer_item WHERE practice_id = $1 AND claim_id = $2 AND kind = 'announced' "
        "AND open_cents > 0 AND (payer_id = $3 OR payer_key = $4) ORDER BY id FOR UPDATE",
        practice_id,
        claim_id,
        payer_id,
        payer_key,
    )


async def announced_parts(connection: Connection, practice_id: int, assignment_id: UUID) -> list[Row]:
    """Which announced items an assignment settled, and by how much."""
    return await connection.fetch(
        "SELECT p.debit_party_id AS item_id, p.amount_cents FROM claims.posting p "
        "JOIN claims.payer_item i ON i.practice_id = $1 AND i.id = p.debit_party_id "
        "WHERE p.practice_id = $1 AND p.journal_id = $2 AND p.debit_account = 2040 ORDER BY p.n",
        practice_id,
        assignment_id,
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
    connection: Connection, practice_id: int, claim_id: UUID, coverage_id: UUID | None
) -> dict[str, Any]:
    """The reporting columns of a journal about the claim and one of its coverages, by default the one billed."""
    row = await connection.fetchrow(
        "SELECT c.id AS claim_id, v.id AS coverage_id, c.billing_entity_id, c.location_id, c.rendering_provider_id, "
        "v.payer_id, v.plan_id, c.financial_class FROM claims.claim c JOIN claims.coverage v "
        "ON v.practice_id = $1 AND v.id = coalesce($3::uuid, c.coverage_id) WHERE c.practice_id = $1 AND c.id = $2",
        practice_id,
        claim_id,
        coverage_id,
    )
    return dict(row or {})
