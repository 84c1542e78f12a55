"""HTTP of the aging report."""

from typing import Annotated

from fastapi import APIRouter

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.problems import problem_responses
from reporting_api.aging.domain import Basis
from reporting_api.aging.read_aging import read_aging
from reporting_api.aging.schemas import AgingOut, GroupBy
from reporting_api.moment import AsOfAheadError, KnownBeforeAsOfError, read_moment
from reporting_api.schemas import AsOf, KnownAt
from reporting_api.wiring import Wired

router = APIRouter(prefix="/v1/aging", tags=["aging"])


@router.get(
    "",
    operation_id="readAging",
    summary="Read receivables by age",
    responses=problem_responses(AsOfAheadError, KnownBeforeAsOfError),
)
async def get_aging(
    principal: Annotated[Principal, require("reports:read")],
    wired: Wired,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    by: GroupBy = GroupBy.PAYER,
    basis: Basis = Basis.SERVICE,
) -> AgingOut:
    """Any day, as known then or as known later. Ages count from the service, the first bill or the responsibility."""
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        return await read_aging(connection, moment, basis, by)
