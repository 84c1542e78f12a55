"""Hand committed files over, at least once, oldest first."""

from collections.abc import Mapping

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Database
from claims_api.clearinghouse import ClearinghousePort, OutgoingFile
from claims_api.edi.store_file import read_content
from claims_api.submissions import queries


async def deliver_submissions(database: Database, practice_id: int, ports: Mapping[str, ClearinghousePort]) -> int:
    """How many files were handed over. Raises ServiceUnavailableError when a port cannot take one."""
    async with database.tenant_tx(practice_id) as connection:
        pending = await queries.pending_deliveries(connection, practice_id)
    for row in pending:
        async with database.tenant_tx(practice_id) as connection:
            content = b"".join([piece async for piece in read_content(connection, practice_id, row["file_id"])])
        file = OutgoingFile(practice_id, row["id"], row["receiver"], row["interchange_control"], content)
        try:
            await ports[row["port"]].deliver(file)
        except OSError as error:
            raise ServiceUnavailableError("the clearinghouse port cannot take the file") from error
        async with database.tenant_tx(practice_id) as connection:
            await queries.mark_delivered(connection, practice_id, row["id"])
    return len(pending)
