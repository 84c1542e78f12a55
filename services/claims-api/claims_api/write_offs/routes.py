"""HTTP of write-offs."""

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
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired
from claims_api.write_offs import queries
from claims_api.write_offs.domain import AboveOpenError, WithAgencyError, WriteOffClass, WriteOffState
from claims_api.write_offs.reverse_write_off import reverse_write_off
from claims_api.write_offs.schemas import (
    ReverseWriteOffIn,
    SmallBalanceRunOut,
    SmallBalancesIn,
    WriteOffIn,
    WriteOffOut,
)
from claims_api.write_offs.write_off_charge import write_off_charge
from claims_api.write_offs.write_off_small_balances import write_off_small_balances

router = APIRouter(prefix="/v1", tags=["write-offs"])

Reader = Annotated[Principal, require("write_offs:read")]
Writer = Annotated[Principal, require("write_offs:write")]


async def _shown(connection: Connection, practice_id: int, write_off_id: UUID) -> WriteOffOut:
    row = await queries.write_off_row(connection, practice_id, write_off_id)
    if row is None:
        raise NotFoundError("there is no such write-off")
    return WriteOffOut(**dict(row))


@router.post(
    "/write-offs",
    operation_id="writeOff",
    summary="Write off what is open of a charge",
    status_code=201,
    response_model=WriteOffOut,
    responses=problem_responses(AboveOpenError, AuthorityMissingError, AboveAuthorityError),
)
async def post_write_off(
    body: WriteOffIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Never more than is open; by a person with the authority for the class and the amount."""

    async def work(connection: Connection, who: Acting) -> WriteOffOut:
        made = await write_off_charge(connection, principal, who, body)
        return await _shown(connection, who.practice_id, made)

    return await Change(request, principal, wired, idempotency_key, "writeOff", "write_off", 201).run(None, work)


@router.get("/write-offs", operation_id="listWriteOffs", summary="List write-offs")
async def get_write_offs(
    principal: Reader,
    wired: Wired,
    claim_id: UUID | None = None,
    kind: WriteOffClass | None = None,
    state: WriteOffState | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[WriteOffOut]:
    """Newest first; filters combine with and."""
    given = {"claim_id": claim_id, "kind": kind, "state": state}
    return await Listing(principal, wired, "listWriteOffs", given, limit, cursor).page(
        rows_as(WriteOffOut, queries.write_off_page)
    )


@router.post(
    "/write-offs/small-balances",
    operation_id="writeOffSmallBalances",
    summary="Run the small-balance rule, or preview it",
    response_model=SmallBalanceRunOut,
    responses=problem_responses(AuthorityMissingError, AboveAuthorityError),
)
async def post_small_balances(
    body: SmallBalancesIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Guarantors who owe no more than the rule's amount in all, none of it newer than the rule's days."""

    async def work(connection: Connection, who: Acting) -> SmallBalanceRunOut:
        return await write_off_small_balances(connection, principal, who, body)

    change = Change(request, principal, wired, idempotency_key, "writeOffSmallBalances", "write_off")
    return await change.run(None, work)


@router.get(
    "/write-offs/{write_off_id}",
    operation_id="readWriteOff",
    summary="Read a write-off",
    responses=problem_responses(NotFoundError),
)
async def get_write_off(write_off_id: UUID, principal: Reader, wired: Wired, response: Response) -> WriteOffOut:
    """The write-off with its reversal."""
    found = await View(principal, wired, "readWriteOff", "write_off").of(write_off_id, _shown)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/write-offs/{write_off_id}/reverse",
    operation_id="reverseWriteOff",
    summary="Take a write-off back",
    response_model=WriteOffOut,
    responses=problem_responses(
        NotFoundError,
        IllegalTransitionError,
        WithAgencyError,
        AuthorityMissingError,
        AboveAuthorityError,
        PreconditionFailedError,
        PreconditionRequiredError,
    ),
)
async def post_reverse(
    write_off_id: UUID,
    body: ReverseWriteOffIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A linked journal; the balance is open again, and so is the denial that was given up."""

    async def work(connection: Connection, who: Acting) -> WriteOffOut:
        await reverse_write_off(connection, principal, who, write_off_id, body, if_match)
        return await _shown(connection, who.practice_id, write_off_id)

    change = Change(request, principal, wired, idempotency_key, "reverseWriteOff", "write_off")
    return await change.run(write_off_id, work)
