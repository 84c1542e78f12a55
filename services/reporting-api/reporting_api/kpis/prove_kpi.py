"""A KPI beside its proof: every sum it divides, from the rollups and from ledger and feed read anew."""

from collections.abc import Iterator
from dataclasses import dataclass

from ar_shared.platform.database import Connection
from reporting_api.aging.domain import Basis
from reporting_api.kpis.books import Books, LedgerItself, Rollups, read_books
from reporting_api.kpis.catalogue import Kpi
from reporting_api.kpis.domain import Figures
from reporting_api.kpis.read_kpis import Query
from reporting_api.moment import Moment


@dataclass(frozen=True, slots=True)
class Part:
    """One sum, twice. `entries` are counts of what was added up; None where amounts are balances."""

    name: str
    reported_cents: int
    proved_cents: int
    reported_entries: int | None = None
    proved_entries: int | None = None

    @property
    def equal(self) -> bool:
        """To the cent and to the entry."""
        return (self.reported_cents, self.reported_entries) == (self.proved_cents, self.proved_entries)


@dataclass(frozen=True, slots=True)
class Proof:
    """Both figures and every part of them."""

    reported: Figures
    proved: Figures
    parts: tuple[Part, ...]

    @property
    def equal(self) -> bool:
        """The figures, and each part."""
        same = self.reported.numerator == self.proved.numerator and self.reported.denominator == self.proved.denominator
        return same and all(part.equal for part in self.parts)


async def prove_kpi(connection: Connection, moment: Moment, kpi: Kpi, query: Query) -> Proof:
    """Through the event that the rollups have reached, in the same snapshot."""
    reported, proved = [
        await read_books(source, kpi.needs, cut=query.cut, period_days=query.days)
        for source in (Rollups(connection, moment), LedgerItself(connection, moment))
    ]
    return Proof(kpi.measure(reported), kpi.measure(proved), tuple(_parts(kpi, reported, proved)))


def _parts(kpi: Kpi, reported: Books, proved: Books) -> Iterator[Part]:
    for window, measure in sorted(kpi.needs.sums):
        one, other = reported.sums[window, measure], proved.sums[window, measure]
        yield Part(f"{measure}/{window}", one.cents, other.cents, one.entries, other.entries)
    for measure in sorted(kpi.needs.cohort):
        one, other = reported.matured[measure], proved.matured[measure]
        yield Part(f"{measure}/service_months_run_out", one.cents, other.cents, one.entries, other.entries)
    for basis in Basis:
        if basis in kpi.needs.open_by:
            mine, theirs = reported.open[basis], proved.open[basis]
            for account, bucket in sorted({*mine.cents, *theirs.cents}):
                key = account, bucket
                yield Part(f"open/{basis}/{account}/{bucket}", mine.cents[key], theirs.cents[key])
    for name in sorted({*reported.classes, *proved.classes}):
        own, his = reported.classes[name], proved.classes[name]
        yield Part(f"class/{name}/insurer_open", own.insurer_cents, his.insurer_cents)
        yield Part(f"class/{name}/decided", own.decided_cents, his.decided_cents)
        yield Part(f"class/{name}/agreed_off", own.agreed_off_cents, his.agreed_off_cents)
