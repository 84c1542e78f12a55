"""Hand committed files over, at least once, oldest first."""

from collections.abc import Mapping

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Connection, Database, Row
from claims_api.clearinghouse import ClearinghousePort, OutgoingFile
from claims_api.edi.store_file import read_content
from claims_api.submissions import queries


async def deliver_submissions(database: Database, practice_id: int, ports: Mapping[str, ClearinghousePort]) -> int:
    """How many files were handed over. Raises ServiceUnavailableError when a port cannot take one.

    A file that another worker is handing over is left to it: a receiver refuses a number that it sees twice, and
    with it the claims inside.
    """
    delivered = 0
    while True:
        async with database.tenant_tx(practice_id) as connection:
            row = await queries.lock_pending_delivery(connection, practice_id)
            if row is None:
                return delivered
            await _deliver(connection, practice_id, row, ports)
            await queries.mark_delivered(connection, practice_id, row["id"])
        delivered += 1


async def _deliver(connection: Connection, practice_id: int, row: Row, ports: Mapping[str, ClearinghousePort]) -> None:
    port = ports.get(row["port"])
    if port is None:
        raise ServiceUnavailableError("the clearinghouse port is not configured")
    content = b"".join([piece async for piece in read_content(connection, practice_id, row["file_id"])])
    try:
        file = OutgoingFile(practice_id, row["id"], row["receiver"], row["interchange_control"], content)
        await port.deliver(file, connection)
    except OSError as error:
        raise ServiceUnavailableError("the clearinghouse port cannot take the file") from error
