"""One proposed correction, as HTTP shows it."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.corrections import queries
from claims_api.corrections.schemas import CorrectionProposalOut


async def read_proposal(connection: Connection, practice_id: int, proposal_id: UUID) -> CorrectionProposalOut:
    """Raises NotFoundError."""
    row = await queries.proposal_row(connection, practice_id, proposal_id)
    if row is None:
        raise NotFoundError("there is no such proposal")
    return CorrectionProposalOut(**dict(row))
