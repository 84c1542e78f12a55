"""HTTP of receipts and deposit slips."""

from typing import Annotated, Final, Literal
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
from claims_api.reads import Listing, View
from claims_api.receipts.apply_receipt import apply_receipt
from claims_api.receipts.deposit_slips import close_slip, open_slip
from claims_api.receipts.domain import (
    FeeNotAllowedError,
    NotEnoughUnappliedError,
    NothingOpenError,
    NotThisGuarantorError,
    OverShortReasonError,
    ReceiptDepositedError,
    ReceiptNotOpenError,
    ReceiptState,
    SlipClosedError,
)
from claims_api.receipts.identify_receipt import identify_receipt
from claims_api.receipts.read_receipts import list_receipts, list_slips, read_receipt, read_slip
from claims_api.receipts.reassign_receipt import reassign_receipt
from claims_api.receipts.receive_money import ReceiptKnownError, receive_money
from claims_api.receipts.return_receipt import return_receipt
from claims_api.receipts.schemas import (
    ApplyIn,
    CloseSlipIn,
    DepositSlipDetailOut,
    DepositSlipIn,
    DepositSlipOut,
    IdentifyIn,
    ReassignIn,
    ReceiptDetailOut,
    ReceiptIn,
    ReceiptOut,
    ReturnIn,
    UnapplyIn,
    VoidReceiptIn,
)
from claims_api.receipts.unapply_receipt import unapply_receipt
from claims_api.receipts.void_receipt import void_receipt
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["receipts"])

Reader = Annotated[Principal, require("receipts:read")]
Writer = Annotated[Principal, require("receipts:write")]
APPLYING: Final = (NotEnoughUnappliedError, NothingOpenError, NotThisGuarantorError)
CHANGING: Final = (NotFoundError, ReceiptNotOpenError, PreconditionFailedError, PreconditionRequiredError)


