"""Put aside what fails each time: a transaction, or a file of which nothing more can be processed."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.edi.outcome import remark
from claims_api.intake import queries
from claims_api.telling import tell

_FILE_FAILED: Final = remark("file_parked", "Processing the rest of the file failed each time it was tried.")


async def park_file(connection: Connection, acting: Acting, file_id: UUID, attempts: int) -> None:
    """No worker takes the file up until a person says so; what was processed stays. The caller commits."""
    await queries.finish_file(connection, acting.practice_id, file_id, "parked", [_FILE_FAILED])
    await announce_parked(connection, acting, file_id, None, attempts)


async def announce_parked(connection: Connection, acting: Acting, file_id: UUID, n: int | None, attempts: int) -> None:
    """Tell that a transaction (n) or the rest of the file was put aside after so many attempts."""
    event = NewEvent("edi_file.parked", "edi_file", file_id, {"transaction": n, "attempts": attempts})
    await tell(connection, acting, [event])
