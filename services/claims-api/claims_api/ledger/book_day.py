"""The day a new journal counts: the one place where every writer of journals asks whether the books are open."""

from datetime import date

from ar_shared.platform.database import Connection
from claims_api.ledger.effective_on import effective_on


async def book_day(connection: Connection, practice_id: int, source_on: date, *, today: date) -> date:
    """`effective_on` of a journal whose own day is `source_on`, written on the practice's `today`.

    Every writer of journals calls it, inside `tenant_tx(period_open=True)`: the lock it shares keeps a month from
    being closed until the journal is committed. The journal keeps `source_on` beside it, so that what comes late
    into an open month still points back to the closed one. Raises PeriodClosedError when today itself is closed.
    """
    return effective_on(source_on, today=today, first_open_day=await first_open_day(connection, practice_id))


async def first_open_day(connection: Connection, practice_id: int) -> date:
    """The day after the last closed month; `date.min` while no month is closed."""
    day = await connection.fetchval("SELECT first_open_day FROM claims.open_period WHERE practice_id = $1", practice_id)
    return day or date.min


async def open_from(connection: Connection, practice_id: int, day: date) -> None:
    """Let the books begin on `day`. Only for a transaction that holds the period lock alone (`period_closing`)."""
    await connection.execute(
        "INSERT INTO claims.open_period AS o (practice_id, first_open_day) VALUES ($1, $2) "
        "ON CONFLICT (practice_id) DO UPDATE SET first_open_day = excluded.first_open_day",
        practice_id,
        day,
    )
