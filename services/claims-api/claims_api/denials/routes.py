"""HTTP of denials."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Row
from ar_shared.platform.etags import etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.codes.domain import CarcCategory, RarcCategory
from claims_api.denials import queries
from claims_api.denials.domain import DenialState
from claims_api.denials.schemas import DenialOut
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/denials", tags=["denials"])

Reader = Annotated[Principal, require("denials:read")]


@router.get("", operation_id="listDenials", summary="List denials")
async def get_denials(
    principal: Reader,
    wired: Wired,
    state: DenialState | None = None,
    payer_id: UUID | None = None,
    claim_id: UUID | None = None,
    remittance_id: UUID | None = None,
    carc: Annotated[str | None, Query(pattern="^[A-Z0-9]{1,5}$")] = None,
    category: CarcCategory | RarcCategory | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[DenialOut]:
    """In the order they were opened; filters combine with and."""
    given = {
        "state": state and state.value,
        "payer_id": payer_id and str(payer_id),
        "claim_id": claim_id and str(claim_id),
        "remittance_id": remittance_id and str(remittance_id),
        "carc": carc,
        "category": category and category.value,
    }
    filters: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    practice = principal.practice_id
    after = UUID(str(wired.cursors.decode(cursor, "listDenials", practice, filters)[0])) if cursor else None
    async with wired.database.tenant_tx(practice) as connection:
        rows = await queries.denial_page(connection, practice, filters, after, limit + 1)
        access = access_by(principal, wired.clock.now(), "listDenials", "search")
        await record_access(connection, "claims", practice, access)
    page = [_denial(row) for row in rows[:limit]]
    next_cursor = None
    if len(rows) > limit:
        next_cursor = wired.cursors.encode("listDenials", practice, filters, [str(page[-1].id)])
    return Page[DenialOut](items=page, next_cursor=next_cursor)


@router.get(
    "/{denial_id}", operation_id="readDenial", summary="Read a denial", responses=problem_responses(NotFoundError)
)
async def get_denial(denial_id: UUID, principal: Reader, wired: Wired, response: Response) -> DenialOut:
    """The case with its route: who should do what, and why. `ETag` is its version."""
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice) as connection:
        row = await queries.denial_row(connection, practice, denial_id)
        if row is None:
            raise NotFoundError("there is no such denial")
        access = access_by(principal, wired.clock.now(), "readDenial", "view", "denial", denial_id)
        await record_access(connection, "claims", practice, access)
    response.headers["ETag"] = etag_of(row["row_version"])
    return _denial(row)


def _denial(row: Row) -> DenialOut:
    return DenialOut(**{name: row[name] for name in DenialOut.model_fields})
