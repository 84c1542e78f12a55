"""Give the facts of a practice their sequence numbers, and seal its access log."""

from ar_shared.platform.access_log import SEALED_AT_ONCE, seal
from ar_shared.platform.database import Database
from claims_api.events import queries


async def sequence_events(database: Database, practice_id: int) -> int:
    """Number everything that waits; returns how many facts and access rows were placed.

    Any replica may run it at any time: the practice's head row decides who works.
    """
    placed = 0
    while True:
        async with database.tenant_tx(practice_id) as connection:
            batch = await queries.sequence_batch(connection, practice_id)
        placed += batch
        if batch < queries.BATCH:
            break
    while True:
        async with database.tenant_tx(practice_id) as connection:
            sealed = await seal(connection, "claims", practice_id)
        placed += sealed
        if sealed < SEALED_AT_ONCE:
            return placed
