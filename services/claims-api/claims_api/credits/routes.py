"""HTTP of credits."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter

from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from claims_api.acting import acting
from claims_api.credits.list_credits import list_credits
from claims_api.credits.schemas import CreditOut
from claims_api.ledger.domain import Account
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["credits"])
Reader = Annotated[Principal, require("refunds:read")]


@router.get("/credits", operation_id="listCredits", summary="List credits and what to do about each")
async def get_credits(
    principal: Reader,
    wired: Wired,
    side: Literal["payer", "patient"] | None = None,
    claim_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[CreditOut]:
    """Every credit from the day it arose, with its age, its last day and the first test of the order that holds."""
    given = {"side": side, "claim_id": claim_id and str(claim_id)}
    filters: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    practice = principal.practice_id
    after = None
    if cursor:
        charge, account, party = wired.cursors.decode(cursor, "listCredits", practice, filters)
        after = (UUID(str(charge)), int(str(account)), UUID(str(party)))
    async with wired.database.tenant_tx(practice) as connection:
        today = (await acting(connection, principal, wired.clock)).today
        found = await list_credits(connection, practice, side, claim_id, after, limit + 1, today=today)
        access = access_by(principal, wired.clock.now(), "listCredits", "search")
        await record_access(connection, "claims", practice, access)
    page, next_cursor = found[:limit], None
    if len(found) > limit:
        last = page[-1]
        account_of = Account.REFUNDS_PAYABLE_PAYER if last.side == "payer" else Account.REFUNDS_PAYABLE_PATIENT
        place: list[str | int] = [str(last.charge_id), str(int(account_of)), str(last.party_id)]
        next_cursor = wired.cursors.encode("listCredits", practice, filters, place)
    return Page[CreditOut](items=page, next_cursor=next_cursor)
