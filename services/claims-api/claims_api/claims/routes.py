"""HTTP of claims."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.etags import etag_of
from ar_shared.platform.idempotency import request_key
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId
from claims_api.claims.bulk_line import read_bulk_line
from claims_api.claims.create_claim import ClaimExistsError, create_claim
from claims_api.claims.create_claims_bulk import create_claims_bulk
from claims_api.claims.domain import AdjudicationState, SubmissionState
from claims_api.claims.read_claim import list_claims, read_claim
from claims_api.claims.schemas import BulkLineOut, ClaimIn, ClaimOut
from claims_api.claims.take_in_chunk import OPERATION
from claims_api.reads import Listing, View
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/claims", tags=["claims"])

NDJSON = "application/x-ndjson"
MAX_BULK_BYTES = 64 * 1024 * 1024
BULK_BODY = {
    "x-max-body-bytes": MAX_BULK_BYTES,
    "requestBody": {"required": True, "content": {NDJSON: {"schema": {"type": "string"}}}},
}
RESULTS = "One line each: `line`, `status` (created, exists, conflict, invalid, failed), `claim_id`, `errors`."

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]
IdempotencyHeader = Annotated[
    str | None, Header(alias="Idempotency-Key", description="Makes a repeat of this request harmless.")
]


@router.post(
    "",
    operation_id="createClaim",
    summary="Take a claim in",
    status_code=201,
    response_model=ClaimOut,
    responses=problem_responses(ClaimExistsError),
)
async def post_claim(
    request: Request, body: ClaimIn, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Posts its charges to the ledger and leaves the claim ready to be submitted."""
    key = request_key(principal.client_id, idempotency_key, "createClaim", await request.body())
    answer, replayed = await create_claim(wired.database, principal, wired.clock, body, key)
    headers = {"ETag": etag_of(1)}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, media_type="application/json")


@router.post(
    "/bulk",
    operation_id=OPERATION,
    summary="Take many claims in",
    response_class=StreamingResponse,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}, "description": RESULTS}},
    openapi_extra=BULK_BODY,
)
async def post_claims(request: Request, principal: Writer, wired: Wired) -> StreamingResponse:
    """NDJSON: a claim a line, as in `createClaim`, each with an `external_id`; a result line for each, in order.

    Results are sent after the commit of each thousand lines. A repeat of the request is harmless.
    """
    content = await request.body()
    if not content:
        raise InvalidRequestError(errors=(FieldError("", "body_missing", "Send a claim a line as the body."),))
    names = request.app.state.platform.contract.field_names
    texts = enumerate(content.split(b"\n"), start=1)
    lines = (read_bulk_line(n, text, names) for n, text in texts if text.strip())
    results = create_claims_bulk(wired.database, principal, wired.clock, lines)
    first: list[BulkLineOut] = await anext(results, [])  # an error before the answer begins has its own status
    return StreamingResponse(_ndjson_of(first, results), media_type=NDJSON)


async def _ndjson_of(first: list[BulkLineOut], others: AsyncGenerator[list[BulkLineOut], None]) -> AsyncIterator[bytes]:
    async with aclosing(others):
        yield _ndjson(first)
        async for results in others:
            yield _ndjson(results)


def _ndjson(results: list[BulkLineOut]) -> bytes:
    return b"".join(result.model_dump_json().encode() + b"\n" for result in results)


@router.get("/{claim_id}", operation_id="readClaim", summary="Read a claim")
async def get_claim(claim_id: UUID, principal: Reader, wired: Wired, response: Response) -> ClaimOut:
    """The claim with its lines, its states and what is open. `ETag` is its version."""
    claim, version = await View(principal, wired, "readClaim", "claim").of(claim_id, read_claim)
    response.headers["ETag"] = etag_of(version)
    return claim


@router.get("", operation_id="listClaims", summary="List claims")
async def get_claims(
    principal: Reader,
    wired: Wired,
    external_id: ExternalId | None = None,
    patient_control_number: Annotated[str | None, Query(pattern="^[A-Z0-9]{1,20}$")] = None,
    submission_state: SubmissionState | None = None,
    adjudication_state: AdjudicationState | None = None,
    payer_id: UUID | None = None,
    patient_id: UUID | None = None,
    source_file_id: Annotated[UUID | None, Query(description="The file a claim came in with.")] = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[ClaimOut]:
    """In the order of creation; filters combine with and."""
    given = {
        "external_id": external_id,
        "patient_control_number": patient_control_number,
        "submission_state": submission_state,
        "adjudication_state": adjudication_state,
        "payer_id": payer_id,
        "patient_id": patient_id,
        "source_file_id": source_file_id,
    }
    return await Listing(principal, wired, "listClaims", given, limit, cursor).page(list_claims)
