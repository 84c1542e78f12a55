"""HTTP of closed months."""

from typing import Annotated

from fastapi import APIRouter

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.problems import problem_responses
from claims_api.access.authority import AuthorityMissingError
from claims_api.periods import read_period as reading
from claims_api.periods.close_period import close_period
from claims_api.periods.domain import Month, PeriodNotOverError, PeriodOutOfOrderError, PeriodStateError
from claims_api.periods.reopen_period import reopen_period
from claims_api.periods.schemas import (
    ClosePeriodIn,
    DifferencesOut,
    MonthPath,
    PeriodOut,
    PeriodsOut,
    PeriodVersionsOut,
    ReopenPeriodIn,
    SnapshotOut,
    VersionPath,
)
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/periods", tags=["periods"])

Reader = Annotated[Principal, require("ledger:read")]
Writer = Annotated[Principal, require("periods:write")]


@router.get("", operation_id="listPeriods", summary="List closed months")
async def get_periods(principal: Reader, wired: Wired) -> PeriodsOut:
    """Months that were ever closed, and the first open day: no journal counts before it."""
    async with wired.database.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        return await reading.read_periods(connection, principal.practice_id)


@router.get("/{month}", operation_id="readPeriod", summary="Read a month of the books")
async def get_period(month: MonthPath, principal: Reader, wired: Wired) -> PeriodOut:
    """Open or closed, its version, and whether the ledger still says what the close kept."""
    async with wired.database.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        return await reading.read_period(connection, principal.practice_id, Month.parse(month))


@router.post(
    "/{month}/close",
    operation_id="closePeriod",
    summary="Close a month",
    responses=problem_responses(AuthorityMissingError, PeriodStateError, PeriodOutOfOrderError, PeriodNotOverError),
)
async def post_close(month: MonthPath, body: ClosePeriodIn, principal: Writer, wired: Wired) -> PeriodOut:
    """Keeps a snapshot for ever; what comes later counts in the open month and keeps its own day beside it.

    Needs a staff user with the role `close_periods`. The first close takes all earlier months along.
    """
    return await close_period(wired.database, principal, wired.clock, Month.parse(month), body.note)


@router.post(
    "/{month}/reopen",
    operation_id="reopenPeriod",
    summary="Open a closed month again",
    responses=problem_responses(AuthorityMissingError, PeriodStateError, PeriodOutOfOrderError),
)
async def post_reopen(month: MonthPath, body: ReopenPeriodIn, principal: Writer, wired: Wired) -> PeriodOut:
    """Only the last closed month, by a staff user with the role `reopen_periods`; the next close is a new version."""
    return await reopen_period(wired.database, principal, wired.clock, Month.parse(month), body.reason)


@router.get("/{month}/versions", operation_id="listPeriodVersions", summary="List the closes of a month")
async def get_versions(month: MonthPath, principal: Reader, wired: Wired) -> PeriodVersionsOut:
    """Newest first: who closed it, and who opened it again and why."""
    parsed = Month.parse(month)
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        items = await reading.read_versions(connection, principal.practice_id, parsed)
    return PeriodVersionsOut(month=month, items=items)


@router.get(
    "/{month}/versions/{version}",
    operation_id="readPeriodVersion",
    summary="Read the snapshot of a close",
    responses=problem_responses(NotFoundError),
)
async def get_version(month: MonthPath, version: VersionPath, principal: Reader, wired: Wired) -> SnapshotOut:
    """Debits, credits and balance of each account as the books said then."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        return await reading.read_snapshot(connection, principal.practice_id, Month.parse(month), version)


@router.get(
    "/{month}/versions/{version}/differences",
    operation_id="readPeriodDifferences",
    summary="Compare a close with the one before it",
    responses=problem_responses(NotFoundError),
)
async def get_differences(month: MonthPath, version: VersionPath, principal: Reader, wired: Wired) -> DifferencesOut:
    """Each account that changed, by how much, and the journals behind it."""
    async with wired.database.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        return await reading.read_differences(connection, principal.practice_id, Month.parse(month), version)
