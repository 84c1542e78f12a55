"""HTTP of transfers."""

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
from claims_api.transfers import queries
from claims_api.transfers.domain import (
    AboveTransferableError,
    LaterPayerFirstError,
    PatientProtectedError,
    PayerAwaitedError,
    PayerCreditError,
    ReasonUnprovenError,
    TransferReason,
    TransferState,
)
from claims_api.transfers.reverse_transfer import reverse_transfer
from claims_api.transfers.schemas import ReverseTransferIn, TransferIn, TransferOut
from claims_api.transfers.transfer_balance import transfer_balance
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["transfers"])

Reader = Annotated[Principal, require("transfers:read")]
Writer = Annotated[Principal, require("transfers:write")]


async def _shown(connection: Connection, practice_id: int, transfer_id: UUID) -> TransferOut:
    row = await queries.transfer_row(connection, practice_id, transfer_id)
    if row is None:
        raise NotFoundError("there is no such transfer")
    return TransferOut(**dict(row))


@router.post(
    "/transfers",
    operation_id="transferBalance",
    summary="Change who owes an open amount",
    status_code=201,
    response_model=TransferOut,
    responses=problem_responses(
        AboveTransferableError,
        PatientProtectedError,
        PayerAwaitedError,
        LaterPayerFirstError,
        PayerCreditError,
        ReasonUnprovenError,
        AuthorityMissingError,
        AboveAuthorityError,
    ),
)
async def post_transfer(
    body: TransferIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """From a payer to the next one or the patient, or from the patient to a payer; what is owed in all stays.

    To the patient goes only what the payer called the patient's, or what no payer is responsible for: never what a
    payer put on the provider. After a transfer to the next payer, `billNextPayer` makes its claim.
    """

    async def work(connection: Connection, who: Acting) -> TransferOut:
        made = await transfer_balance(connection, principal, who, body)
        return await _shown(connection, who.practice_id, made)

    return await Change(request, principal, wired, idempotency_key, "transferBalance", "transfer", 201).run(None, work)


@router.get("/transfers", operation_id="listTransfers", summary="List transfers")
async def get_transfers(
    principal: Reader,
    wired: Wired,
    claim_id: UUID | None = None,
    patient_id: UUID | None = None,
    reason: TransferReason | None = None,
    state: TransferState | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[TransferOut]:
    """Newest first; filters combine with and."""
    given = {
        "claim_id": claim_id,
        "patient_id": patient_id,
        "reason": reason,
        "state": state,
    }
    listing = Listing(principal, wired, "listTransfers", given, limit, cursor)
    return await listing.page(rows_as(TransferOut, queries.transfer_page))


@router.get(
    "/transfers/{transfer_id}",
    operation_id="readTransfer",
    summary="Read a transfer",
    responses=problem_responses(NotFoundError),
)
async def get_transfer(transfer_id: UUID, principal: Reader, wired: Wired, response: Response) -> TransferOut:
    """The transfer with its lines and its reversal."""
    found = await View(principal, wired, "readTransfer", "transfer").of(transfer_id, _shown)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/transfers/{transfer_id}/reverse",
    operation_id="reverseTransfer",
    summary="Take a transfer back",
    response_model=TransferOut,
    responses=problem_responses(
        NotFoundError,
        IllegalTransitionError,
        AboveTransferableError,
        PayerAwaitedError,
        AuthorityMissingError,
        AboveAuthorityError,
        PreconditionFailedError,
        PreconditionRequiredError,
    ),
)
async def post_reverse(
    transfer_id: UUID,
    body: ReverseTransferIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A linked journal; the party of before owes it again, and a denial that followed is in review again."""

    async def work(connection: Connection, who: Acting) -> TransferOut:
        await reverse_transfer(connection, principal, who, transfer_id, body, if_match)
        return await _shown(connection, who.practice_id, transfer_id)

    change = Change(request, principal, wired, idempotency_key, "reverseTransfer", "transfer")
    return await change.run(transfer_id, work)
