"""HTTP of refunds."""

from typing import Annotated, Final
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
from claims_api.receipts.domain import ReceiptNotOpenError
from claims_api.refunds import queries
from claims_api.refunds.approve_refund import approve_refund
from claims_api.refunds.domain import (
    AboveCreditError,
    CreditProvisionalError,
    NotUnclaimedError,
    OwnRequestError,
    PayerTookBackError,
    RefundEvent,
    RefundState,
)
from claims_api.refunds.follow_refund import follow_refund
from claims_api.refunds.issue_refund import issue_refund
from claims_api.refunds.request_refund import request_refund
from claims_api.refunds.schemas import IssueIn, RefundIn, RefundOut, RefundStepIn
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["refunds"])

Reader = Annotated[Principal, require("refunds:read")]
Writer = Annotated[Principal, require("refunds:write")]
CREDIT: Final = (
    AboveCreditError,
    CreditProvisionalError,
    PayerTookBackError,
    NotUnclaimedError,
    NotFoundError,
    ReceiptNotOpenError,
)
STEP: Final = (IllegalTransitionError, PreconditionFailedError, PreconditionRequiredError)


async def _shown(connection: Connection, practice_id: int, refund_id: UUID) -> RefundOut:
    row = await queries.refund_row(connection, practice_id, refund_id)
    if row is None:
        raise NotFoundError("there is no such refund")
    return RefundOut(**dict(row))


@router.post(
    "/refunds",
    operation_id="requestRefund",
    summary="Ask for a refund",
    status_code=201,
    response_model=RefundOut,
    responses=problem_responses(*CREDIT),
)
async def post_refund(
    body: RefundIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Reserves the money; never more than the credit, and never while the payer's reversal is awaited."""

    async def work(connection: Connection, who: Acting) -> RefundOut:
        asked_by = who.actor.id or who.client_id
        return await _shown(connection, who.practice_id, await request_refund(connection, who, asked_by, body))

    return await Change(request, principal, wired, idempotency_key, "requestRefund", "refund", 201).run(None, work)


@router.get("/refunds", operation_id="listRefunds", summary="List refunds")
async def get_refunds(
    principal: Reader,
    wired: Wired,
    state: RefundState | None = None,
    claim_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[RefundOut]:
    """Newest first; filters combine with and. `state=approved`: what is payable."""
    given = {"state": state, "claim_id": claim_id}
    return await Listing(principal, wired, "listRefunds", given, limit, cursor).page(
        rows_as(RefundOut, queries.refund_page)
    )


@router.get(
    "/refunds/{refund_id}",
    operation_id="readRefund",
    summary="Read a refund",
    responses=problem_responses(NotFoundError),
)
async def get_refund(refund_id: UUID, principal: Reader, wired: Wired, response: Response) -> RefundOut:
    """The refund and where it is."""
    found = await View(principal, wired, "readRefund", "refund").of(refund_id, _shown)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/refunds/{refund_id}/approve",
    operation_id="approveRefund",
    summary="Approve a refund",
    response_model=RefundOut,
    responses=problem_responses(*CREDIT, *STEP, OwnRequestError, AuthorityMissingError, AboveAuthorityError),
)
async def post_approve(
    refund_id: UUID,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a person with the authority for the amount; not by the one who asked, above the practice's setting."""

    async def work(connection: Connection, who: Acting) -> RefundOut:
        await approve_refund(connection, principal, who, refund_id, if_match)
        return await _shown(connection, who.practice_id, refund_id)

    return await Change(request, principal, wired, idempotency_key, "approveRefund", "refund").run(refund_id, work)


@router.post(
    "/refunds/{refund_id}/issue",
    operation_id="issueRefund",
    summary="Record that a refund was paid out",
    response_model=RefundOut,
    responses=problem_responses(*CREDIT, *STEP),
)
async def post_issue(
    refund_id: UUID,
    body: IssueIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Check, transfer or card; the credit is looked at once more."""

    async def work(connection: Connection, who: Acting) -> RefundOut:
        await issue_refund(connection, who, refund_id, body, if_match)
        return await _shown(connection, who.practice_id, refund_id)

    return await Change(request, principal, wired, idempotency_key, "issueRefund", "refund").run(refund_id, work)


def _step(event: RefundEvent, path: str, operation: str, summary: str) -> None:
    @router.post(
        f"/refunds/{{refund_id}}/{path}",
        operation_id=operation,
        summary=summary,
        description=f"{event.phrase[0].upper()}{event.phrase[1:]}; why is kept with the journals.",
        response_model=RefundOut,
        responses=problem_responses(*CREDIT, *STEP),
    )
    async def post_step(
        refund_id: UUID,
        body: RefundStepIn,
        request: Request,
        principal: Writer,
        wired: Wired,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyHeader = None,
    ) -> Response:
        async def work(connection: Connection, who: Acting) -> RefundOut:
            await follow_refund(connection, who, refund_id, event, body.reason, if_match)
            return await _shown(connection, who.practice_id, refund_id)

        return await Change(request, principal, wired, idempotency_key, operation, "refund").run(refund_id, work)


_step(RefundEvent.CLEAR, "clear", "clearRefund", "Record that the bank paid a refund")
_step(RefundEvent.CANCEL, "cancel", "cancelRefund", "Give a refund up before it is paid")
_step(RefundEvent.VOID, "void", "voidRefund", "Take a paid refund back")
_step(RefundEvent.MARK_STALE, "mark-stale", "markRefundStale", "Record that a refund was never cashed")
_step(RefundEvent.TURN_OVER, "turn-over", "turnRefundOver", "Make a stale refund unclaimed property")
_step(RefundEvent.REMIT, "remit", "remitRefund", "Record that unclaimed property was paid to the state")
