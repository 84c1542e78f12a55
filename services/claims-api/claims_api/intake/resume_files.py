"""Finish the files that a worker left behind when it died, for whoever sent them."""

from ar_shared.kernel.clock import Clock
from ar_shared.platform.auth import ClientDirectory
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Database
from claims_api.acting import acting_without_request
from claims_api.edi.store_file import read_content
from claims_api.intake import queries
from claims_api.intake.domain import Purpose
from claims_api.intake.process_file import FileToProcess, process_file


async def resume_files(database: Database, clock: Clock, directory: ClientDirectory, practice_id: int) -> int:
    """Take up every file of the practice whose lease is over, oldest first; returns how many were finished.

    Each is finished as the client and the actor that sent it, among the practices that client may act for now; a
    client that was switched off meanwhile reaches the practice it sent the file to and no other. Raises what
    processing raises; that file is tried again when its new lease is over.
    """
    finished = 0
    while await _resume_next(database, clock, directory, practice_id):
        finished += 1
    return finished


async def _resume_next(database: Database, clock: Clock, directory: ClientDirectory, practice_id: int) -> bool:
    async with database.tenant_tx(practice_id) as connection:
        row = await queries.lease_unfinished(connection, practice_id, clock.now())
        if row is None:
            return False
        chunks = [piece async for piece in read_content(connection, practice_id, row["id"])]
        actor = Actor(row["actor"]["kind"], row["actor"]["id"])
        acting = await acting_without_request(connection, practice_id, row["client_id"], actor, clock)
    client = await directory.find_client(acting.client_id)
    purpose = Purpose(row["purpose"]) if row["purpose"] else None
    file = FileToProcess(row["id"], purpose, acting, dict(client.practices) if client else {})
    await process_file(database, clock, file, chunks)
    return True
