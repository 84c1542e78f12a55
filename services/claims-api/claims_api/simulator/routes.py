"""HTTP of the simulated bank account; the files of simulated payers arrive as EDI files."""

from datetime import date
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Row
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import SaneDate
from claims_api.simulator import queries
from claims_api.simulator.read_bank_statement import StatementFormat, read_bank_statement
from claims_api.simulator.schemas import BankStatementOut
from claims_api.wiring import Wired

_PATH: Final = "/v1/simulator/bank-statements"
_MEDIA_TYPES: Final = {"csv": "text/csv", "bai2": "text/plain"}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}

router = APIRouter(prefix=_PATH, tags=["simulator"])

Reader = Annotated[Principal, require("remittances:read")]


@router.get("", operation_id="listSimulatedBankStatements", summary="List the statements of the simulated bank")
async def get_bank_statements(
    principal: Reader, wired: Wired, limit: PageSize = DEFAULT_PAGE_SIZE, cursor: CursorParameter = None
) -> Page[BankStatementOut]:
    """Days on which money of simulated payers reached a sandbox practice's bank, as time reaches their statements."""
    practice = principal.practice_id
    name = "listSimulatedBankStatements"
    after = date.fromisoformat(str(wired.cursors.decode(cursor, name, practice, {})[0])) if cursor else None
    async with wired.database.tenant_tx(practice) as connection:
        rows = await queries.statement_page(connection, practice, after, limit + 1)
    page = [_statement(row) for row in rows[:limit]]
    next_cursor = None
    if len(rows) > limit:
        next_cursor = wired.cursors.encode(name, practice, {}, [page[-1].posted_on.isoformat()])
    return Page[BankStatementOut](items=page, next_cursor=next_cursor)


@router.get(
    "/{posted_on}/content",
    operation_id="readSimulatedBankStatement",
    summary="Read a statement of the simulated bank",
    response_class=Response,
    responses={
        200: {
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA_TYPES.values()}
        },
        **problem_responses(NotFoundError),
    },
)
async def get_bank_statement(
    posted_on: SaneDate,
    principal: Reader,
    wired: Wired,
    file_format: Annotated[StatementFormat, Query(alias="format")] = "csv",
) -> Response:
    """One day as CSV (Date, Amount, Type, Reference, Description) or as BAI2."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        zone = ZoneInfo(principal.time_zone)
        content = await read_bank_statement(connection, principal.practice_id, posted_on, zone, file_format)
    return Response(content, media_type=_MEDIA_TYPES[file_format])


def _statement(row: Row) -> BankStatementOut:
    return BankStatementOut(**dict(row), content=f"{_PATH}/{row['posted_on']}/content")
