"""A KPI day by day, week by week or month by month, and member by member."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from ar_shared.platform.database import Connection
from reporting_api.kpis.books import Cut
from reporting_api.kpis.catalogue import Kpi
from reporting_api.kpis.domain import Figures
from reporting_api.kpis.read_kpis import Query, books_at
from reporting_api.measures import queries as measures
from reporting_api.measures.domain import Measure
from reporting_api.members import read_names
from reporting_api.moment import Moment
from reporting_api.slices import Slice


class Every(StrEnum):
    """How far apart points are; weeks and months end with their last day, the newest point with `as_of`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Knowledge(StrEnum):
    """`now`: restated with all that is known; `then`: as it was reported on the day itself."""

    NOW = "now"
    THEN = "then"


@dataclass(frozen=True, slots=True)
class Point:
    """A day and its figures."""

    as_of: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class MemberFigures:
    """A member of a slice and its figures."""

    member: str
    name: str
    figures: Figures


def days_of(as_of: date, every: Every, points: int) -> list[date]:
    """The days of a series, oldest first. Weeks end on Sunday."""
    return [*reversed([day for day, _ in zip(_back(as_of, every), range(points), strict=False)])]


def _back(day: date, every: Every) -> Iterator[date]:
    while True:
        yield day
        if every is Every.DAY:
            day -= timedelta(days=1)
        elif every is Every.WEEK:
            day -= timedelta(days=day.isoweekday() % 7 or 7)
        else:
            day = day.replace(day=1) - timedelta(days=1)
            day = day.replace(day=monthrange(day.year, day.month)[1])


async def read_series(
    connection: Connection, moment: Moment, kpi: Kpi, query: Query, every: Every, points: int, knowledge: Knowledge
) -> list[Point]:
    """Each point is read like a report of that day."""
    found = []
    for day in days_of(moment.as_of, every, points):
        known = day if knowledge is Knowledge.THEN else moment.known_at
        books = await books_at(connection, replace(moment, as_of=day, known_at=known), {"": kpi}, query)
        found.append(Point(day, kpi.measure(books)))
    return found


async def read_members(connection: Connection, moment: Moment, kpi: Kpi, by: Slice, days: int) -> list[MemberFigures]:
    """Every member that ever had a charge or a decision, largest denominator first."""
    names = await read_names(connection, moment.practice_id, by)
    seen = (Measure.CHARGES, Measure.PAYMENTS, Measure.FIRST_ADJUDICATED, Measure.DENIALS_OPENED)
    rows = await measures.sums(connection, moment, seen, by=by)
    found = []
    for member in sorted({row["member"] for row in rows}):
        books = await books_at(connection, moment, {"": kpi}, Query(days, Cut(by, member)))
        found.append(MemberFigures(member, names.of(member), kpi.measure(books)))
    return sorted(found, key=lambda one: (-one.figures.denominator, one.name))
