"""HTTP of EDI files."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from ar_shared.kernel.errors import (
    FieldError,
    IdempotencyInFlightError,
    IdempotencyMismatchError,
    InvalidRequestError,
    NotFoundError,
)
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.idempotency import request_key
from ar_shared.platform.problems import problem_responses
from claims_api.edi.store_file import MEDIA_TYPE, read_content
from claims_api.intake import queries
from claims_api.intake.domain import Purpose
from claims_api.intake.receive_file import read_file, receive_file
from claims_api.intake.schemas import FileOut
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/edi/files", tags=["edi"])

MAX_FILE_BYTES = 256 * 1024 * 1024
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
    responses=problem_responses(IdempotencyInFlightError, IdempotencyMismatchError),
    openapi_extra=_BODY,
)
async def post_file(
    request: Request,
    principal: Annotated[Principal, require("edi:write")],
    wired: Wired,
    response: Response,
    purpose: Annotated[Purpose | None, Query(description="What claims in it are for; without it: drafts.")] = None,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> FileOut:
    """Any mix of 837P, 837I, 835, 999, TA1 and 277CA. Kept byte for byte; each transaction is processed on its own."""
    content = await request.body()
    if not content:
        raise EmptyFileError(errors=(FieldError("", EmptyFileError.code, "Send the file as the body."),))
    key = request_key(principal.client_id, idempotency_key, f"uploadEdiFile {purpose}", content)
    client = await wired.directory.find_client(principal.client_id)
    grants = dict(client.practices) if client else {}
    file, replayed = await receive_file(wired.database, principal, wired.clock, grants, content, purpose, key)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        access = access_by(principal, wired.clock.now(), "uploadEdiFile", "change", "edi_file", file.id)
        await record_access(connection, "claims", principal.practice_id, access)
    return file


@router.get("/{file_id}", operation_id="readEdiFile", summary="Read what a file became")
async def get_file(file_id: UUID, principal: Reader, wired: Wired) -> FileOut:
    """Per interchange, group and transaction: state, findings and links."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        file = await read_file(connection, principal.practice_id, file_id)
        access = access_by(principal, wired.clock.now(), "readEdiFile", "view", "edi_file", file_id)
        await record_access(connection, "claims", principal.practice_id, access)
    return file


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

    async def content() -> AsyncIterator[bytes]:
        async with wired.database.tenant_tx(practice_id) as connection:
            async for piece in read_content(connection, practice_id, file_id):
                yield piece

    return StreamingResponse(content(), media_type=MEDIA_TYPE)
