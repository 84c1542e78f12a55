"""Hold a file while it is worked on: whoever finds it untouched for a minute may take it over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Database
from claims_api.intake import queries

_RENEW_SECONDS: Final = 2.0


@dataclass(slots=True)
class Headway:
    """How far one walk over a file has come."""

    claims_read: int = 0
    bytes_read: int = 0

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, counted as they are taken."""
        for chunk in chunks:
            self.bytes_read += len(chunk)
            yield chunk


@contextlib.asynccontextmanager
async def held_lease(
    database: Database, clock: Clock, practice_id: int, file_id: UUID, headway: Headway
) -> AsyncIterator[None]:
    """Renew the lease, and tell the headway, every other second inside the block.

    One transaction may take longer than a lease lasts. A failure leaves the lease as it is, so the file is tried
    again when it runs out and not at once.
    """
    renewing = asyncio.create_task(_renew(database, clock, practice_id, file_id, headway))
    try:
        yield
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


async def _renew(database: Database, clock: Clock, practice_id: int, file_id: UUID, headway: Headway) -> None:
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        with contextlib.suppress(ServiceUnavailableError):
            await tell(database, clock, practice_id, file_id, headway)


async def tell(database: Database, clock: Clock, practice_id: int, file_id: UUID, headway: Headway) -> None:
    """Take or renew the lease and say how far it is."""
    async with database.tenant_tx(practice_id) as connection:
        await queries.extend_lease(
            connection,
            practice_id,
            file_id,
            clock.now(),
            claims_read=headway.claims_read,
            bytes_read=headway.bytes_read,
        )
