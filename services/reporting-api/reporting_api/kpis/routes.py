"""HTTP of the KPIs."""

from typing import Annotated

from fastapi import APIRouter, Path

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.problems import problem_responses
from reporting_api.kpis.books import Books
from reporting_api.kpis.catalogue import with_targets
from reporting_api.kpis.schemas import KpiOut, KpisOut, kpi_out
from reporting_api.moment import AsOfAheadError, KnownBeforeAsOfError, read_moment
from reporting_api.schemas import AsOf, KnownAt, exact_for
from reporting_api.wiring import Wired

router = APIRouter(prefix="/v1/kpis", tags=["kpis"])

Reader = Annotated[Principal, require("reports:read")]


class KpiNotFoundError(NotFoundError):
    """The catalogue has no KPI of this name."""

    code = "kpi_not_found"
    title = "There is no such KPI"


@router.get(
    "",
    operation_id="listKpis",
    summary="Read all KPIs",
    responses=problem_responses(AsOfAheadError, KnownBeforeAsOfError),
)
async def get_kpis(principal: Reader, wired: Wired, as_of: AsOf = None, known_at: KnownAt = None) -> KpisOut:
    """Every KPI of one day, from one state of the books."""
    catalogue = with_targets(wired.settings.kpi_targets)
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        books = Books(connection, moment)
        items = [kpi_out(definition, await measure(books), moment) for definition, measure in catalogue.values()]
    return KpisOut(as_of=moment.as_of, known_at=moment.known_at, exact_for=exact_for(moment), items=items)


@router.get(
    "/{kpi}",
    operation_id="readKpi",
    summary="Read one KPI",
    responses=problem_responses(KpiNotFoundError, AsOfAheadError, KnownBeforeAsOfError),
)
async def get_kpi(
    kpi: Annotated[str, Path(pattern="^[a-z0-9_]{1,40}$", description="Its id, as in the list.")],
    principal: Reader,
    wired: Wired,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> KpiOut:
    """Value, target, formula in words, numerator and denominator, and the event for which it is exact."""
    catalogue = with_targets(wired.settings.kpi_targets)
    if kpi not in catalogue:
        raise KpiNotFoundError
    definition, measure = catalogue[kpi]
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        return kpi_out(definition, await measure(Books(connection, moment)), moment)
