"""The sums that KPIs divide: read once for a report, then plain numbers that can be added over practices."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol

from ar_shared.platform.database import Connection, Row
from reporting_api.aging import queries as aging
from reporting_api.aging.domain import BOUNDARIES_DAYS, CREDIT_ACCOUNTS, NOT_AGED, PAYER_ACCOUNTS, UNBILLED, Basis
from reporting_api.kpis.domain import PERIOD_DAYS
from reporting_api.measures import plain
from reporting_api.measures import queries as rollups
from reporting_api.measures.domain import Measure
from reporting_api.moment import Moment
from reporting_api.slices import RESPONSIBILITY_OF, WHOLE, Slice

RUN_OUT_MONTHS: Final = 6
COHORT_MONTHS: Final = 12


class Window(StrEnum):
    """Days that end with `as_of`: those asked for, fixed ones, or all there are."""

    PERIOD = "period"
    MONTH = "30_days"
    QUARTER = "90_days"
    YEAR = "365_days"
    EVER = "ever"

    def first(self, last: date, period_days: int) -> date | None:
        """The first day of the window that ends with `last`; None is the beginning."""
        if self is Window.EVER:
            return None
        days = {Window.MONTH: 30, Window.QUARTER: 90, Window.YEAR: 365}.get(self, period_days)
        return last - timedelta(days=days - 1)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a KPI reads. `by_class` is what an estimate of collectable receivables takes."""

    sums: frozenset[tuple[Window, Measure]] = frozenset()
    cohort: frozenset[Measure] = frozenset()
    open_by: frozenset[Basis] = frozenset()
    by_class: bool = False

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.sums | other.sums,
            self.cohort | other.cohort,
            self.open_by | other.open_by,
            self.by_class or other.by_class,
        )


def summed(*wanted: Measure, over: Iterable[Window] = (Window.PERIOD,)) -> Needs:
    """Measures over windows."""
    return Needs(sums=frozenset((window, measure) for window in over for measure in wanted))


def cohort(*wanted: Measure) -> Needs:
    """Measures of services in the months that have run out."""
    return Needs(cohort=frozenset(wanted))


def open_by(*bases: Basis) -> Needs:
    """Open amounts by age."""
    return Needs(open_by=frozenset(bases))


@dataclass(frozen=True, slots=True)
class Cut:
    """One member of one slice; the whole practice by default."""

    by: Slice = Slice.TOTAL
    member: str = WHOLE


WHOLE_PRACTICE: Final = Cut()


@dataclass(slots=True)
class Sum:
    """A measure over a window; `by_lag` maps days to (cents, entries)."""

    by_lag: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def cents(self) -> int:
        return sum(cents for cents, _ in self.by_lag.values())

    @property
    def entries(self) -> int:
        return sum(entries for _, entries in self.by_lag.values())

    def add(self, lag: int, cents: int, entries: int) -> None:
        """Another part of the same sum."""
        before = self.by_lag.get(lag, (0, 0))
        self.by_lag[lag] = (before[0] + cents, before[1] + entries)


@dataclass(slots=True)
class OpenAmounts:
    """Receivables by account and bucket, cents; credits are in NOT_AGED, positive as they are owed back."""

    cents: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """What is owed to the practice; credits are not netted."""
        return sum(cents for (_, bucket), cents in self.cents.items() if bucket != NOT_AGED)

    @property
    def credit(self) -> int:
        """What the practice owes back."""
        return sum(cents for (_, bucket), cents in self.cents.items() if bucket == NOT_AGED)

    def over(self, days: int) -> int:
        """Older than that many days; a boundary of the buckets. What is unbilled has no age here."""
        first = BOUNDARIES_DAYS.index(days + 1) + 1
        return sum(cents for (_, bucket), cents in self.cents.items() if first <= bucket < UNBILLED)

    def in_bucket(self, bucket: int) -> int:
        """Of one bucket."""
        return sum(cents for (_, own), cents in self.cents.items() if own == bucket)

    def owed_by(self, responsibility: str) -> "OpenAmounts":
        """The part of one responsibility."""
        return OpenAmounts(
            Counter({key: cents for key, cents in self.cents.items() if RESPONSIBILITY_OF[key[0]] == responsibility})
        )

    @property
    def by_bucket(self) -> Counter[int]:
        """Cents by bucket, credits not among them."""
        found: Counter[int] = Counter()
        for (_, bucket), cents in self.cents.items():
            if bucket != NOT_AGED:
                found[bucket] += cents
        return found


