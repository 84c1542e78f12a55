"""HTTP of the KPIs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi import Query as QueryParameter

from ar_shared.kernel.errors import InvalidRequestError, NotFoundError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.problems import problem_responses
from reporting_api.kpis.books import Cut
from reporting_api.kpis.catalogue import Kpi, with_targets
from reporting_api.kpis.domain import PERIOD_DAYS
from reporting_api.kpis.read_kpis import Query, read_compared
from reporting_api.kpis.schemas import KpiOut, KpisOut, kpi_out
from reporting_api.moment import AsOfAheadError, KnownBeforeAsOfError, read_moment
from reporting_api.schemas import AsOf, KnownAt, exact_for
from reporting_api.slices import WHOLE, Slice
from reporting_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1/kpis", tags=["kpis"])

Reader = Annotated[Principal, require("reports:read")]
KpiId = Annotated[str, Path(pattern="^[a-z0-9_]{1,40}$", description="Its id, as in the list.")]


class KpiNotFoundError(NotFoundError):
    """The catalogue has no KPI of this name."""

    code = "kpi_not_found"
    title = "There is no such KPI"


class MemberWithoutSliceError(InvalidRequestError):
    """A member is one of a slice."""

    code = "member_without_slice"
    title = "Name in `by` what `member` is one of"


def query_of(
    days: Annotated[
        int, QueryParameter(ge=1, le=366, description="How many days the period has; it ends with `as_of`.")
    ] = PERIOD_DAYS,
    by: Annotated[Slice, QueryParameter(description="What `member` is one of.")] = Slice.TOTAL,
    member: Annotated[
        str,
        QueryParameter(
            max_length=40, pattern="^[0-9a-z_-]*$", description="A payer, class, provider … by id or name; of it alone."
        ),
    ] = WHOLE,
) -> Query:
    """The part of the request that every reading of KPIs shares. Raises MemberWithoutSliceError."""
    if member and by is Slice.TOTAL:
        raise MemberWithoutSliceError(pointer="/member")
    return Query(days, Cut(by, member))


Asked = Annotated[Query, Depends(query_of)]
MOMENTS = (AsOfAheadError, KnownBeforeAsOfError, MemberWithoutSliceError)


def find_kpi(wired: Wiring, kpi: str) -> Kpi:
    """With the operator's target. Raises KpiNotFoundError."""
    catalogue = with_targets(wired.settings.kpi_targets)
    if kpi not in catalogue:
        raise KpiNotFoundError
    return catalogue[kpi]


@router.get("", operation_id="listKpis", summary="Read all KPIs", responses=problem_responses(*MOMENTS))
async def get_kpis(
    principal: Reader, wired: Wired, query: Asked, as_of: AsOf = None, known_at: KnownAt = None
) -> KpisOut:
    """Every KPI of one day, from one state of the books: of the practice, or of one payer, provider, location …"""
    catalogue = with_targets(wired.settings.kpi_targets)
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        found = await read_compared(connection, moment, catalogue, query)
    items = [kpi_out(kpi.definition, found[name], moment, query) for name, kpi in catalogue.items()]
    return KpisOut(as_of=moment.as_of, known_at=moment.known_at, exact_for=exact_for(moment), items=items)


@router.get(
    "/{kpi}",
    operation_id="readKpi",
    summary="Read one KPI",
    responses=problem_responses(KpiNotFoundError, *MOMENTS),
)
async def get_kpi(
    kpi: KpiId, principal: Reader, wired: Wired, query: Asked, as_of: AsOf = None, known_at: KnownAt = None
) -> KpiOut:
    """Value, target, trend, formula in words, numerator and denominator, and the event for which it is exact."""
    wanted = find_kpi(wired, kpi)
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        found = await read_compared(connection, moment, {kpi: wanted}, query)
    return kpi_out(wanted.definition, found[kpi], moment, query)
