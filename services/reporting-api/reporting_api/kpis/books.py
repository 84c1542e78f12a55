"""The sums that KPIs divide, each read at most once for a report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ar_shared.platform.database import Connection
from reporting_api.aging import queries as aging
from reporting_api.aging.domain import FIRST_OVER_90, NOT_AGED, UNBILLED, Basis, Slice
from reporting_api.kpis.domain import PERIOD_DAYS
from reporting_api.measures import queries as measures
from reporting_api.measures.domain import Measure
from reporting_api.moment import Moment


@dataclass(frozen=True, slots=True)
class OpenAmounts:
    """Receivables by service date, cents, and credits apart (both positive as usual)."""

    open_cents: int
    over_90_cents: int
    credit_cents: int
    by_bucket: dict[int, int]


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure over a period; `by_lag` maps days to (cents, entries)."""

    cents: int
    entries: int
    by_lag: dict[int, tuple[int, int]]


class Books:
    """One practice's rollups at one moment."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self._connection = connection
        self.moment = moment
        self._sums: dict[Measure, Sum] | None = None
        self._open: OpenAmounts | None = None
        self._charged_since: tuple[date | None] | None = None

    @property
    def period(self) -> tuple[date, date]:
        """The last PERIOD_DAYS days, `as_of` included."""
        return self.moment.as_of - timedelta(days=PERIOD_DAYS - 1), self.moment.as_of

    async def open_amounts(self) -> OpenAmounts:
        if self._open is None:
            rows = await aging.receivables(self._connection, self.moment, Basis.SERVICE, Slice.TOTAL)
            buckets: Counter[int] = Counter()
            for row in rows:
                buckets[row["bucket"]] += row["cents"]
            owed_back = -buckets.pop(NOT_AGED, 0)
            over = sum(cents for bucket, cents in buckets.items() if FIRST_OVER_90 <= bucket < UNBILLED)
            self._open = OpenAmounts(buckets.total(), over, owed_back, dict(buckets))
        return self._open

    async def sum_of(self, measure: Measure) -> Sum:
        """The measure over `period`."""
        if self._sums is None:
            rows = await measures.sums(self._connection, self.moment, list(Measure), self.period[0])
            lags: dict[Measure, dict[int, tuple[int, int]]] = {name: {} for name in Measure}
            for row in rows:
                lags[Measure(row["measure"])][row["lag_days"]] = (row["cents"], row["entries"])
            self._sums = {name: _added(lags[name]) for name in Measure}
        return self._sums[measure]

    async def cents_of(self, measures: Sequence[Measure]) -> int:
        """Several measures over `period`, added up."""
        return sum([(await self.sum_of(measure)).cents for measure in measures])

    async def charged_days(self) -> int:
        """Days of `period` that an average divides by: a practice younger than that counts from its first charge."""
        if self._charged_since is None:
            self._charged_since = (await measures.first_charge_on(self._connection, self.moment),)
        first = self._charged_since[0]
        start, end = self.period
        return (end - max(start, first)).days + 1 if first is not None else 0

    async def average_daily_charges(self) -> Fraction:
        """Cents a day, net of voids; 0 when nothing was charged."""
        days = await self.charged_days()
        return Fraction((await self.sum_of(Measure.CHARGES)).cents, days) if days else Fraction(0)


def _added(by_lag: dict[int, tuple[int, int]]) -> Sum:
    return Sum(sum(cents for cents, _ in by_lag.values()), sum(entries for _, entries in by_lag.values()), by_lag)
