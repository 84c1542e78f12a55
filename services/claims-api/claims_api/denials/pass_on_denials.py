"""A payer denied everything it was billed: what is open goes to the next payer, without a remittance (E40)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.denials.domain import DenialEvent, DenialState
from claims_api.denials.move_denials import move_denials
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, leave_tables_empty, mirror_of, tell_and_post

PASSED_ON: Final = "denied_passed_on"
_SOURCE: Final = "claim"
_OPEN: Final = (DenialState.NEW, DenialState.IN_REVIEW)
_REASON: Final = "the payer denied it; the next payer is billed"
_DECIDED_AGAIN: Final = "the payer that denied it decided again"

# What a denial keeps open with the payer; a case of the claim as a whole speaks of every charge.
_DENIED: Final = """
SELECT b.charge_id, b.party_id, b.sequence, b.balance_cents, b.responsible_on
FROM claims.claim c
JOIN claims.claim_line l ON l.practice_id = $1 AND l.claim_id = c.id AND l.version = c.version
JOIN claims.ar_balance b ON b.practice_id = $1 AND b.charge_id = l.charge_id AND b.account = 1100
 AND b.party_id = c.coverage_id AND b.balance_cents > 0
WHERE c.practice_id = $1 AND c.id = $2 AND EXISTS (
    SELECT FROM claims.denial_case d
    WHERE d.practice_id = $1 AND d.claim_id = c.id AND (d.charge_id IS NULL OR d.charge_id = b.charge_id)
      AND d.state = ANY($3::text[]))
ORDER BY b.charge_id
"""
_DIMENSIONS: Final = """
SELECT id AS claim_id, coverage_id, billing_entity_id, location_id, rendering_provider_id, payer_id, plan_id,
       financial_class
FROM claims.claim WHERE practice_id = $1 AND id = $2
"""
_STANDING: Final = """
SELECT j.id, j.source_id AS claim_id FROM claims.journal j
WHERE j.practice_id = $1 AND j.kind = $2 AND j.source_id = ANY($3::uuid[])
  AND NOT EXISTS (SELECT FROM claims.journal u WHERE u.practice_id = $1 AND u.reverses_journal_id = j.id)
ORDER BY j.id
"""


async def pass_on_denials(
    connection: Connection, acting: Acting, claim_id: UUID, *, coverage_id: UUID, sequence: int
) -> int:
    """Cents that the next payer (coverage, place) owes instead; 0 moves nothing. The caller commits.

    Open cases become `payer_billed`; they stay open, for the payer may still decide otherwise.
    """
    practice = acting.practice_id
    denied = await connection.fetch(_DENIED, practice, claim_id, [state.value for state in _OPEN])
    if not denied:
        return 0
    found = await connection.fetchrow(_DIMENSIONS, practice, claim_id)
    entries = [_entry(row, claim_id, coverage_id, sequence) for row in denied]
    journal = NewJournal(PASSED_ON, _SOURCE, claim_id, entries, _REASON, dimensions=dict(found or {}))
    events = await move_denials(
        connection, practice, claim_id, None, _OPEN, [DenialEvent.BILL_PAYER], now=acting.moment.at
    )
    await _post(connection, acting, journal, claim_id, events)
    return sum(entry.amount_cents for entry in entries)


async def take_back_passed_on(connection: Connection, acting: Acting, claim_ids: Sequence[UUID]) -> None:
    """Before a payer's new decision posts: what went to the next payer because of its denial is its own again.

    A linked journal undoes each E40 that stands; the cases are in review again, for the new decision to settle. What
    the next payer has paid meanwhile becomes a credit. The caller commits.
    """
    practice, now = acting.practice_id, acting.moment.at
    for row in await connection.fetch(_STANDING, practice, PASSED_ON, list(claim_ids)):
        mirror = await mirror_of(connection, practice, row["id"], kind="denied_taken_back", reason=_DECIDED_AGAIN)
        before, moves = (DenialState.PAYER_BILLED,), [DenialEvent.REOPEN]
        events = await move_denials(connection, practice, row["claim_id"], None, before, moves, now=now)
        await _post(connection, acting, mirror, row["claim_id"], events)
        await leave_tables_empty(connection)


async def _post(
    connection: Connection, acting: Acting, journal: NewJournal, claim_id: UUID, events: Sequence[NewEvent]
) -> None:
    first = journal.entries[0]
    data = {
        "coverage_id": str(first.debit_party),
        "from_coverage_id": str(first.credit_party),
        "amount_cents": sum(entry.amount_cents for entry in journal.entries),
    }
    await tell_and_post(
        connection,
        acting,
        [journal],
        [*events, NewEvent("claim.responsibility_changed", "claim", claim_id, data)],
        source_on=acting.today,
    )


def _entry(row: Row, claim_id: UUID, coverage_id: UUID, sequence: int) -> Entry:
    return Entry(
        event=LedgerEvent.RESPONSIBILITY_CHANGE,
        debit=Account.AR_INSURANCE,
        credit=Account.AR_INSURANCE,
        amount_cents=row["balance_cents"],
        debit_party=coverage_id,
        credit_party=row["party_id"],
        charge_id=row["charge_id"],
        claim_id=claim_id,
        sequence=sequence,
        credit_sequence=row["sequence"],
    )
