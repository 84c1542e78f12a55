"""Short words for what tests of the rollups ask again and again."""

from collections import Counter
from datetime import date
from decimal import Decimal

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Database
from reporting_api.aging import queries as aging
from reporting_api.aging.domain import NOT_AGED, Basis, bucket_label
from reporting_api.kpis.books import WHOLE_PRACTICE, Cut, Rollups, read_books
from reporting_api.kpis.catalogue import CATALOGUE
from reporting_api.kpis.domain import Figures
from reporting_api.moment import read_moment
from reporting_api.slices import Slice

Key = tuple[str, int, int]


class Reports:
    """A practice's reports as the service computes them."""

    def __init__(self, database: Database, clock: Clock, practice_id: int) -> None:
        self._database = database
        self._clock = clock
        self._practice_id = practice_id

    async def receivables(
        self, basis: Basis, by: Slice, as_of: date | None = None, known_at: date | None = None
    ) -> dict[Key, int]:
        """Cents by (member, account, bucket)."""
        async with self._database.tenant_tx(self._practice_id) as connection:
            moment = await read_moment(connection, self._practice_id, self._clock, as_of, known_at)
            rows = await aging.receivables(connection, moment, basis, by)
        return {(row["member"], row["account"], row["bucket"]): row["cents"] for row in rows}

    async def ages(
        self, as_of: date | None = None, known_at: date | None = None, *, basis: Basis = Basis.SERVICE
    ) -> dict[str, int]:
        """Cents by bucket label, `credit` for what is owed back."""
        buckets: Counter[str] = Counter()
        for (_, _, bucket), cents in (await self.receivables(basis, Slice.TOTAL, as_of, known_at)).items():
            buckets["credit" if bucket == NOT_AGED else bucket_label(bucket)] += cents
        return {label: cents for label, cents in buckets.items() if cents}

    async def figures(
        self, kpi: str, as_of: date | None = None, known_at: date | None = None, *, cut: Cut = WHOLE_PRACTICE
    ) -> Figures:
        async with self._database.tenant_tx(self._practice_id) as connection:
            moment = await read_moment(connection, self._practice_id, self._clock, as_of, known_at)
            books = await read_books(Rollups(connection, moment), CATALOGUE[kpi].needs, cut=cut)
        return CATALOGUE[kpi].measure(books)

    async def value(self, kpi: str, as_of: date | None = None, known_at: date | None = None) -> Decimal | None:
        return (await self.figures(kpi, as_of, known_at)).value
