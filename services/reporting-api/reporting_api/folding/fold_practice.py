"""Fold what is new in one practice."""

from dataclasses import dataclass
from datetime import date, timedelta

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.database import Connection, Database
from reporting_api.aging import queries as aging
from reporting_api.folding import queries
from reporting_api.measures import queries as measures
from reporting_api.moment import BEGINNING, month_end_by, month_ends, practice_time


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a practice's rollups have come, and how far its feed has."""

    sequence: int
    head: int


async def fold_practice(database: Database, clock: Clock, practice_id: int) -> Progress | None:
    """Fold until the rollups have reached the feed; None while another replica does it.

    Each transaction takes a bounded number of events and moves the cursor with them, so an event counts exactly
    once whoever folds, however often, and wherever a process ends.
    """
    while True:
        progress = await fold_once(database, clock, practice_id)
        if progress is None or progress.sequence >= progress.head:
            return progress


async def fold_once(database: Database, clock: Clock, practice_id: int) -> Progress | None:
    """One transaction of it."""
    async with database.tenant_tx(practice_id, bulk=True) as connection:
        cursor = await queries.lock_cursor(connection, practice_id)
        if cursor is None:
            return None
        after, first, last = cursor["last_sequence"], cursor["first_checkpoint_on"], cursor["last_checkpoint_on"]
        head = await queries.feed_head(connection, practice_id)
        if head <= after:
            return Progress(after, head)
        time = await practice_time(connection, practice_id, clock)
        through = await queries.fold_end(connection, practice_id, after, head)
        crossable = list(month_ends(first, last)) if first and last else []
        await queries.fold(connection, practice_id, after, through, str(time.zone), crossable)
        if through == head:  # while catching up, every checkpoint made early would have to be corrected again
            await _add_checkpoints(connection, practice_id, time, last)
    return Progress(through, head)


async def _add_checkpoints(connection: Connection, practice_id: int, time: PracticeTime, last: date | None) -> None:
    start = last + timedelta(days=1) if last else await aging.first_day(connection, practice_id)
    due = list(month_ends(start, month_end_by(time.today - timedelta(days=1)))) if start else []
    previous = last or BEGINNING
    for month_end in due:
        await aging.add_checkpoint(connection, practice_id, previous, month_end)
        await measures.add_checkpoint(connection, practice_id, previous, month_end)
        previous = month_end
    if due:
        await queries.record_checkpoints(connection, practice_id, due[0], due[-1])
