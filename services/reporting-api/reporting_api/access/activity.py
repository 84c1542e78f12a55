"""Write, and seal, the access rows of reports that show claims."""

from collections.abc import Sequence

from ar_shared.platform.access_log import Access, record_access, seal
from ar_shared.platform.database import Connection, Database

SCHEMA = "reporting"


async def log_access(connection: Connection, practice_id: int, access: Access) -> None:
    """Record one operation on patient-level data. Not on a read replica."""
    await record_access(connection, SCHEMA, practice_id, access)


async def seal_all(database: Database, practices: Sequence[int]) -> None:
    """Move what is pending into each practice's chain; the fold's cursor keeps sealers apart."""
    for practice_id in practices:
        async with database.tenant_tx(practice_id) as connection:
            await seal(connection, SCHEMA, practice_id, lock="fold_cursor")