@dataclass(slots=True)
class ClassSums:
    """Of one payer class: what insurers owe, and what 12 months of decisions left of what was charged."""

    insurer_cents: int = 0
    decided_cents: int = 0
    agreed_off_cents: int = 0


@dataclass(slots=True)
class Books:
    """Sums of one practice, or of several, at one moment."""

    as_of: date
    period: tuple[date, date]
    days: Counter[Window] = field(default_factory=Counter)
    sums: dict[tuple[Window, Measure], Sum] = field(default_factory=lambda: defaultdict(Sum))
    daily: dict[tuple[Window, Measure], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    matured: dict[Measure, Sum] = field(default_factory=lambda: defaultdict(Sum))
    open: dict[Basis, OpenAmounts] = field(default_factory=lambda: defaultdict(OpenAmounts))
    classes: dict[str, ClassSums] = field(default_factory=lambda: defaultdict(ClassSums))

    def sum_of(self, measure: Measure, window: Window = Window.PERIOD) -> Sum:
        """A measure over a window."""
        return self.sums[window, measure]

    def cents_of(self, *wanted: Measure, window: Window = Window.PERIOD) -> int:
        """Several measures over a window, added up."""
        return sum(self.sums[window, measure].cents for measure in wanted)

    def add(self, other: "Books") -> None:
        """Another practice: sums and daily averages add up, ratios come later."""
        for window, days in other.days.items():
            self.days[window] = max(self.days[window], days)
        for key, part in other.sums.items():
            _merge(self.sums[key], part)
        for measure, part in other.matured.items():
            _merge(self.matured[measure], part)
        for key, average in other.daily.items():
            self.daily[key] += average
        for basis, amounts in other.open.items():
            self.open[basis].cents.update(amounts.cents)
        for name, own in other.classes.items():
            mine = self.classes[name]
            mine.insurer_cents += own.insurer_cents
            mine.decided_cents += own.decided_cents
            mine.agreed_off_cents += own.agreed_off_cents


def _merge(into: Sum, part: Sum) -> None:
    for lag, (cents, entries) in part.by_lag.items():
        into.add(lag, cents, entries)


class Source(Protocol):
    """Where sums come from: the rollups, or, for a proof, the ledger and the feed themselves."""

    @property
    def moment(self) -> Moment:
        """The two clocks of the report."""
        ...

    async def sums(
        self, measures: Sequence[Measure], first: date | None, by: Slice, member: str | None, months: Sequence[date]
    ) -> list[Row]:
        """(measure, service_month, member, lag_days, cents, entries)."""
        ...

    async def receivables(self, basis: Basis, by: Slice, member: str | None) -> list[Row]:
        """(member, account, bucket, cents)."""
        ...

    async def first_charge_on(self, by: Slice, member: str) -> date | None:
        """The first day with a charge."""
        ...


@dataclass(frozen=True, slots=True)
class Rollups:
    """The source of every report."""

    connection: Connection
    moment: Moment

    async def sums(
        self, measures: Sequence[Measure], first: date | None, by: Slice, member: str | None, months: Sequence[date]
    ) -> list[Row]:
        """See Source."""
        return await rollups.sums(self.connection, self.moment, measures, first, by=by, member=member, months=months)

    async def receivables(self, basis: Basis, by: Slice, member: str | None) -> list[Row]:
        """See Source."""
        return await aging.receivables(self.connection, self.moment, basis, by, member)

    async def first_charge_on(self, by: Slice, member: str) -> date | None:
        """See Source."""
        return await rollups.first_charge_on(self.connection, self.moment, by=by, member=member)


@dataclass(frozen=True, slots=True)
class LedgerItself:
    """The source of proofs: every entry and event read again."""

    connection: Connection
    moment: Moment

    async def sums(
        self, measures: Sequence[Measure], first: date | None, by: Slice, member: str | None, months: Sequence[date]
    ) -> list[Row]:
        """See Source."""
        asked = plain.Asked(first, by, member, tuple(months))
        return await plain.sums(self.connection, self.moment, measures, asked)

    async def receivables(self, basis: Basis, by: Slice, member: str | None) -> list[Row]:
        """See Source."""
        return await plain.receivables(self.connection, self.moment, basis, plain.Asked(None, by, member))

    async def first_charge_on(self, by: Slice, member: str) -> date | None:
        """See Source."""
        return await plain.first_charge_on(self.connection, self.moment, plain.Asked(None, by, member))


async def read_books(
    source: Source, needs: Needs, *, cut: Cut = WHOLE_PRACTICE, period_days: int = PERIOD_DAYS
) -> Books:
    """Read what is needed, each window and each basis in one statement."""
    moment = source.moment
    reading = _Reading(source, cut, period_days)
    books = Books(moment.as_of, (reading.start(Window.PERIOD) or moment.as_of, moment.as_of))
    await reading.add_sums(books, needs)
    if needs.cohort:
        months = cohort_months(moment.as_of)
        rows = await reading.sums(list(needs.cohort), None, months)
        for row in rows:
            books.matured[Measure(row["measure"])].add(row["lag_days"], row["cents"], row["entries"])
    for basis in needs.open_by:
        books.open[basis] = await reading.open_amounts(basis)
    if needs.by_class:
        await reading.add_classes(books)
    return books


def cohort_months(as_of: date) -> list[date]:
    """First days of the COHORT_MONTHS months of service that ended at least RUN_OUT_MONTHS before `as_of`."""
    month = as_of.year * 12 + as_of.month - 1
    if (as_of + timedelta(days=1)).day == 1:
        month += 1  # a month end counts as the whole month
    last = month - RUN_OUT_MONTHS - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - COHORT_MONTHS + 1, last + 1)]


