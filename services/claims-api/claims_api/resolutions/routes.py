"""HTTP of resolutions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import AboveAuthorityError
from claims_api.acting import Acting
from claims_api.changes import Change, IdempotencyHeader
from claims_api.reads import Listing, View, rows_as
from claims_api.resolutions import queries
from claims_api.resolutions.domain import NotResolvableError, ResolutionState
from claims_api.resolutions.resolve_money import resolve_money
from claims_api.resolutions.reverse_resolution import reverse_resolution
from claims_api.resolutions.schemas import ResolutionIn, ResolutionOut, ReverseResolutionIn
from claims_api.take_backs.open_item import PayerItemUsedError
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["remittances"])

Reader = Annotated[Principal, require("remittances:read")]
Writer = Annotated[Principal, require("remittances:write")]


async def _shown(connection: Connection, practice_id: int, resolution_id: UUID) -> ResolutionOut:
    row = await queries.resolution_row(connection, practice_id, resolution_id)
    if row is None:
        raise NotFoundError("there is no such resolution")
    return ResolutionOut(**dict(row))


@router.post(
    "/resolutions",
    operation_id="resolveMoney",
    summary="Say whose held or missing money of a payment is",
    status_code=201,
    response_model=ResolutionOut,
    responses=problem_responses(NotFoundError, NotResolvableError, AuthorityMissingError, AboveAuthorityError),
)
async def post_resolution(
    body: ResolutionIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """The way out for a held claim that is not ours, for a difference, and for what the bank will never show.

    What is the payer's becomes an open amount with the payer: refund it, or let a later payment take it. What the payer
    did not pay is open with the payer until it is assigned to a claim or comes. The rest of the payment stays as it is.
    """

    async def work(connection: Connection, who: Acting) -> ResolutionOut:
        made = await resolve_money(connection, principal, who, body)
        return await _shown(connection, who.practice_id, made)

    return await Change(request, principal, wired, idempotency_key, "resolveMoney", "resolution", 201).run(None, work)


@router.get("/resolutions", operation_id="listResolutions", summary="List resolutions")
async def get_resolutions(
    principal: Reader,
    wired: Wired,
    remittance_id: UUID | None = None,
    state: ResolutionState | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[ResolutionOut]:
    """Newest first; filters combine with and."""
    given = {"remittance_id": remittance_id, "state": state}
    return await Listing(principal, wired, "listResolutions", given, limit, cursor).page(
        rows_as(ResolutionOut, queries.resolution_page)
    )


@router.get(
    "/resolutions/{resolution_id}",
    operation_id="readResolution",
    summary="Read a resolution",
    responses=problem_responses(NotFoundError),
)
async def get_resolution(resolution_id: UUID, principal: Reader, wired: Wired, response: Response) -> ResolutionOut:
    """The resolution with its reversal."""
    found = await View(principal, wired, "readResolution", "resolution").of(resolution_id, _shown)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/resolutions/{resolution_id}/reverse",
    operation_id="reverseResolution",
    summary="Take a resolution back",
    response_model=ResolutionOut,
    responses=problem_responses(
        NotFoundError,
        IllegalTransitionError,
        PayerItemUsedError,
        AuthorityMissingError,
        AboveAuthorityError,
        PreconditionFailedError,
        PreconditionRequiredError,
    ),
)
async def post_reverse(
    resolution_id: UUID,
    body: ReverseResolutionIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A linked journal; the money waits again where it waited, and its work is open again."""

    async def work(connection: Connection, who: Acting) -> ResolutionOut:
        await reverse_resolution(connection, principal, who, resolution_id, body, if_match)
        return await _shown(connection, who.practice_id, resolution_id)

    change = Change(request, principal, wired, idempotency_key, "reverseResolution", "resolution")
    return await change.run(resolution_id, work)
