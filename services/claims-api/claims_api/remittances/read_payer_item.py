"""One open amount with a payer, or one proposed correction, as HTTP shows it."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.remittances import queries
from claims_api.remittances.schemas import AssignmentOut, CorrectionProposalOut, PayerItemDetailOut


async def read_payer_item(connection: Connection, practice_id: int, item_id: UUID) -> PayerItemDetailOut:
    """With its assignments, oldest first. Raises NotFoundError."""
    row = await queries.payer_item_row(connection, practice_id, item_id)
    if row is None:
        raise NotFoundError("there is no such open amount with a payer")
    made = await queries.assignment_rows(connection, practice_id, item_id)
    return PayerItemDetailOut(**dict(row), assignments=[AssignmentOut(**dict(one)) for one in made])


async def read_proposal(connection: Connection, practice_id: int, proposal_id: UUID) -> CorrectionProposalOut:
    """Raises NotFoundError."""
    row = await queries.proposal_row(connection, practice_id, proposal_id)
    if row is None:
        raise NotFoundError("there is no such proposal")
    return CorrectionProposalOut(**dict(row))
