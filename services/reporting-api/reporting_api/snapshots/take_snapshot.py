"""Add up every practice's figures for Prometheus."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Connection, Database
from reporting_api.aging.domain import BUCKET_LABELS, Basis, bucket_label
from reporting_api.kpis.books import Rollups, Window, open_by, read_books, summed
from reporting_api.measures.domain import Measure
from reporting_api.metrics import OPEN_MONEY, ReportingMetrics
from reporting_api.moment import Moment, read_moment
from reporting_api.snapshots import queries

_NEEDS: Final = open_by(Basis.SERVICE) | summed(Measure.CHARGES)


@dataclass(slots=True)
class Totals:
    """Sums over practices, cents."""

    buckets: Counter[int] = field(default_factory=Counter)
    over_90_cents: int = 0
    credit_cents: int = 0
    daily_charges: Fraction = Fraction(0)
    unproved_cents: int = 0
    unmatched: int = 0
    open_money: Counter[tuple[str, str]] = field(default_factory=Counter)
    open_count: Counter[tuple[str, str]] = field(default_factory=Counter)
    oldest_days: dict[tuple[str, str], int] = field(default_factory=dict)


class Snapshots:
    """Remembers, for each practice, what it could not prove the last time.

    The balances may be a moment ahead of the feed. A difference is real when two snapshots in a row find the same one
    at the same event: in between, everything that was under way has been numbered.
    """

    def __init__(self, database: Database, clock: Clock, metrics: ReportingMetrics) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._unproved: dict[int, tuple[int, int]] = {}

    async def take(self, practices: Sequence[int]) -> None:
        """Read the practices one by one and set the gauges. Raises ServiceUnavailableError."""
        totals = Totals()
        for practice_id in practices:
            async with self._database.tenant_tx(practice_id, one_snapshot=True) as connection:
                await self._add(connection, practice_id, totals)
        self._show(totals)

    async def _add(self, connection: Connection, practice_id: int, totals: Totals) -> None:
        moment = await read_moment(connection, practice_id, self._clock)
        books = await read_books(Rollups(connection, moment), _NEEDS)
        amounts = books.open[Basis.SERVICE]
        totals.buckets.update(amounts.by_bucket)
        totals.over_90_cents += amounts.over(90)
        totals.credit_cents += amounts.credit
        totals.daily_charges += books.daily[Window.PERIOD, Measure.CHARGES]
        totals.unmatched += await queries.unmatched_claims(connection, practice_id)
        for row in await queries.open_money(connection, moment):
            kind = row["money"], row["kind"]
            totals.open_money[kind] += row["cents"]
            totals.open_count[kind] += row["count"]
            totals.oldest_days[kind] = max(totals.oldest_days.get(kind, 0), row["oldest_days"])
        totals.unproved_cents += self._confirmed(
            moment, await queries.balance_difference(connection, moment, amounts.total)
        )

    def _confirmed(self, moment: Moment, difference: int | None) -> int:
        seen = (moment.sequence, difference or 0)
        before = self._unproved.get(moment.practice_id)
        self._unproved[moment.practice_id] = seen
        return seen[1] if seen == before else 0

    def _show(self, totals: Totals) -> None:
        open_cents = totals.buckets.total()
        for bucket in range(len(BUCKET_LABELS)):
            self._metrics.open_cents.labels(bucket_label(bucket)).set(totals.buckets[bucket])
        self._metrics.credit_cents.set(totals.credit_cents)
        self._metrics.unmatched_remittances.set(totals.unmatched)
        self._metrics.unproved_cents.set(totals.unproved_cents)
        for kind in ((money, kind) for money, kinds in OPEN_MONEY.items() for kind in kinds):
            self._metrics.open_money_cents.labels(*kind).set(totals.open_money[kind])
            self._metrics.open_money_count.labels(*kind).set(totals.open_count[kind])
            self._metrics.open_money_oldest_days.labels(*kind).set(totals.oldest_days.get(kind, 0))
        net = open_cents - totals.credit_cents
        self._metrics.days_in_ar.set(_ratio(Fraction(net), totals.daily_charges))
        self._metrics.over_90_ratio.set(_ratio(Fraction(totals.over_90_cents), Fraction(open_cents)))


def _ratio(numerator: Fraction, denominator: Fraction) -> float:
    """NaN when there is no data: Prometheus' own way to say so."""
    return float(numerator / denominator) if denominator > 0 else float("nan")
