"""Figures of KPIs at a moment, beside those of the period before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from ar_shared.platform.database import Connection
from reporting_api.kpis.books import WHOLE_PRACTICE, Books, Cut, Rollups, read_books
from reporting_api.kpis.catalogue import Kpi, needs_of
from reporting_api.kpis.domain import PERIOD_DAYS, Figures
from reporting_api.moment import Moment


@dataclass(frozen=True, slots=True)
class Query:
    """How wide the period is, and of whom."""

    days: int = PERIOD_DAYS
    cut: Cut = WHOLE_PRACTICE


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures of a period and of the one just before it, with the same knowledge."""

    now: Figures
    before: Figures


async def read_compared(
    connection: Connection, moment: Moment, kpis: Mapping[str, Kpi], query: Query
) -> dict[str, Compared]:
    """Each KPI now and one period earlier; both from one snapshot."""
    now = await books_at(connection, moment, kpis, query)
    before = await books_at(connection, earlier(moment, query.days), kpis, query)
    return {name: Compared(kpi.measure(now), kpi.measure(before)) for name, kpi in kpis.items()}


async def books_at(connection: Connection, moment: Moment, kpis: Mapping[str, Kpi], query: Query) -> Books:
    """What these KPIs divide."""
    source = Rollups(connection, moment)
    return await read_books(source, needs_of(kpis), cut=query.cut, period_days=query.days)


def earlier(moment: Moment, days: int) -> Moment:
    """The same state of the rollups, so many days before."""
    return replace(moment, as_of=moment.as_of - timedelta(days=days), period_version=None)
