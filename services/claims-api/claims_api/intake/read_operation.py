"""How far the work on a file is."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.edi.outcome import TransactionState
from claims_api.intake import queries
from claims_api.intake.domain import FileState
from claims_api.intake.receive_file import transaction_out
from claims_api.intake.schemas import OperationOut


async def read_operation(connection: Connection, practice_id: int, file_id: UUID) -> OperationOut:
    """Raises NotFoundError."""
    row = await queries.file_row(connection, practice_id, file_id)
    if row is None or row["direction"] != "in":
        raise NotFoundError("there is no such operation")
    found = await queries.transaction_rows(connection, practice_id, file_id)
    results = [transaction_out(one) for one in found if one["state"] != TransactionState.PENDING]
    is_whole = row["state"] == FileState.PROCESSED
    return OperationOut(
        id=file_id,
        kind="edi_file",
        state=row["state"],
        is_cancelled=row["cancelled_at"] is not None,
        attempts=row["attempts"],
        transactions_done=len(results),
        transactions_total=len(results) if is_whole else None,
        claims_read=row["claims_read"],
        bytes_read=row["size_bytes"] if is_whole else row["bytes_read"],
        size_bytes=row["size_bytes"],
        started_at=row["received_at"],
        results=results,
        file=f"/v1/edi/files/{file_id}",
    )
