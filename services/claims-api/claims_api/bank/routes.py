"""HTTP of the bank."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from ar_shared.kernel.errors import FieldError, NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId
from claims_api.acting import Acting
from claims_api.bank.errors import (
    BankAccountNumberTakenError,
    EmptyStatementError,
    LineInUseError,
    LineNotOpenError,
    NoColumnsError,
    PaymentNotOpenError,
)
from claims_api.bank.hold_line import hold_line, set_line_aside
from claims_api.bank.keep_account import keep_account, list_accounts
from claims_api.bank.match_line import match_line
from claims_api.bank.read_bank import list_lines, open_items, prove_deposits, read_content, read_line, read_statement
from claims_api.bank.reassociate import reassociate
from claims_api.bank.schemas import (
    BankAccountIn,
    BankAccountOut,
    BankLineDetailOut,
    BankLineOut,
    BankProofOut,
    HoldIn,
    MatchIn,
    OpenItemsOut,
    ReassociationOut,
    SetAsideIn,
    StatementOut,
    UnmatchIn,
)
from claims_api.bank.take_in_statement import take_in_statement
from claims_api.bank.unmatch_line import unmatch_line
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.practices.queries import practice_time
from claims_api.reads import Listing, View
from claims_api.refunds.domain import RefundNotOutError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/bank", tags=["bank"])

Reader = Annotated[Principal, require("bank:read")]
Writer = Annotated[Principal, require("bank:write")]
MAX_STATEMENT_BYTES: Final = 8 * 1024 * 1024
STATEMENT_MEDIA: Final = "application/octet-stream"
_BODY: Final[dict[str, Any]] = {
    "x-max-body-bytes": MAX_STATEMENT_BYTES,
    "requestBody": {
        "required": True,
        "content": {STATEMENT_MEDIA: {"schema": {"type": "string", "format": "binary"}}},
    },
}
CHANGING: Final = (NotFoundError, PreconditionFailedError, PreconditionRequiredError)


@router.put(
    "/accounts/by-external-id/{external_id}",
    operation_id="keepBankAccount",
    summary="Declare a bank account",
    response_model=BankAccountOut,
    responses={
        201: {"model": BankAccountOut, "description": "The account is new."},
        **problem_responses(BankAccountNumberTakenError),
    },
)
async def put_account(
    external_id: Annotated[ExternalId, Path(examples=["BANK-1"])],
    body: BankAccountIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """With the columns of its CSV files, or the number by which BAI2 files name it."""

    async def work(connection: Connection, who: Acting) -> Answer:
        kept, is_new = await keep_account(connection, who, external_id, body)
        return Answer(kept, subject_id=kept.id, status=201 if is_new else 200)

    change = Change(request, principal, wired, idempotency_key, "keepBankAccount", "bank_account", posts=False)
    return await change.run(None, work)


@router.get("/accounts", operation_id="listBankAccounts", summary="List bank accounts")
async def get_accounts(principal: Reader, wired: Wired) -> list[BankAccountOut]:
    """All of the practice's, in the order of their external ids."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        access = access_by(principal, wired.clock.now(), "listBankAccounts", "search")
        await record_access(connection, "claims", principal.practice_id, access)
        return await list_accounts(connection, principal.practice_id)


