"""Have a file tried again: what was parked, or what a person cancelled."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError, StateConflictError
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.intake import queries
from claims_api.intake.domain import UNFINISHED


async def retry_file(connection: Connection, acting: Acting, file_id: UUID) -> None:
    """A worker takes up what is not done; what was done is not done again.

    Raises NotFoundError, StateConflictError (in work, or nothing of it is left to try). The caller commits.
    """
    row = await queries.lock_file(connection, acting.practice_id, file_id)
    if row is None:
        raise NotFoundError("there is no such file")
    if row["state"] in UNFINISHED:
        raise StateConflictError(f"the file is {row['state']}")
    parked = await queries.forget_parked(connection, acting.practice_id, file_id)
    if not parked and row["state"] == "processed":
        raise StateConflictError("every transaction of the file was processed")
    await queries.reopen_file(connection, acting.practice_id, file_id)
    await queries.offer_file(connection, acting.practice_id, acting.machine)
