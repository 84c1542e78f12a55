"""Finish the files that wait for a worker: those that one left behind when it died, and large ones from the start."""

from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.platform.auth import ClientDirectory
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Database
from claims_api.acting import acting_without_request
from claims_api.edi.body import Body
from claims_api.edi.store_file import read_content
from claims_api.intake import queries
from claims_api.intake.domain import ATTEMPTS, Purpose
from claims_api.intake.park_file import park_file
from claims_api.intake.process_file import FileToProcess, process_file


async def resume_files(
    database: Database,
    clock: Clock,
    directory: ClientDirectory,
    practice_id: int,
    *,
    max_bytes: int | None = None,
    attempts: int = ATTEMPTS,
) -> int:
    """Take up every file of the practice that is due, oldest first; returns how many.

    max_bytes: leave larger ones alone. Raises what processing raises; that file is tried again when its new lease
    is over.
    """
    taken = 0
    while await take_up_file(database, clock, directory, practice_id, max_bytes=max_bytes, attempts=attempts):
        taken += 1
    return taken


async def take_up_file(
    database: Database,
    clock: Clock,
    directory: ClientDirectory,
    practice_id: int,
    *,
    file_id: UUID | None = None,
    max_bytes: int | None = None,
    attempts: int = ATTEMPTS,
) -> bool:
    """Whether a file was due (the oldest, or this one), which is finished, cancelled or parked now.

    It is finished as the client and the actor that sent it, among the practices that client may act for now; a
    client that was switched off meanwhile reaches the practice it sent the file to and no other. A transaction that
    failed `attempts` times in a row is parked and the rest is tried; when that fails too, the rest of the file is.
    """
    body = Body()
    try:
        async with database.tenant_tx(practice_id) as connection:
            row = await queries.lease_due(connection, practice_id, clock.now(), file_id=file_id, max_bytes=max_bytes)
            if row is None:
                return False
            actor = Actor(row["actor"]["kind"], row["actor"]["id"])
            acting = await acting_without_request(connection, practice_id, row["client_id"], actor, clock)
            if row["attempts"] > attempts + 1:
                await park_file(connection, acting, row["id"], attempts)
                return True
            async for piece in read_content(connection, practice_id, row["id"]):
                body.add(piece)
        client = await directory.find_client(acting.client_id)
        file = FileToProcess(
            row["id"],
            Purpose(row["purpose"]) if row["purpose"] else None,
            acting,
            dict(client.practices) if client else {},
            failed_attempts=row["attempts"] - 1 if row["attempts"] > attempts else 0,
        )
        await process_file(database, clock, file, body.pieces())
        return True
    finally:
        body.close()


async def files_that_wait(database: Database, clock: Clock, practice_id: int) -> list[UUID]:
    """Files of any size that are due, oldest first."""
    async with database.tenant_tx(practice_id) as connection:
        return await queries.due_files(connection, practice_id, clock.now())
