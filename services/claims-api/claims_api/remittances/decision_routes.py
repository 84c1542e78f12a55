"""HTTP of what a person decides about open amounts with payers and about corrections that payers propose."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting
from claims_api.changes import Change, IdempotencyHeader
from claims_api.remittances.accept_correction import accept_correction
from claims_api.remittances.assign_take_back import Assignment, assign_take_back
from claims_api.remittances.errors import (
    AssignmentRefusedError,
    AssignmentUndoneError,
    CorrectionNotUsableError,
    ItemNotAssignableError,
    ProposalDecidedError,
)
from claims_api.remittances.read_payer_item import read_payer_item, read_proposal
from claims_api.remittances.reject_correction import reject_correction
from claims_api.remittances.schemas import AssignIn, CorrectionProposalOut, PayerItemDetailOut, ReasonIn, UnassignIn
from claims_api.remittances.unassign_take_back import unassign_take_back
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/remittances", tags=["remittances"])

Reader = Annotated[Principal, require("remittances:read")]
Writer = Annotated[Principal, require("remittances:write")]
CHANGING = (NotFoundError, PreconditionFailedError, PreconditionRequiredError)


@router.get(
    "/payer-items/{item_id}",
    operation_id="readPayerItem",
    summary="Read an amount open with a payer",
    responses=problem_responses(NotFoundError),
)
async def get_payer_item(item_id: UUID, principal: Reader, wired: Wired, response: Response) -> PayerItemDetailOut:
    """The amount, settled or not, with the claims it was assigned to; its ETag is what assigning asks for."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        found = await read_payer_item(connection, principal.practice_id, item_id)
        access = access_by(principal, wired.clock.now(), "readPayerItem", "view", "payer_item", item_id)
        await record_access(connection, "claims", principal.practice_id, access)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/payer-items/{item_id}/assign",
    operation_id="assignPayerItem",
    summary="Assign a take-back to the claim it was for",
    response_model=PayerItemDetailOut,
    responses=problem_responses(*CHANGING, ItemNotAssignableError, AssignmentRefusedError),
)
async def post_assign(
    item_id: UUID,
    body: AssignIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """The payer owes it again on the charges that it had paid. Needs the item's `If-Match`."""
    said = Assignment(body.claim_id, body.reason, body.amount_cents)

    async def work(connection: Connection, who: Acting) -> PayerItemDetailOut:
        await assign_take_back(connection, who, item_id, said, if_match=if_match)
        return await read_payer_item(connection, who.practice_id, item_id)

    return await Change(request, principal, wired, idempotency_key, "assignPayerItem", "payer_item").run(item_id, work)


@router.post(
    "/payer-items/{item_id}/unassign",
    operation_id="unassignPayerItem",
    summary="Take a take-back off the claim it was assigned to",
    response_model=PayerItemDetailOut,
    responses=problem_responses(*CHANGING, AssignmentUndoneError),
)
async def post_unassign(
    item_id: UUID,
    body: UnassignIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a linked journal; the amount is open again. Needs the item's `If-Match`."""

    async def work(connection: Connection, who: Acting) -> PayerItemDetailOut:
        await unassign_take_back(connection, who, item_id, body.assignment_id, reason=body.reason, if_match=if_match)
        return await read_payer_item(connection, who.practice_id, item_id)

    change = Change(request, principal, wired, idempotency_key, "unassignPayerItem", "payer_item")
    return await change.run(item_id, work)


@router.post(
    "/proposals/{proposal_id}/accept",
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
    "/proposals/{proposal_id}/reject",
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
