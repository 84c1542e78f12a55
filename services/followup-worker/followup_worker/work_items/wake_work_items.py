"""Wake snoozed work items when their day comes."""

from datetime import date, datetime

from ar_shared.platform.database import Connection


async def wake_work_items(connection: Connection, practice_id: int, today: date, machine: datetime) -> None:
    """Open every item that was put off until today or earlier. today: the practice's day."""
    await connection.execute(
        "UPDATE followup.work_item SET state = 'open', snoozed_until = NULL, row_version = row_version + 1, "
        "updated_at = $3 WHERE practice_id = $1 AND state = 'snoozed' AND snoozed_until <= $2",
        practice_id,
        today,
        machine,
    )