@router.post(
    "/receipts",
    operation_id="receiveMoney",
    summary="Record money that came in",
    status_code=201,
    response_model=ReceiptDetailOut,
    responses=problem_responses(ReceiptKnownError, SlipClosedError, NotFoundError, *APPLYING),
)
async def post_receipt(
    body: ReceiptIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Applied at once to what `allocations` name; the rest stays unapplied (a prepayment)."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        receipt_id = await receive_money(connection, who, body)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "receiveMoney", "receipt", 201).run(None, work)


@router.get("/receipts", operation_id="listReceipts", summary="List receipts")
async def get_receipts(
    principal: Reader,
    wired: Wired,
    guarantor_id: UUID | None = None,
    deposit_slip_id: UUID | None = None,
    state: ReceiptState | None = None,
    unapplied: bool | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[ReceiptOut]:
    """Newest first; filters combine with and. `unapplied=true`: those with money that is not applied."""
    given = {
        "guarantor_id": guarantor_id,
        "deposit_slip_id": deposit_slip_id,
        "state": state,
        "unapplied": unapplied,
    }
    return await Listing(principal, wired, "listReceipts", given, limit, cursor).page(list_receipts)


@router.get(
    "/receipts/{receipt_id}",
    operation_id="readReceipt",
    summary="Read a receipt",
    responses=problem_responses(NotFoundError),
)
async def get_receipt(receipt_id: UUID, principal: Reader, wired: Wired, response: Response) -> ReceiptDetailOut:
    """The receipt with everything it was ever applied to."""
    found = await View(principal, wired, "readReceipt", "receipt").of(receipt_id, read_receipt)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/receipts/{receipt_id}/apply",
    operation_id="applyReceipt",
    summary="Apply unapplied money",
    response_model=ReceiptDetailOut,
    responses=problem_responses(*CHANGING, *APPLYING),
)
async def post_apply(
    receipt_id: UUID,
    body: ApplyIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """To what the guarantor owes; an insurer's money to the remittance it belongs to. Never below zero."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        await apply_receipt(connection, who, receipt_id, body, if_match)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "applyReceipt", "receipt").run(receipt_id, work)


@router.post(
    "/receipts/{receipt_id}/unapply",
    operation_id="unapplyReceipt",
    summary="Take applied money off again",
    response_model=ReceiptDetailOut,
    responses=problem_responses(*CHANGING),
)
async def post_unapply(
    receipt_id: UUID,
    body: UnapplyIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A linked reversal; what it had paid is open again and the money is unapplied."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        await unapply_receipt(connection, who, receipt_id, body, if_match)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "unapplyReceipt", "receipt").run(receipt_id, work)


@router.post(
    "/receipts/{receipt_id}/return",
    operation_id="returnReceipt",
    summary="Record a returned check or a chargeback",
    response_model=ReceiptDetailOut,
    responses=problem_responses(*CHANGING, NotEnoughUnappliedError, FeeNotAllowedError),
)
async def post_return(
    receipt_id: UUID,
    body: ReturnIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """What it paid is open again on the same lines; a fee only where the practice's settings allow it."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        await return_receipt(connection, who, receipt_id, body, if_match)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "returnReceipt", "receipt").run(receipt_id, work)


@router.post(
    "/receipts/{receipt_id}/void",
    operation_id="voidReceipt",
    summary="Undo a receipt entered by mistake",
    response_model=ReceiptDetailOut,
    responses=problem_responses(*CHANGING, ReceiptDepositedError),
)
async def post_void(
    receipt_id: UUID,
    body: VoidReceiptIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Each of its journals gets its linked reversal; only while no bank has settled it."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        await void_receipt(connection, who, receipt_id, body, if_match)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "voidReceipt", "receipt").run(receipt_id, work)


@router.post(
    "/receipts/{receipt_id}/identify",
    operation_id="identifyReceipt",
    summary="Say whose unidentified money it is",
    response_model=ReceiptDetailOut,
    responses=problem_responses(*CHANGING),
)
async def post_identify(
    receipt_id: UUID,
    body: IdentifyIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A guarantor's or an insurer's; then it can be applied."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        await identify_receipt(connection, who, receipt_id, body, if_match)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "identifyReceipt", "receipt").run(receipt_id, work)


@router.post(
    "/receipts/{receipt_id}/reassign",
    operation_id="reassignReceipt",
    summary="Give a receipt to the guarantor whose money it is",
    response_model=ReceiptDetailOut,
    responses=problem_responses(*CHANGING),
)
async def post_reassign(
    receipt_id: UUID,
    body: ReassignIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """After it was taken off what it paid; its deposit stays as it is. Then it is applied to the right account."""

    async def work(connection: Connection, who: Acting) -> ReceiptDetailOut:
        await reassign_receipt(connection, who, receipt_id, body, if_match)
        return await read_receipt(connection, who.practice_id, receipt_id)

    return await Change(request, principal, wired, idempotency_key, "reassignReceipt", "receipt").run(receipt_id, work)


@router.post(
    "/deposit-slips",
    operation_id="openDepositSlip",
    summary="Open a deposit slip",
    status_code=201,
    response_model=DepositSlipDetailOut,
)
async def post_slip(
    body: DepositSlipIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """For what one person takes in at one location; receipts name it until it is closed."""

    async def work(connection: Connection, who: Acting) -> DepositSlipDetailOut:
        slip_id = await open_slip(connection, who, body)
        return await read_slip(connection, who.practice_id, slip_id)

    change = Change(request, principal, wired, idempotency_key, "openDepositSlip", "deposit_slip", 201)
    return await change.run(None, work)


@router.get("/deposit-slips", operation_id="listDepositSlips", summary="List deposit slips")
async def get_slips(
    principal: Reader,
    wired: Wired,
    state: Literal["open", "closed"] | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[DepositSlipOut]:
    """Newest first."""
    return await Listing(principal, wired, "listDepositSlips", {"state": state}, limit, cursor).page(list_slips)


@router.get(
    "/deposit-slips/{slip_id}",
    operation_id="readDepositSlip",
    summary="Read a deposit slip",
    responses=problem_responses(NotFoundError),
)
async def get_slip(slip_id: UUID, principal: Reader, wired: Wired, response: Response) -> DepositSlipDetailOut:
    """The slip with what is recorded on it now, by method."""
    found = await View(principal, wired, "readDepositSlip", "deposit_slip").of(slip_id, read_slip)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/deposit-slips/{slip_id}/close",
    operation_id="closeDepositSlip",
    summary="Count and close a deposit slip",
    response_model=DepositSlipDetailOut,
    responses=problem_responses(
        NotFoundError, SlipClosedError, OverShortReasonError, PreconditionFailedError, PreconditionRequiredError
    ),
)
async def post_close(
    slip_id: UUID,
    body: CloseSlipIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Counted against recorded; a difference is stated with its reason and moves no money."""

    async def work(connection: Connection, who: Acting) -> DepositSlipDetailOut:
        await close_slip(connection, who, slip_id, body, if_match)
        return await read_slip(connection, who.practice_id, slip_id)

    change = Change(request, principal, wired, idempotency_key, "closeDepositSlip", "deposit_slip")
    return await change.run(slip_id, work)
