"""What follows when claims of a payment post, at once or after they were held: cases, history, states, reviews."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import append_events
from claims_api.acting import Acting
from claims_api.claims.record_decisions import record_decisions
from claims_api.denials.open_denials import open_denials
from claims_api.denials.settle_denials import settle_denials
from claims_api.ledger.moves import Books
from claims_api.remittances import write_remittance as write
from claims_api.remittances.domain.reversal_state import due_on
from claims_api.remittances.pair_reversals import Completions, has_decided_claims, pair_reversals
from claims_api.remittances.propose_corrections import propose_corrections

_WAIT_SETTING: Final = "SELECT settings->>'correction_wait_days' FROM claims.practice WHERE id = $1"


async def open_cases(
    connection: Connection, acting: Acting, remittance_id: UUID, *, remitted_on: date | None, has_corrections: bool
) -> int:
    """Open denial cases and proposals of corrections; returns how many cases. Needs the claims as they are kept."""
    now, machine, today = acting.moment.at, acting.machine, acting.today
    denied = await open_denials(
        connection,
        acting.practice_id,
        remittance_id,
        claims=write.POSTED_CLAIMS,
        charges=write.POSTED_CHARGES,
        remitted_on=remitted_on or today,
        today=today,
        now=now,
        machine=machine,
    )
    if has_corrections:
        await propose_corrections(connection, acting.practice_id, remittance_id, today=today, now=now, machine=machine)
    return denied


async def conclude_claims(
    connection: Connection,
    books: Books,
    remittance_id: UUID,
    completions: Completions,
    *,
    has_reversals: bool,
    said_on: date | None,
    today: date,
) -> int:
    """Settle what came before, move the claims' states and tell, open reviews; returns how many reviews.

    The moves are written. `said_on` is the day of the payer's decision, never later than today.
    """
    practice, now, machine = books.practice_id, books.posted_at, books.recorded_at
    if has_reversals or await has_decided_claims(connection):
        await _settle_history(connection, books, remittance_id, completions, today, now, machine)
    for decisions in (write.DECISIONS, write.FORWARDED):
        await record_decisions(
            connection, practice, decisions=decisions, decided_on=min(said_on or today, today), now=now
        )
    await write.announce_decisions(connection, practice, remittance_id, now=now, machine=machine)
    return await write.open_reviews(connection, practice, remittance_id, today=today, now=now, machine=machine)


async def _settle_history(
    connection: Connection,
    books: Books,
    remittance_id: UUID,
    completions: Completions,
    today: date,
    now: datetime,
    machine: datetime,
) -> None:
    """What the claims mean for decisions before them: reversals, corrections and the denials they settle."""
    practice = books.practice_id
    due = due_on(today, await connection.fetchval(_WAIT_SETTING, practice))
    events = await pair_reversals(connection, books, remittance_id, completions, today=today, due_on=due, now=now)
    events += await settle_denials(
        connection, practice, remittance_id, undone=write.UNDONE, decided=write.GIVEN, now=now
    )
    await append_events(connection, "claims", practice, events, occurred_at=now, recorded_at=machine)
