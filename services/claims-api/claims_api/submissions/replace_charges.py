"""Void the charges that a version no longer bills and post those that it bills instead, when it is sent.

E03 (mirror of the charge) and E01 (the new charge), with the service and aging dates of the charge replaced. What a
payer posted on the old charge stays until that payer's own reversal: meanwhile it shows as a credit.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from ar_shared.platform.temp_tables import TempTables
from claims_api.acting import Acting
from claims_api.ledger import moves
from claims_api.ledger.book_day import book_day
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.telling import tell

_TABLES: Final = TempTables(moves.TABLES)
_AR: Final = int(Account.AR_INSURANCE)
_REVENUE: Final = int(Account.REVENUE)

# Versions of (claim, before, after) whose lines bill different charges.
_CHANGED: Final = """
SELECT s.claim_id, s.before, s.after
FROM unnest($2::uuid[], $3::smallint[], $4::smallint[]) AS s(claim_id, before, after)
WHERE s.before <> s.after
  AND (SELECT array_agg(DISTINCT l.charge_id ORDER BY l.charge_id) FROM claims.claim_line l
       WHERE l.practice_id = $1 AND l.claim_id = s.claim_id AND l.version = s.after)
      IS DISTINCT FROM
      (SELECT array_agg(DISTINCT l.charge_id ORDER BY l.charge_id) FROM claims.claim_line l
       WHERE l.practice_id = $1 AND l.claim_id = s.claim_id AND l.version = s.before)
"""

_JOURNALS: Final = """
INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, claim_id, coverage_id, billing_entity_id,
    location_id, rendering_provider_id, payer_id, plan_id, financial_class)
SELECT j.journal_id, 'charge_replaced', 'claim', c.id, c.id, c.coverage_id, c.billing_entity_id, c.location_id,
       c.rendering_provider_id, c.payer_id, c.plan_id, c.financial_class
FROM unnest($2::uuid[], $3::uuid[]) AS j(claim_id, journal_id)
JOIN claims.claim c ON c.practice_id = $1 AND c.id = j.claim_id
"""

_MOVES: Final = f"""
WITH line AS MATERIALIZED (
    SELECT s.claim_id, l.charge_id, bool_or(l.version = s.after) AS is_new, bool_or(l.version = s.before) AS is_old
    FROM unnest($2::uuid[], $3::smallint[], $4::smallint[]) AS s(claim_id, before, after)
    JOIN claims.claim_line l
      ON l.practice_id = $1 AND l.claim_id = s.claim_id AND l.version IN (s.before, s.after)
    GROUP BY 1, 2
), changed AS MATERIALIZED (
    SELECT line.*, h.charge_cents, h.service_from, h.rendering_provider_id
    FROM line JOIN claims.charge h ON h.practice_id = $1 AND h.id = line.charge_id
    WHERE line.is_new <> line.is_old
), charge AS (
    INSERT INTO ledger_charge (charge_id, claim_id, service_on, rendering_provider_id)
    SELECT charge_id, claim_id, service_from, rendering_provider_id FROM changed
)
INSERT INTO ledger_move (round, journal_id, n, charge_id, claim_id, entry, amount_cents, short_cents,
    debit_account, debit_party, debit_sequence, credit_account, credit_party, credit_sequence)
SELECT 1, j.journal_id, row_number() OVER (PARTITION BY x.claim_id ORDER BY x.is_new, x.charge_id), x.charge_id,
       x.claim_id, CASE WHEN x.is_new THEN '{LedgerEvent.CHARGE_INSURED}' ELSE '{LedgerEvent.CHARGE_VOIDED}' END,
       x.charge_cents, 0,
       CASE WHEN x.is_new THEN {_AR} ELSE {_REVENUE} END, CASE WHEN x.is_new THEN j.coverage_id END,
       CASE WHEN x.is_new THEN c.sequence END,
       CASE WHEN x.is_new THEN {_REVENUE} ELSE {_AR} END, CASE WHEN x.is_new THEN NULL ELSE j.coverage_id END,
       CASE WHEN x.is_new THEN NULL ELSE c.sequence END
FROM changed x
JOIN ledger_journal j ON j.claim_id = x.claim_id
JOIN claims.claim c ON c.practice_id = $1 AND c.id = x.claim_id
WHERE x.charge_cents > 0
"""

_AGE_LIKE_THE_OLD: Final = f"""
UPDATE ledger_bucket b
SET first_bill_on = coalesce(old.first_bill_on, $2), responsible_on = coalesce(old.responsible_on, b.responsible_on)
FROM claims.charge h
LEFT JOIN claims.ar_balance old
  ON old.practice_id = $1 AND old.charge_id = h.replaces_charge_id AND old.account = {_AR}
WHERE h.practice_id = $1 AND h.id = b.charge_id AND NOT b.existed AND b.account = {_AR}
  AND (old.party_id IS NULL OR old.party_id = b.party_id)
"""

_VOIDED: Final = f"""
UPDATE claims.charge h SET voided_at = $2
FROM ledger_move m
WHERE h.practice_id = $1 AND h.id = m.charge_id AND m.entry = '{LedgerEvent.CHARGE_VOIDED}'
"""


async def replace_charges(connection: Connection, acting: Acting, sent: Sequence[tuple[UUID, int, int]]) -> None:
    """sent: (claim, version before, version that goes out); versions that bill the same charges move nothing."""
    columns = [list(column) for column in zip(*sent, strict=True)]
    changed = await connection.fetch(_CHANGED, acting.practice_id, *columns)
    if not changed:
        return
    books = await _books(connection, acting)
    claims = [row["claim_id"] for row in changed]
    versions = ([row["before"] for row in changed], [row["after"] for row in changed])
    await _TABLES.ready(connection)
    await connection.execute(_JOURNALS, acting.practice_id, claims, [uuid7() for _ in claims])
    await connection.execute(_MOVES, acting.practice_id, claims, *versions)
    await moves.load_buckets(connection, books)
    await moves.settle_round(connection, books, 1)
    await connection.execute(_AGE_LIKE_THE_OLD, acting.practice_id, acting.today)
    outbox_ids = await tell(
        connection,
        acting,
        [NewEvent("claim.charges_replaced", "claim", row["claim_id"], {"version": row["after"]}) for row in changed],
    )
    await moves.write_moves(connection, books, outbox_ids[-1])
    await connection.execute(_VOIDED, acting.practice_id, acting.moment.at)


async def _books(connection: Connection, acting: Acting) -> moves.Books:
    return moves.Books(
        practice_id=acting.practice_id,
        client_id=acting.client_id,
        actor_id=acting.actor.id,
        actor_kind=acting.actor.kind,
        effective_on=await book_day(connection, acting.practice_id, acting.today, today=acting.today),
        source_on=acting.today,
        posted_at=acting.moment.at,
        recorded_at=acting.machine,
    )
