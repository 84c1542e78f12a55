"""Hold a file while it is worked on: whoever finds it untouched for a minute may take it over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Database
from claims_api.intake import queries

_RENEW_SECONDS: Final = queries.LEASE.total_seconds() / 3


@contextlib.asynccontextmanager
async def held_lease(database: Database, clock: Clock, practice_id: int, file_id: UUID) -> AsyncIterator[None]:
    """Renew the lease three times a minute inside the block; one transaction may take longer than a lease lasts.

    A failure leaves the lease as it is, so the file is tried again when it runs out and not at once.
    """
    renewing = asyncio.create_task(_renew(database, clock, practice_id, file_id))
    try:
        yield
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


async def _renew(database: Database, clock: Clock, practice_id: int, file_id: UUID) -> None:
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        with contextlib.suppress(ServiceUnavailableError):
            async with database.tenant_tx(practice_id) as connection:
                await queries.lease_file(connection, practice_id, file_id, clock.now())
