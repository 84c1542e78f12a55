"""SQL of the practice's head row: the cursor, and the lock for everything that changes work items by rule."""

from collections.abc import Collection

from ar_shared.platform.database import Connection


async def lock_head(connection: Connection, practice_id: int, *, wait: bool) -> int | None:
    """The cursor, locked for this transaction; without `wait`, None when somebody else has the practice."""
    await connection.execute(
        "INSERT INTO followup.event_head (practice_id, last_sequence) VALUES ($1, 0) ON CONFLICT DO NOTHING",
        practice_id,
    )
    head: int | None = await connection.fetchval(
        "SELECT last_sequence FROM followup.event_head WHERE practice_id = $1 FOR UPDATE"
        + ("" if wait else " SKIP LOCKED"),
        practice_id,
    )
    return head


async def move_head(connection: Connection, practice_id: int, last_sequence: int) -> None:
    """Remember the last handled event, in the transaction of its effects."""
    await connection.execute(
        "UPDATE followup.event_head SET last_sequence = $2 WHERE practice_id = $1", practice_id, last_sequence
    )


async def handled(connection: Connection, practice_ids: Collection[int]) -> dict[int, int]:
    """Cursors of these practices; one that has none is left out."""
    rows = await connection.fetch(
        "SELECT practice_id, last_sequence FROM followup.event_head WHERE practice_id = ANY($1::int[])",
        list(practice_ids),
    )
    return {row["practice_id"]: row["last_sequence"] for row in rows}
