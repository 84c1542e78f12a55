"""HTTP of EDI files."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ar_shared.kernel.errors import (
    FieldError,
    IdempotencyInFlightError,
    IdempotencyMismatchError,
    InvalidRequestError,
    NotFoundError,
    StateConflictError,
    TooLargeError,
)
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.idempotency import request_key
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting
from claims_api.changes import Change
from claims_api.edi.body import read_body
from claims_api.edi.store_file import MEDIA_TYPE, send_content
from claims_api.intake import queries
from claims_api.intake.cancel_file import cancel_file
from claims_api.intake.domain import UNFINISHED, Purpose
from claims_api.intake.process_file import FileToProcess, process_file
from claims_api.intake.read_operation import read_operation
from claims_api.intake.receive_file import keep_file, read_file
from claims_api.intake.retry_file import retry_file
from claims_api.intake.schemas import FileOut, OperationOut
from claims_api.reads import View
from claims_api.settings import MAX_FILE_BYTES
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/edi/files", tags=["edi"])
operations_router = APIRouter(prefix="/v1/operations", tags=["edi"])

Reader = Annotated[Principal, require("edi:read")]
_BODY = {
    "x-max-body-bytes": MAX_FILE_BYTES,
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
}


class EmptyFileError(InvalidRequestError):
    """The body has no bytes."""

    code = "file_empty"
    title = "The file is empty"


@router.post(
    "",
    operation_id="uploadEdiFile",
    summary="Upload an X12 file",
    status_code=201,
    responses={
        202: {
            "model": FileOut,
            "description": "The file is kept and is processed later; `Location` is where its progress is told.",
        },
        **problem_responses(IdempotencyInFlightError, IdempotencyMismatchError, TooLargeError),
    },
    openapi_extra=_BODY,
)
async def post_file(
    request: Request,
    principal: Annotated[Principal, require("edi:write")],
    wired: Wired,
    response: Response,
    purpose: Annotated[Purpose | None, Query(description="What claims in it are for; without it: drafts.")] = None,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
    prefer: Annotated[str | None, Header(description="`respond-async`: answer 202 and process later.")] = None,
) -> FileOut:
    """Any mix of 837P, 837I, 835, 999, TA1 and 277CA. Kept byte for byte; each transaction is processed on its own.

    A large file is answered 202, like any with `Prefer: respond-async`. Drafts become claims to be sent, or history,
    when the same claims come again with a purpose.
    """
    settings = wired.settings
    async with read_body(_pieces(request), settings.edi_max_file_bytes) as body:
        if not body.size_bytes:
            raise EmptyFileError(errors=(FieldError("", EmptyFileError.code, "Send the file as the body."),))
        answers_later = body.size_bytes > settings.edi_async_bytes or _prefers_async(prefer)
        is_read_here = body.size_bytes <= settings.edi_inline_bytes and not answers_later
        key = request_key(principal.client_id, idempotency_key, f"uploadEdiFile {purpose}", body.sha256)
        kept = await keep_file(
            wired.database,
            principal,
            wired.clock,
            body,
            purpose,
            key,
            is_worked_on=is_read_here,
            operation="uploadEdiFile",
        )
        if kept.is_repeat:
            response.headers["Idempotency-Replayed"] = "true"
        elif is_read_here:
            client = await wired.directory.find_client(principal.client_id)
            file = FileToProcess(kept.file_id, purpose, kept.acting, dict(client.practices) if client else {})
            await process_file(wired.database, wired.clock, file, body.pieces())
    if not (is_read_here or kept.is_repeat):
        worked_on = wired.file_worker.offer(principal.practice_id, kept.file_id)
        if not answers_later:
            await asyncio.shield(worked_on)
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        out = await read_file(connection, principal.practice_id, kept.file_id)
    if answers_later and out.state in UNFINISHED:
        response.status_code = 202
        response.headers["Location"] = f"/v1/operations/{kept.file_id}"
    return out


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. A client that breaks off is a malformed request, which nobody hears."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise HTTPException(400) from error


def _prefers_async(prefer: str | None) -> bool:
    """RFC 7240."""
    return any(part.strip().lower() == "respond-async" for part in (prefer or "").split(","))


@router.post(
    "/{file_id}/retry",
    operation_id="retryEdiFile",
    summary="Try a parked or cancelled file again",
    response_model=OperationOut,
    responses=problem_responses(StateConflictError),
)
async def post_retry(
    file_id: UUID, request: Request, principal: Annotated[Principal, require("edi:write")], wired: Wired
) -> Response:
    """What failed each time, or was not begun, is tried again; what was done stays as it is."""

    async def work(connection: Connection, who: Acting) -> OperationOut:
        await retry_file(connection, who, file_id)
        return await read_operation(connection, who.practice_id, file_id)

    change = Change(request, principal, wired, None, "retryEdiFile", "edi_file", posts=False)
    answer = await change.run(file_id, work)
    wired.file_worker.offer(principal.practice_id, file_id)
    return answer


@operations_router.get("/{operation_id}", operation_id="readOperation", summary="Read how far the work on a file is")
async def get_operation(operation_id: UUID, principal: Reader, wired: Wired) -> OperationOut:
    """Progress, and what each transaction became so far. An operation has the id of the file it works on."""
    return await View(principal, wired, "readOperation", "edi_file").of(operation_id, read_operation)


@operations_router.post(
    "/{operation_id}/cancel",
    operation_id="cancelOperation",
    summary="Stop the work on a file",
    response_model=OperationOut,
    responses=problem_responses(StateConflictError),
)
async def post_cancel(
    operation_id: UUID, request: Request, principal: Annotated[Principal, require("edi:write")], wired: Wired
) -> Response:
    """It stops between two transactions; those that are done stay and are listed."""

    async def work(connection: Connection, who: Acting) -> OperationOut:
        await cancel_file(connection, who, operation_id)
        return await read_operation(connection, who.practice_id, operation_id)

    change = Change(request, principal, wired, None, "cancelOperation", "edi_file", posts=False)
    return await change.run(operation_id, work)


@router.get("/{file_id}", operation_id="readEdiFile", summary="Read what a file became")
async def get_file(file_id: UUID, principal: Reader, wired: Wired) -> FileOut:
    """Per interchange, group and transaction: state, findings and links."""
    return await View(principal, wired, "readEdiFile", "edi_file").of(file_id, read_file)


@router.get(
    "/{file_id}/content",
    operation_id="readEdiFileContent",
    summary="Read the original bytes of a file",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_content(file_id: UUID, principal: Reader, wired: Wired) -> StreamingResponse:
    """Needs a grant for every practice whose data is inside; until that is known, only the sender reads it."""
    practice_id = principal.practice_id
    client = await wired.directory.find_client(principal.client_id)
    granted = {grant.practice_id for grant in client.practices.values()} if client else set()
    async with wired.database.tenant_tx(practice_id) as connection:
        row = await queries.file_row(connection, practice_id, file_id)
        is_known = row is not None and (row["state"] == "processed" or row["client_id"] == principal.client_id)
        if row is None or not is_known or not set(row["practice_ids"]) <= granted:
            raise NotFoundError("there is no such file")
        access = access_by(principal, wired.clock.now(), "readEdiFileContent", "export", "edi_file", file_id)
        await record_access(connection, "claims", practice_id, access)

    return StreamingResponse(send_content(wired.database, practice_id, file_id), media_type=MEDIA_TYPE)
