"""HTTP of the ledger."""

from datetime import date
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.types import SaneDate
from claims_api.ledger.export_journal import ExportedBy, export_csv, export_json
from claims_api.ledger.prove import read_balances
from claims_api.ledger.schemas import BalancesOut, JournalExportOut
from claims_api.practices.queries import practice_time
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/ledger", tags=["ledger"])

CSV: Final = "text/csv"
_EXPORTED: Final = "Every posting of the day, then the totals per account, the counts and the control hash."
Reader = Annotated[Principal, require("ledger:read")]


@router.get("/balances", operation_id="readBalances", summary="Read the trial balance")
async def get_balances(principal: Reader, wired: Wired, as_of: SaneDate | None = None) -> BalancesOut:
    """Each account through a day (default: today), on its normal side."""
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice, one_snapshot=True) as connection:
        balances = await read_balances(connection, practice, await _day(connection, principal, wired, as_of))
        await record_access(
            connection, "claims", practice, access_by(principal, wired.clock.now(), "readBalances", "view")
        )
    return balances


@router.get(
    "/journal-export",
    operation_id="exportJournal",
    summary="Export the journal of a day",
    response_model=JournalExportOut,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": _EXPORTED}},
)
async def get_journal_export(
    principal: Reader,
    wired: Wired,
    on: SaneDate,
    by: Annotated[ExportedBy, Query(description="The day of posting, or the day on which it counts.")] = (
        ExportedBy.POSTED
    ),
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> StreamingResponse:
    """Ties to the ledger: by effective day, all days together are the trial balance.

    `control_hash` is SHA-256 over one line a posting, `journal_id|n|entry|effective_on|debit_account|credit_account|
    amount_cents`, joined by line feeds, in the order of the export; in hexadecimal.
    """
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice) as connection:
        access = access_by(principal, wired.clock.now(), "exportJournal", "export")
        await record_access(connection, "claims", practice, access)
    export = export_csv if form == "csv" else export_json
    content = export(wired.database, practice, on, by, ZoneInfo(principal.time_zone))
    return StreamingResponse(content, media_type=CSV if form == "csv" else "application/json")


async def _day(connection: Connection, principal: Principal, wired: Wired, as_of: date | None) -> date:
    if as_of is not None:
        return as_of
    return (await practice_time(connection, principal, wired.clock)).today
