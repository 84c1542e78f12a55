"""SQL of test clocks."""

from datetime import datetime

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.lock_keys import LockKey


async def try_clock_lock(connection: Connection, practice_id: int) -> bool:
    """Take the right to move the practice's time, until the transaction ends; False when another holds it."""
    return bool(
        await connection.fetchval("SELECT pg_try_advisory_xact_lock($1::int, $2::int)", LockKey.TEST_CLOCK, practice_id)
    )


async def practice_row(connection: Connection, practice_id: int) -> Row:
    """Mode, zone and clock. The practice exists: it comes from a token."""
    row = await connection.fetchrow(
        "SELECT id, uuid, mode, time_zone, test_clock_at FROM claims.practice WHERE id = $1", practice_id
    )
    assert row is not None, "the practice of a token exists"
    return row


async def set_clock(connection: Connection, practice_id: int, at: datetime) -> None:
    """The caller has checked that this is forward."""
    await connection.execute("UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1", practice_id, at)


async def latest_fact_at(connection: Connection, practice_id: int) -> datetime | None:
    """Practice time of the newest fact of the practice; a clock may not start before it."""
    instant: datetime | None = await connection.fetchval(
        "SELECT greatest((SELECT max(occurred_at) FROM claims.event WHERE practice_id = $1), "
        "(SELECT max(occurred_at) FROM claims.outbox WHERE practice_id = $1))",
        practice_id,
    )
    return instant
