"""SQL of progress."""

from ar_shared.platform.database import Connection, Row


async def progress_row(connection: Connection, practice_id: int) -> Row:
    """The head of the feed and what still waits, in one statement."""
    row = await connection.fetchrow(
        "SELECT coalesce((SELECT last_sequence FROM claims.event_head WHERE practice_id = $1), 0) AS sequence, "
        "(SELECT count(*) FROM claims.outbox WHERE practice_id = $1) AS waiting, "
        "(SELECT count(*) FROM claims.submission WHERE practice_id = $1 AND delivery = 'pending') AS undelivered, "
        "(SELECT count(*) FROM claims.edi_file WHERE practice_id = $1 AND direction = 'in' "
        "AND state IN ('received', 'processing')) AS unprocessed_files",
        practice_id,
    )
    assert row is not None, "an aggregate always yields a row"
    return row
