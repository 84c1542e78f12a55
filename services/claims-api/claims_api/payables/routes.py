"""HTTP of payables."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId, SaneDate
from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import AboveAuthorityError
from claims_api.acting import Acting, acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.payables import queries
from claims_api.payables.approve_bill import approve_bill
from claims_api.payables.changing import find_bill
from claims_api.payables.domain import (
    AboveBillError,
    BillNumberTakenError,
    BillState,
    DiscountNotEarnedError,
    NoFeeBasisError,
    OwnBillError,
    PaymentDayError,
)
from claims_api.payables.enter_bill import enter_bill
from claims_api.payables.keep_vendor import keep_vendor
from claims_api.payables.list_payables import as_csv, list_payables
from claims_api.payables.pay_bill import pay_bill
from claims_api.payables.reconcile_fees import reconcile_fees
from claims_api.payables.schemas import (
    BillEntryOut,
    BillIn,
    BillLineOut,
    BillOut,
    BillPaymentIn,
    BillVoidIn,
    FeesOut,
    PayablesOut,
    VendorIn,
    VendorOut,
    WholeBillOut,
)
from claims_api.payables.void_bill import void_bill
from claims_api.payables.void_payment import void_payment
from claims_api.reads import BY_EXTERNAL_ID, Listing, View, rows_as
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["payables"])

Reader = Annotated[Principal, require("payables:read")]
Writer = Annotated[Principal, require("payables:write")]
CSV: Final = "text/csv"
STEP: Final = (NotFoundError, IllegalTransitionError, PreconditionFailedError, PreconditionRequiredError)


async def _shown(connection: Connection, practice_id: int, bill_id: UUID) -> WholeBillOut:
    bill = await find_bill(connection, practice_id, bill_id)
    lines = await queries.bill_lines(connection, practice_id, bill_id)
    entries = await queries.bill_entries(connection, practice_id, bill_id)
    return WholeBillOut(
        **dict(bill),
        lines=[BillLineOut(**dict(line)) for line in lines],
        entries=[BillEntryOut(**dict(entry)) for entry in entries],
    )


@router.put(
    "/vendors/by-external-id/{external_id}",
    operation_id="keepVendor",
    summary="Keep a vendor and its terms",
    response_model=VendorOut,
    responses={201: {"model": VendorOut, "description": "The vendor is new."}},
)
async def put_vendor(
    external_id: Annotated[ExternalId, Path(examples=["VENDOR-1"])],
    body: VendorIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Terms count for bills entered from now on; fee terms for every comparison from now on."""

    async def work(connection: Connection, who: Acting) -> Answer:
        kept, is_new = await keep_vendor(connection, who, external_id, body)
        return Answer(kept, subject_id=kept.id, status=201 if is_new else 200)

    change = Change(request, principal, wired, idempotency_key, "keepVendor", "vendor", posts=False)
    return await change.run(None, work)


@router.get("/vendors", operation_id="listVendors", summary="List vendors")
async def get_vendors(
    principal: Reader, wired: Wired, limit: PageSize = DEFAULT_PAGE_SIZE, cursor: CursorParameter = None
) -> Page[VendorOut]:
    """In the order of their external ids."""
    listing = Listing(principal, wired, "listVendors", {}, limit, cursor)
    return await listing.page(rows_as(VendorOut, queries.vendor_page), BY_EXTERNAL_ID)


