"""HTTP of denials."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.codes.domain import CarcCategory, RarcCategory
from claims_api.denials import queries
from claims_api.denials.domain import DenialState
from claims_api.denials.schemas import DenialOut
from claims_api.reads import Listing, View, rows_as
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
        "state": state,
        "payer_id": payer_id,
        "claim_id": claim_id,
        "remittance_id": remittance_id,
        "carc": carc,
        "category": category,
    }
    listing = Listing(principal, wired, "listDenials", given, limit, cursor)
    return await listing.page(rows_as(DenialOut, queries.denial_page))


@router.get(
    "/{denial_id}", operation_id="readDenial", summary="Read a denial", responses=problem_responses(NotFoundError)
)
async def get_denial(denial_id: UUID, principal: Reader, wired: Wired, response: Response) -> DenialOut:
    """The case with its route: who should do what, and why. `ETag` is its version."""
    row = await View(principal, wired, "readDenial", "denial").of(denial_id, _find)
    response.headers["ETag"] = etag_of(row["row_version"])
    return DenialOut(**{name: row[name] for name in DenialOut.model_fields})


async def _find(connection: Connection, practice_id: int, denial_id: UUID) -> Row:
    row = await queries.denial_row(connection, practice_id, denial_id)
    if row is None:
        raise NotFoundError("there is no such denial")
    return row
