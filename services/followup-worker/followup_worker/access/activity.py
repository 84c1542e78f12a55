"""Write the access row of an operation and announce that there is something to seal."""

from typing import Final

from ar_shared.platform.access_log import Access, record_access
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import activity_cte

ACCESS: Final = "access"
_ANNOUNCE: Final = (
    f"WITH active AS ({activity_cte('followup', ACCESS, practice='$1::int', now='$2::timestamptz')}) SELECT 1"
)


async def log_access(connection: Connection, practice_id: int, access: Access) -> None:
    """Record one operation on patient-level data in its own transaction."""
    await record_access(connection, "followup", practice_id, access)
    await connection.execute(_ANNOUNCE, practice_id, access.at)
