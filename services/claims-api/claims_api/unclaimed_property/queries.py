"""SQL of unapplied money by party, and of amounts whose owners do not ask for them."""

from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.refunds.queries import ARISEN_ON, RESERVING_STATES

# The last contact of an owner: what was recorded, or a payment of theirs. A letter counts from that day on only.
_OWNERS: Final = """
SELECT o.guarantor_id, o.payer_id, k.last_contact_on, k.letter_on,
       coalesce(g.address->>'state', y.addresses->'refunds'->>'state', y.addresses->'other'->>'state') AS state
FROM (SELECT DISTINCT guarantor_id, payer_id FROM {owners}) o
LEFT JOIN claims.guarantor g ON g.practice_id = $1 AND g.id = o.guarantor_id
LEFT JOIN claims.payer y ON y.practice_id = $1 AND y.id = o.payer_id
LEFT JOIN LATERAL (
    SELECT greatest(c.on_contact, (SELECT max(r.received_on) FROM claims.receipt r WHERE r.practice_id = $1
                                   AND r.guarantor_id = o.guarantor_id AND r.state <> 'voided')) AS last_contact_on,
           c.letter_on
    FROM (SELECT max(x.contacted_on) FILTER (WHERE x.kind = 'owner_contact') AS on_contact,
                 max(x.contacted_on) FILTER (WHERE x.kind = 'due_diligence_letter') AS letter_on
          FROM claims.owner_contact x
          WHERE x.practice_id = $1 AND (x.guarantor_id = o.guarantor_id OR x.payer_id = o.payer_id)) c
) k ON true
"""
_UNAPPLIED: Final = f"""
WITH money AS MATERIALIZED (
    SELECT r.kind, r.guarantor_id, r.payer_id, sum(r.unapplied_cents)::bigint AS unapplied_cents,
           count(*)::int AS receipt_count, min(r.received_on) AS oldest_on
    FROM claims.receipt r
    WHERE r.practice_id = $1 AND r.state = 'received' AND r.unapplied_cents > 0
      AND ($2::text IS NULL OR r.kind = $2)
    GROUP BY r.kind, r.guarantor_id, r.payer_id
), page AS MATERIALIZED (
    SELECT * FROM money m
    WHERE $3::date IS NULL
       OR (m.oldest_on, m.kind, coalesce(m.guarantor_id, m.payer_id, '00000000-0000-0000-0000-000000000000'))
          > ($3, $4::text, $5::uuid)
    ORDER BY m.oldest_on, m.kind, coalesce(m.guarantor_id, m.payer_id, '00000000-0000-0000-0000-000000000000')
    LIMIT $6
), owner AS ({_OWNERS.format(owners="page")})
SELECT p.*, w.last_contact_on, w.state
FROM page p
LEFT JOIN owner w ON w.guarantor_id IS NOT DISTINCT FROM p.guarantor_id AND w.payer_id IS NOT DISTINCT FROM p.payer_id
ORDER BY p.oldest_on, p.kind, coalesce(p.guarantor_id, p.payer_id, '00000000-0000-0000-0000-000000000000')
"""

