"""Stop the work on a file between two transactions."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError, StateConflictError
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.intake import queries
from claims_api.intake.domain import UNFINISHED


async def cancel_file(connection: Connection, acting: Acting, file_id: UUID) -> None:
    """No further transaction is begun; the one in work is finished. A second time changes nothing.

    Raises NotFoundError, StateConflictError (the file is finished). The caller commits.
    """
    row = await queries.lock_file(connection, acting.practice_id, file_id)
    if row is None:
        raise NotFoundError("there is no such operation")
    if row["state"] not in UNFINISHED:
        raise StateConflictError(f"the file is {row['state']}")
    await queries.set_cancelled(connection, acting.practice_id, file_id, acting.machine)
