"""One open amount with a payer, as HTTP shows it."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.take_backs import queries
from claims_api.take_backs.schemas import AssignmentOut, PayerItemDetailOut


async def read_payer_item(connection: Connection, practice_id: int, item_id: UUID) -> PayerItemDetailOut:
    """With its assignments, oldest first. Raises NotFoundError."""
    row = await queries.payer_item_row(connection, practice_id, item_id)
    if row is None:
        raise NotFoundError("there is no such open amount with a payer")
    made = await queries.assignment_rows(connection, practice_id, item_id)
    return PayerItemDetailOut(**dict(row), assignments=[AssignmentOut(**dict(one)) for one in made])