# What a refund has asked for counts once, as the refund; a check that is out is its owner's until somebody cashes it.
_HELD: Final = f"""
WITH money AS MATERIALIZED (
    SELECT 'receipt' AS source, r.id AS source_id, r.guarantor_id, NULL::uuid AS payer_id,
           r.unapplied_cents - coalesce((SELECT sum(f.amount_cents) FROM claims.refund f WHERE f.practice_id = $1
                                         AND f.receipt_id = r.id AND f.state = 'requested'), 0)::bigint AS amount_cents,
           r.received_on AS since, r.state AS source_state
    FROM claims.receipt r
    WHERE r.practice_id = $1 AND r.kind = 'patient' AND r.state = 'received' AND r.unapplied_cents > 0
    UNION ALL
    SELECT 'credit', k.charge_id, k.party_id, NULL,
           k.balance_cents - coalesce((SELECT sum(f.amount_cents) FROM claims.refund f WHERE f.practice_id = $1
                                       AND f.charge_id = k.charge_id AND f.account = k.account
                                       AND f.party_id = k.party_id AND f.state IN ({RESERVING_STATES})), 0)::bigint,
           {ARISEN_ON}, 'credit'
    FROM claims.credit_balance k
    WHERE k.practice_id = $1 AND k.account = 2030 AND k.balance_cents > 0
    UNION ALL
    SELECT 'refund', f.id, f.guarantor_id, f.payer_id, f.amount_cents,
           coalesce(f.issued_on, r.received_on, {ARISEN_ON}, f.created_at::date), f.state
    FROM claims.refund f
    LEFT JOIN claims.receipt r ON r.practice_id = $1 AND r.id = f.receipt_id
    LEFT JOIN claims.credit_balance k
      ON k.practice_id = $1 AND k.charge_id = f.charge_id AND k.account = f.account AND k.party_id = f.party_id
    WHERE f.practice_id = $1 AND f.payer_item_id IS NULL
      AND f.state IN ('requested', 'approved', 'issued', 'stale', 'unclaimed')
), page AS MATERIALIZED (
    SELECT * FROM money m
    WHERE m.amount_cents > 0 AND ($2::uuid IS NULL OR m.guarantor_id = $2)
      AND ($3::date IS NULL OR (m.since, m.source_id) > ($3, $4::uuid))
    ORDER BY m.since, m.source_id LIMIT $5
), owner AS ({_OWNERS.format(owners="page")})
SELECT p.*, w.last_contact_on, w.letter_on, w.state
FROM page p
LEFT JOIN owner w ON w.guarantor_id IS NOT DISTINCT FROM p.guarantor_id AND w.payer_id IS NOT DISTINCT FROM p.payer_id
ORDER BY p.since, p.source_id
"""


async def unapplied_page(
    connection: Connection, practice_id: int, kind: str | None, after: tuple[Any, str, UUID] | None, limit: int
) -> list[Row]:
    """By the oldest receipt, kind and party; after is such a key."""
    oldest_on, after_kind, party = after or (None, None, None)
    return await connection.fetch(_UNAPPLIED, practice_id, kind, oldest_on, after_kind, party, limit)


async def held_page(
    connection: Connection, practice_id: int, guarantor_id: UUID | None, after: tuple[Any, UUID] | None, limit: int
) -> list[Row]:
    """Amounts by the day since which they are owed; after is (day, source)."""
    since, source_id = after or (None, None)
    return await connection.fetch(_HELD, practice_id, guarantor_id, since, source_id, limit)


async def settings_of(connection: Connection, practice_id: int) -> dict[str, Any]:
    settings: dict[str, Any] = await connection.fetchval(
        "SELECT settings FROM claims.practice WHERE id = $1", practice_id
    )
    return settings


async def contact_page(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[Row]:
    """Newest first."""
    return await connection.fetch(
        "SELECT id, guarantor_id, payer_id, kind, contacted_on, note, client_id, actor, recorded_at "
        "FROM claims.owner_contact WHERE practice_id = $1 AND ($2::uuid IS NULL OR id < $2) "
        "AND ($3::uuid IS NULL OR guarantor_id = $3) AND ($4::uuid IS NULL OR payer_id = $4) ORDER BY id DESC LIMIT $5",
        practice_id,
        before,
        filters.get("guarantor_id"),
        filters.get("payer_id"),
        limit,
    )


async def has_owner(connection: Connection, practice_id: int, table: str, owner_id: UUID) -> bool:
    """table: `guarantor` or `payer`, from this code."""
    return bool(
        await connection.fetchval(
            f"SELECT EXISTS (SELECT FROM claims.{table} WHERE practice_id = $1 AND id = $2)", practice_id, owner_id
        )
    )
