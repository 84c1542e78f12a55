"""HTTP of corrections that payers propose."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting
from claims_api.changes import Change, IdempotencyHeader
from claims_api.corrections import queries
from claims_api.corrections.accept_correction import accept_correction
from claims_api.corrections.errors import CorrectionNotUsableError, ProposalDecidedError
from claims_api.corrections.read_proposal import read_proposal
from claims_api.corrections.reject_correction import reject_correction
from claims_api.corrections.schemas import CorrectionProposalOut
from claims_api.reads import Listing, rows_as
from claims_api.remittances.schemas import ReasonIn
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/remittances/proposals", tags=["remittances"])

Reader = Annotated[Principal, require("remittances:read")]
Writer = Annotated[Principal, require("remittances:write")]
CHANGING = (NotFoundError, PreconditionFailedError, PreconditionRequiredError)


@router.get("", operation_id="listCorrectionProposals", summary="List corrections proposed by payers")
async def get_proposals(
    principal: Reader,
    wired: Wired,
    state: Literal["open", "accepted", "rejected"] = "open",
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[CorrectionProposalOut]:
    """Corrected members and other payers, as remittances named them; what is open changed nothing. Oldest first."""
    listing = Listing(principal, wired, "listCorrectionProposals", {"state": state}, limit, cursor)
    return await listing.page(rows_as(CorrectionProposalOut, queries.proposal_page))


@router.post(
    "/{proposal_id}/accept",
    operation_id="acceptCorrectionProposal",
    summary="Take over what a payer corrected",
    response_model=CorrectionProposalOut,
    responses=problem_responses(*CHANGING, ProposalDecidedError, CorrectionNotUsableError),
)
async def post_accept(
    proposal_id: UUID,
    body: ReasonIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Changes coverage, patient or subscriber, and keeps what stood there before. Needs the proposal's `If-Match`."""

    async def work(connection: Connection, who: Acting) -> CorrectionProposalOut:
        await accept_correction(connection, who, proposal_id, reason=body.reason, if_match=if_match)
        return await read_proposal(connection, who.practice_id, proposal_id)

    change = Change(request, principal, wired, idempotency_key, "acceptCorrectionProposal", "correction_proposal")
    return await change.run(proposal_id, work)


@router.post(
    "/{proposal_id}/reject",
    operation_id="rejectCorrectionProposal",
    summary="Refuse what a payer corrected",
    response_model=CorrectionProposalOut,
    responses=problem_responses(*CHANGING, ProposalDecidedError),
)
async def post_reject(
    proposal_id: UUID,
    body: ReasonIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Nothing changes; the reason is kept. Needs the proposal's `If-Match`."""

    async def work(connection: Connection, who: Acting) -> CorrectionProposalOut:
        await reject_correction(connection, who, proposal_id, reason=body.reason, if_match=if_match)
        return await read_proposal(connection, who.practice_id, proposal_id)

    change = Change(request, principal, wired, idempotency_key, "rejectCorrectionProposal", "correction_proposal")
    return await change.run(proposal_id, work)