@router.post(
    "/statements",
    operation_id="uploadBankStatement",
    summary="Bring a bank statement in",
    status_code=201,
    response_model=StatementOut,
    responses=problem_responses(NotFoundError, NoColumnsError, EmptyStatementError),
    openapi_extra=_BODY,
)
async def post_statement(
    request: Request,
    principal: Writer,
    wired: Wired,
    form: Annotated[Literal["csv", "bai2"], Query(alias="format")],
    account_id: Annotated[UUID | None, Query(description="Needed for CSV, whose lines name no account.")] = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """CSV by the account's declared columns, or BAI2. A line that is known already is not taken in again.

    Payments are matched where that is certain: by trace, or by payer, amount and date when nothing else fits.
    """
    content = await request.body()
    if not content:
        raise EmptyStatementError(errors=(FieldError("", EmptyStatementError.code, "Send the statement as the body."),))

    async def work(connection: Connection, who: Acting) -> StatementOut:
        statement_id = await take_in_statement(connection, who, content, form, account_id)
        return await read_statement(connection, who.practice_id, statement_id)

    change = Change(request, principal, wired, idempotency_key, "uploadBankStatement", "bank_statement", 201)
    return await change.run(None, work)


@router.get(
    "/statements/{statement_id}",
    operation_id="readBankStatement",
    summary="Read what became of a statement",
    responses=problem_responses(NotFoundError),
)
async def get_statement(statement_id: UUID, principal: Reader, wired: Wired) -> StatementOut:
    """State, findings and counts."""
    return await View(principal, wired, "readBankStatement", "bank_statement").of(statement_id, read_statement)


@router.get(
    "/statements/{statement_id}/content",
    operation_id="readBankStatementContent",
    summary="Read a statement's bytes",
    responses={
        200: {"content": {STATEMENT_MEDIA: {"schema": {"type": "string", "format": "binary"}}}},
        **problem_responses(NotFoundError),
    },
    response_class=Response,
)
async def get_content(statement_id: UUID, principal: Reader, wired: Wired) -> Response:
    """Exactly as it came."""
    view = View(principal, wired, "readBankStatementContent", "bank_statement")
    content = await view.of(statement_id, read_content)
    return Response(content, media_type=STATEMENT_MEDIA)


@router.get("/lines", operation_id="listBankLines", summary="List bank lines")
async def get_lines(
    principal: Reader,
    wired: Wired,
    state: Literal["open", "matched", "set_aside"] | None = None,
    account_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[BankLineOut]:
    """Newest first."""
    given = {"state": state, "account_id": account_id}
    return await Listing(principal, wired, "listBankLines", given, limit, cursor).page(list_lines)


@router.get(
    "/lines/{line_id}",
    operation_id="readBankLine",
    summary="Read a bank line",
    responses=problem_responses(NotFoundError),
)
async def get_line(line_id: UUID, principal: Reader, wired: Wired, response: Response) -> BankLineDetailOut:
    """With its matches and, while money of it is open, what may be its payments."""
    found = await View(principal, wired, "readBankLine", "bank_line").of(line_id, read_line)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/lines/{line_id}/match",
    operation_id="matchBankLine",
    summary="Match a line with payments",
    response_model=BankLineDetailOut,
    responses=problem_responses(*CHANGING, LineNotOpenError, PaymentNotOpenError, RefundNotOutError, LineInUseError),
)
async def post_match(
    line_id: UUID,
    body: MatchIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """One line to many payments, or many lines to one; a fee that was kept closes the payment with it."""

    async def work(connection: Connection, who: Acting) -> BankLineDetailOut:
        await match_line(connection, who, line_id, body, if_match)
        return await read_line(connection, who.practice_id, line_id)

    return await Change(request, principal, wired, idempotency_key, "matchBankLine", "bank_line").run(line_id, work)


@router.post(
    "/lines/{line_id}/unmatch",
    operation_id="unmatchBankLine",
    summary="Undo matches of a line",
    response_model=BankLineDetailOut,
    responses=problem_responses(*CHANGING),
)
async def post_unmatch(
    line_id: UUID,
    body: UnmatchIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By linked reversals; the payments wait for the bank again."""

    async def work(connection: Connection, who: Acting) -> BankLineDetailOut:
        await unmatch_line(connection, who, line_id, body, if_match)
        return await read_line(connection, who.practice_id, line_id)

    return await Change(request, principal, wired, idempotency_key, "unmatchBankLine", "bank_line").run(line_id, work)


@router.post(
    "/lines/{line_id}/hold",
    operation_id="holdBankLine",
    summary="Keep a line's money as unidentified",
    response_model=BankLineDetailOut,
    responses=problem_responses(*CHANGING, LineNotOpenError),
)
async def post_hold(
    line_id: UUID,
    body: HoldIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """An insurer's money without a remittance (E43); it stays an open item until one comes."""

    async def work(connection: Connection, who: Acting) -> BankLineDetailOut:
        await hold_line(connection, who, line_id, body, if_match)
        return await read_line(connection, who.practice_id, line_id)

    return await Change(request, principal, wired, idempotency_key, "holdBankLine", "bank_line").run(line_id, work)


@router.post(
    "/lines/{line_id}/set-aside",
    operation_id="setBankLineAside",
    summary="Set aside a line that is no payment",
    response_model=BankLineDetailOut,
    responses=problem_responses(*CHANGING, LineInUseError),
)
async def post_aside(
    line_id: UUID,
    body: SetAsideIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Payroll, rent, a bank's own fee: nothing is posted. `aside=false` takes it back."""

    async def work(connection: Connection, who: Acting) -> BankLineDetailOut:
        await set_line_aside(connection, who, line_id, body, if_match)
        return await read_line(connection, who.practice_id, line_id)

    return await Change(request, principal, wired, idempotency_key, "setBankLineAside", "bank_line").run(line_id, work)


@router.post(
    "/reassociate",
    operation_id="reassociateBank",
    summary="Look for payments of open lines",
    response_model=ReassociationOut,
)
async def post_reassociate(
    request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """What happens by itself when a statement or a remittance comes; harmless to repeat."""
    return await Change(request, principal, wired, idempotency_key, "reassociateBank", "bank_line").run(
        None, reassociate
    )


@router.get("/open-items", operation_id="listBankOpenItems", summary="List what does not agree yet")
async def get_open_items(principal: Reader, wired: Wired) -> OpenItemsOut:
    """Remittances without money, money without remittance, differences, receipts on the way; each with its age."""
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice, one_snapshot=True) as connection:
        today = (await practice_time(connection, principal, wired.clock)).today
        found = await open_items(connection, practice, today)
        access = access_by(principal, wired.clock.now(), "listBankOpenItems", "search")
        await record_access(connection, "claims", practice, access)
    return found


@router.get("/proof", operation_id="readBankProof", summary="Prove deposits against payments")
async def get_proof(principal: Reader, wired: Wired, line_id: UUID | None = None) -> BankProofOut:
    """Deposits less payments are the open items, now; `line_id` shows the postings of one line."""
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice, one_snapshot=True) as connection:
        found = await prove_deposits(connection, practice, line_id)
        access = access_by(principal, wired.clock.now(), "readBankProof", "view")
        await record_access(connection, "claims", practice, access)
    return found
