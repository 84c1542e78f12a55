"""Leave our registration as it is, whatever the payer says."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.corrections.accept_correction import decide, open_proposal


async def reject_correction(
    connection: Connection, acting: Acting, proposal_id: UUID, *, reason: str, if_match: str | None
) -> None:
    """Close the proposal with the reason; nothing changes; the caller commits.

    Raises NotFoundError, ProposalDecidedError, PreconditionFailedError, PreconditionRequiredError.
    """
    proposal = await open_proposal(connection, acting.practice_id, proposal_id, if_match)
    await decide(connection, acting, proposal, "rejected", reason, None)
