"""HTTP of amounts that are open with payers."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting
from claims_api.changes import Change, IdempotencyHeader
from claims_api.reads import Listing, View, rows_as
from claims_api.take_backs import queries
from claims_api.take_backs.assign_take_back import Assignment, assign_take_back
from claims_api.take_backs.errors import AssignmentRefusedError, AssignmentUndoneError, ItemNotAssignableError
from claims_api.take_backs.read_payer_item import read_payer_item
from claims_api.take_backs.schemas import AssignIn, PayerItemDetailOut, PayerItemOut, UnassignIn
from claims_api.take_backs.unassign_take_back import unassign_take_back
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/remittances/payer-items", tags=["remittances"])

Reader = Annotated[Principal, require("remittances:read")]
Writer = Annotated[Principal, require("remittances:write")]
CHANGING = (NotFoundError, PreconditionFailedError, PreconditionRequiredError)


@router.get("", operation_id="listPayerItems", summary="List open amounts with payers")
async def get_payer_items(
    principal: Reader,
    wired: Wired,
    kind: Literal["announced", "forwarded", "take_back", "refund_seen"] | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[PayerItemOut]:
    """Take-backs, announced recoveries and forwarded balances that are not settled; oldest first."""
    listing = Listing(principal, wired, "listPayerItems", {"kind": kind}, limit, cursor)
    return await listing.page(rows_as(PayerItemOut, queries.payer_item_page))


@router.get(
    "/{item_id}",
    operation_id="readPayerItem",
    summary="Read an amount open with a payer",
    responses=problem_responses(NotFoundError),
)
async def get_payer_item(item_id: UUID, principal: Reader, wired: Wired, response: Response) -> PayerItemDetailOut:
    """The amount, settled or not, with the claims it was assigned to; its ETag is what assigning asks for."""
    found = await View(principal, wired, "readPayerItem", "payer_item").of(item_id, read_payer_item)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/{item_id}/assign",
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
    "/{item_id}/unassign",
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