@router.post(
    "/bills",
    operation_id="enterBill",
    summary="Enter a vendor's bill",
    status_code=201,
    response_model=WholeBillOut,
    responses=problem_responses(NotFoundError, BillNumberTakenError),
)
async def post_bill(
    body: BillIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Due by the vendor's terms unless the bill says when; payable once somebody with the authority approved it."""

    async def work(connection: Connection, who: Acting) -> WholeBillOut:
        bill_id = await enter_bill(connection, who, who.actor.id or who.client_id, body)
        return await _shown(connection, who.practice_id, bill_id)

    return await Change(request, principal, wired, idempotency_key, "enterBill", "bill", 201).run(None, work)


@router.get("/bills", operation_id="listBills", summary="List bills")
async def get_bills(
    principal: Reader,
    wired: Wired,
    state: BillState | None = None,
    vendor_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[BillOut]:
    """Newest first; filters combine with and."""
    given = {"state": state, "vendor_id": vendor_id}
    listing = Listing(principal, wired, "listBills", given, limit, cursor)
    return await listing.page(rows_as(BillOut, queries.bill_page))


@router.get(
    "/bills/{bill_id}", operation_id="readBill", summary="Read a bill", responses=problem_responses(NotFoundError)
)
async def get_bill(bill_id: UUID, principal: Reader, wired: Wired, response: Response) -> WholeBillOut:
    """Its lines, and all that changed its open amount."""
    found = await View(principal, wired, "readBill", "bill").of(bill_id, _shown)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/bills/{bill_id}/approve",
    operation_id="approveBill",
    summary="Approve a bill",
    response_model=WholeBillOut,
    responses=problem_responses(*STEP, OwnBillError, AuthorityMissingError, AboveAuthorityError),
)
async def post_approve(
    bill_id: UUID,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a person with the authority for the amount, who did not enter it."""

    async def work(connection: Connection, who: Acting) -> WholeBillOut:
        await approve_bill(connection, principal, who, bill_id, if_match)
        return await _shown(connection, who.practice_id, bill_id)

    return await Change(request, principal, wired, idempotency_key, "approveBill", "bill").run(bill_id, work)


@router.post(
    "/bills/{bill_id}/payments",
    operation_id="payBill",
    summary="Record a payment of a bill",
    response_model=WholeBillOut,
    responses=problem_responses(*STEP, AboveBillError, DiscountNotEarnedError, PaymentDayError),
)
async def post_payment(
    bill_id: UUID,
    body: BillPaymentIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """All of what is open, or a part; a discount only up to its last day and what the terms give."""

    async def work(connection: Connection, who: Acting) -> WholeBillOut:
        await pay_bill(connection, who, bill_id, body, if_match)
        return await _shown(connection, who.practice_id, bill_id)

    return await Change(request, principal, wired, idempotency_key, "payBill", "bill").run(bill_id, work)


@router.post(
    "/bills/{bill_id}/payments/{payment_id}/void",
    operation_id="voidBillPayment",
    summary="Take a payment of a bill back",
    response_model=WholeBillOut,
    responses=problem_responses(*STEP),
)
async def post_void_payment(
    bill_id: UUID,
    payment_id: UUID,
    body: BillVoidIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a linked entry; what it paid is open again."""

    async def work(connection: Connection, who: Acting) -> WholeBillOut:
        await void_payment(connection, who, bill_id, payment_id, body.reason, if_match)
        return await _shown(connection, who.practice_id, bill_id)

    change = Change(request, principal, wired, idempotency_key, "voidBillPayment", "bill_payment")
    return await change.run(payment_id, work)


@router.post(
    "/bills/{bill_id}/void",
    operation_id="voidBill",
    summary="Take a bill out of what is payable",
    response_model=WholeBillOut,
    responses=problem_responses(*STEP),
)
async def post_void(
    bill_id: UUID,
    body: BillVoidIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a linked entry; void its payments first. Its number may be used again."""

    async def work(connection: Connection, who: Acting) -> WholeBillOut:
        await void_bill(connection, who, bill_id, body.reason, if_match)
        return await _shown(connection, who.practice_id, bill_id)

    return await Change(request, principal, wired, idempotency_key, "voidBill", "bill").run(bill_id, work)


@router.get(
    "/bills/{bill_id}/fees",
    operation_id="readBillFees",
    summary="Compare a bill with the fee that was agreed",
    responses=problem_responses(NotFoundError, NoFeeBasisError),
)
async def get_fees(bill_id: UUID, principal: Reader, wired: Wired) -> FeesOut:
    """Of an agency or a clearinghouse: percent of recoveries, or cents for each claim sent, in the days of a line."""
    async with wired.database.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        found = await reconcile_fees(connection, principal.practice_id, bill_id, zone=principal.time_zone)
        access = access_by(principal, wired.clock.now(), "readBillFees", "view", "bill", bill_id)
        await record_access(connection, "claims", principal.practice_id, access)
    return found


@router.get(
    "/payables",
    operation_id="readPayables",
    summary="Read or export what is payable as of a day, by age",
    response_model=PayablesOut,
    responses={
        200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "Items, totals and the control hash."}
    },
)
async def get_payables(
    principal: Reader,
    wired: Wired,
    as_of: SaneDate | None = None,
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Response:
    """Open bills and payable refunds at the end of the day (today where none is given), from one snapshot.

    Each with the days of its approval and of its being due; `vendors` ages what is open of each vendor.

    `control_hash` is SHA-256 over one line an item, `kind|id|due_on|open_cents`, joined by line feeds, in
    hexadecimal. Nothing here is posted to the receivables ledger.
    """
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice, one_snapshot=True) as connection:
        today = (await acting(connection, principal, wired.clock)).today
        found = await list_payables(connection, practice, as_of or today)
        access = access_by(principal, wired.clock.now(), "readPayables", "export")
        await record_access(connection, "claims", practice, access)
    if form == "csv":
        return Response(as_csv(found), media_type=CSV)
    return Response(found.model_dump_json(), media_type="application/json")
