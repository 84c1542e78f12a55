"""HTTP of remittances."""

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.etags import etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.reads import Listing, View
from claims_api.remittances.read_remittance import (
    list_remittances,
    read_remittance,
    read_remittance_claim,
    version_of,
)
from claims_api.remittances.schemas import RemittanceClaimOut, RemittanceDetailOut, RemittanceOut
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/remittances", tags=["remittances"])

Reader = Annotated[Principal, require("remittances:read")]
State = Literal["posted", "posted_with_held", "queued", "duplicate", "rejected", "reversed"]
Number = Annotated[int, Path(ge=1, le=10**9)]
ClaimState = Literal["posted", "held", "memo", "waiting", "dropped"]


@router.get("", operation_id="listRemittances", summary="List remittances")
async def get_remittances(
    principal: Reader,
    wired: Wired,
    state: State | None = None,
    payer_id: UUID | None = None,
    trace_number: Annotated[str | None, Query(min_length=1, max_length=50, pattern=r"^[!-~ ]+$")] = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[RemittanceOut]:
    """Newest first; filters combine with and."""
    given = {"state": state, "payer_id": payer_id, "trace_number": trace_number}
    return await Listing(principal, wired, "listRemittances", given, limit, cursor).page(list_remittances)


@router.get(
    "/{remittance_id}",
    operation_id="readRemittance",
    summary="Read a remittance",
    responses=problem_responses(NotFoundError),
)
async def get_remittance(
    remittance_id: UUID,
    principal: Reader,
    wired: Wired,
    response: Response,
    claim_state: ClaimState | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> RemittanceDetailOut:
    """The payment with findings, provider adjustments and a page of its claims, in the payer's order."""
    practice = principal.practice_id
    filters: dict[str, Any] = {"remittance_id": str(remittance_id), "claim_state": claim_state}
    after = int(wired.cursors.decode(cursor, "readRemittance", practice, filters)[0]) if cursor else 0
    async with wired.database.tenant_tx(practice) as connection:
        found = await read_remittance(connection, practice, remittance_id, claim_state, after, limit + 1)
        response.headers["ETag"] = etag_of(await version_of(connection, practice, remittance_id))
        access = access_by(principal, wired.clock.now(), "readRemittance", "view", "remittance", remittance_id)
        await record_access(connection, "claims", practice, access)
    claims = found.claims.items[:limit]
    next_cursor = None
    if len(found.claims.items) > limit:
        next_cursor = wired.cursors.encode("readRemittance", practice, filters, [claims[-1].n])
    return found.model_copy(update={"claims": Page(items=claims, next_cursor=next_cursor)})


@router.get(
    "/{remittance_id}/claims/{n}",
    operation_id="readRemittanceClaim",
    summary="Read a claim of a remittance",
    responses=problem_responses(NotFoundError),
)
async def get_claim(
    remittance_id: UUID, n: Number, principal: Reader, wired: Wired, response: Response
) -> RemittanceClaimOut:
    """What the payer decided, what it matched, why it waits; its ETag is what match and unmatch ask for."""
    view = View(principal, wired, "readRemittanceClaim", "remittance")
    claim, version = await view.of(remittance_id, partial(read_remittance_claim, n=n))
    response.headers["ETag"] = etag_of(version)
    return claim