_ESTIMATE: Final = (Measure.FIRST_ADJUDICATED, Measure.CONTRACTUAL, Measure.STATUTORY)


@dataclass(frozen=True, slots=True)
class _Reading:
    source: Source
    cut: Cut
    period_days: int

    def start(self, window: Window) -> date | None:
        return window.first(self.source.moment.as_of, self.period_days)

    async def sums(self, wanted: Sequence[Measure], first: date | None, months: Sequence[date] = ()) -> list[Row]:
        return await self.source.sums(wanted, first, self.cut.by, self.cut.member, months)

    async def add_sums(self, books: Books, needs: Needs) -> None:
        windows: dict[Window, list[Measure]] = defaultdict(list)
        for window, measure in sorted(needs.sums):
            windows[window].append(measure)
        since = await self._first_charge() if windows else None
        for window, wanted in windows.items():
            first = self.start(window)
            for row in await self.sums(wanted, first):
                part = books.sums[window, Measure(row["measure"])]
                part.add(row["lag_days"], row["cents"], row["entries"])
            days = (self.source.moment.as_of - max(first or since, since)).days + 1 if since else 0
            books.days[window] = days
            for measure in wanted:
                cents = books.sums[window, measure].cents
                books.daily[window, measure] = Fraction(cents, days) if days else Fraction(0)

    async def _first_charge(self) -> date | None:
        return await self.source.first_charge_on(self.cut.by, self.cut.member)

    async def open_amounts(self, basis: Basis) -> OpenAmounts:
        if self.cut.by is Slice.CATEGORY:  # of denials; an open amount has none
            return OpenAmounts()
        whole = self.cut.by is Slice.RESPONSIBILITY
        by, member = (Slice.TOTAL, WHOLE) if whole else (self.cut.by, self.cut.member)
        found = OpenAmounts()
        for row in await self.source.receivables(basis, by, member):
            sign = -1 if row["account"] in CREDIT_ACCOUNTS else 1
            found.cents[row["account"], row["bucket"]] += sign * row["cents"]
        return found.owed_by(self.cut.member) if whole else found

    async def add_classes(self, books: Books) -> None:
        """For the whole practice by class; a member is one class of its own."""
        by, member = (Slice.PAYER_CLASS, None) if self.cut.by is Slice.TOTAL else (self.cut.by, self.cut.member)
        if by in (Slice.RESPONSIBILITY, Slice.CATEGORY):
            return
        for row in await self.source.receivables(Basis.SERVICE, by, member):
            if row["account"] in PAYER_ACCOUNTS and row["bucket"] != NOT_AGED:
                books.classes[row["member"]].insurer_cents += row["cents"]
        first = self.start(Window.YEAR)
        rows = await self.source.sums(_ESTIMATE, first, by, member, ())
        for row in rows:
            own = books.classes[row["member"]]
            if row["measure"] == Measure.FIRST_ADJUDICATED:
                own.decided_cents += row["cents"]
            else:
                own.agreed_off_cents += row["cents"]
