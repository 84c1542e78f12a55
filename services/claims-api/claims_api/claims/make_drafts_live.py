"""Imported drafts become claims to be sent, or history: the same claims, not new ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import activity_cte
from claims_api.acting import Acting
from claims_api.ledger.book_day import book_day


@dataclass(frozen=True, slots=True)
class LiveDraft:
    """A draft and what it becomes. `billed_on`: the day the payer got it, of history only.

    `line_numbers` are the numbers that the lines were sent under, by line; others keep theirs.
    """

    claim_id: UUID
    purpose: str
    state: str
    blockers: list[dict[str, Any]]
    normalised_pcn: str | None = None
    billed_on: date | None = None
    line_numbers: dict[int, str] = field(default_factory=dict)


# Charges were posted when the draft came in; what was billed before moves to its first bill day (E47).
_MAKE_LIVE: Final = f"""
WITH d AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[])
    AS d(claim_id, journal_id, purpose, state, blockers, normalised_pcn, billed_on)
), active AS ({activity_cte("claims", "events", practice="$1::int", now="$10::timestamptz")}
), moved AS (
    UPDATE claims.claim c SET purpose = d.purpose, submission_state = d.state, blockers = d.blockers::jsonb,
        normalised_pcn = coalesce(d.normalised_pcn, c.normalised_pcn), first_billed_on = d.billed_on,
        sent_on = d.billed_on, row_version = c.row_version + 1, updated_at = $9
    FROM d WHERE c.practice_id = $1 AND c.id = d.claim_id
), fact AS (
    INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at)
    SELECT $1, 'claim.released', 'claim', c.id, jsonb_build_object('external_id', c.external_id), $9, $10
    FROM d JOIN claims.claim c ON c.practice_id = $1 AND c.id = d.claim_id RETURNING id, subject_id
), unbilled AS (
    SELECT b.*, d.journal_id, d.billed_on, row_number() OVER (PARTITION BY d.claim_id ORDER BY b.charge_id) AS n
    FROM claims.ar_balance b JOIN d ON d.claim_id = b.claim_id
    WHERE b.practice_id = $1 AND b.account = 1100 AND b.balance_cents > 0 AND d.billed_on IS NOT NULL
), journal AS (
    INSERT INTO claims.journal (practice_id, id, kind, effective_on, source_on, posted_at, recorded_at,
        source_type, source_id, client_id, actor_id, actor_kind, event_outbox_id)
    SELECT DISTINCT $1::int, u.journal_id, 'first_bill', $11::date, u.billed_on, $9::timestamptz, $10::timestamptz,
        'claim', u.claim_id, $12, $13, $14, fact.id
    FROM unbilled u JOIN fact ON fact.subject_id = u.claim_id
), posting AS (
    INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents,
        debit_account, debit_party_id, debit_sequence, debit_first_bill_on, debit_responsible_on,
        credit_account, credit_party_id, credit_sequence, credit_first_bill_on, credit_responsible_on,
        service_on, charge_id, claim_id, coverage_id, billing_entity_id, location_id, rendering_provider_id,
        payer_id, plan_id, financial_class)
    SELECT $1, u.journal_id, u.n, 'E47', u.balance_cents, 1100, u.party_id, u.sequence, u.billed_on, u.responsible_on,
        1100, u.party_id, u.sequence, NULL, u.responsible_on, h.service_from, u.charge_id, c.id, c.coverage_id,
        c.billing_entity_id, c.location_id, coalesce(h.rendering_provider_id, c.rendering_provider_id),
        c.payer_id, c.plan_id, c.financial_class
    FROM unbilled u JOIN claims.claim c ON c.practice_id = $1 AND c.id = u.claim_id
    JOIN claims.charge h ON h.practice_id = $1 AND h.id = u.charge_id
), billed AS (
    UPDATE claims.ar_balance b SET first_bill_on = u.billed_on, updated_at = $9
    FROM unbilled u
    WHERE b.practice_id = $1 AND b.charge_id = u.charge_id AND b.account = u.account AND b.party_id = u.party_id
)
SELECT count(*) FROM fact
"""

_RENUMBER: Final = """
UPDATE claims.claim_line l SET line_control_number = s.number
FROM unnest($2::uuid[], $3::int[], $4::text[]) AS s(claim_id, n, number)
WHERE l.practice_id = $1 AND l.claim_id = s.claim_id AND l.version = 1 AND l.n = s.n
"""


async def make_drafts_live(connection: Connection, acting: Acting, drafts: Sequence[LiveDraft]) -> None:
    """What was held becomes what it says, with `claim.released`; the caller commits. Raises PeriodClosedError."""
    practice_id = acting.practice_id
    await connection.fetchval(
        _MAKE_LIVE,
        practice_id,
        [draft.claim_id for draft in drafts],
        [uuid7() for _ in drafts],
        [draft.purpose for draft in drafts],
        [draft.state for draft in drafts],
        [orjson.dumps(draft.blockers, default=str).decode() for draft in drafts],
        [draft.normalised_pcn for draft in drafts],
        [draft.billed_on for draft in drafts],
        acting.moment.at,
        acting.machine,
        await book_day(connection, practice_id, acting.today, today=acting.today),
        acting.client_id,
        acting.actor.id,
        acting.actor.kind,
    )
    numbers = [(draft.claim_id, n, number) for draft in drafts for n, number in draft.line_numbers.items()]
    if numbers:
        await connection.execute(_RENUMBER, practice_id, *(list(column) for column in zip(*numbers, strict=True)))
