"""KPIs of several practices together: sums add up, then ratios are taken; never the other way round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.platform.auth import PracticeGrant
from ar_shared.platform.database import Database
from reporting_api.kpis.books import Books
from reporting_api.kpis.catalogue import Kpi
from reporting_api.kpis.domain import Figures
from reporting_api.kpis.read_kpis import Query, books_at
from reporting_api.moment import Moment, practice_time, read_moment


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of all practices together and of each, by UUID."""

    together: Figures
    each: Mapping[UUID, Figures]


async def read_group(
    database: Database,
    clock: Clock,
    practices: Mapping[UUID, PracticeGrant],
    kpis: Mapping[str, Kpi],
    query: Query,
    as_of: date | None,
    known_at: date | None,
) -> tuple[date, dict[UUID, Moment], dict[str, GroupFigures]]:
    """Practice by practice, each from one state of its books. The default day is the earliest today among them.

    Raises AsOfAheadError or KnownBeforeAsOfError.
    """
    day = as_of or await _earliest_today(database, clock, practices)
    moments: dict[UUID, Moment] = {}
    books: dict[UUID, Books] = {}
    for practice, grant in sorted(practices.items()):
        async with database.tenant_tx(grant.practice_id, one_snapshot=True) as connection:
            moments[practice] = await read_moment(connection, grant.practice_id, clock, day, known_at)
            books[practice] = await books_at(connection, moments[practice], kpis, query)
    together = Books(day, next(iter(books.values())).period)
    for own in books.values():
        together.add(own)
    figures = {
        name: GroupFigures(kpi.measure(together), {practice: kpi.measure(own) for practice, own in books.items()})
        for name, kpi in kpis.items()
    }
    return day, moments, figures


async def _earliest_today(database: Database, clock: Clock, practices: Mapping[UUID, PracticeGrant]) -> date:
    found = []
    for grant in practices.values():
        async with database.tenant_tx(grant.practice_id) as connection:
            found.append((await practice_time(connection, grant.practice_id, clock)).today)
    return min(found)
