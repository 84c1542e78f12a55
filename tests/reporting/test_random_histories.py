"""Whatever happened, in whatever order it became known: the rollups equal plain SQL over the ledger, to the cent."""

import random
from datetime import date, timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ar_shared.platform.database import Database, Row
from ar_tools.test_databases import DatabaseUrls
from reporting_api.aging.domain import Basis
from reporting_api.folding import queries as folding
from reporting_api.folding.fold_practice import fold_practice
from reporting_api.kpis.books import Cut
from reporting_api.kpis.catalogue import CATALOGUE
from reporting_api.kpis.prove_kpi import prove_kpi
from reporting_api.kpis.read_kpis import Query
from reporting_api.measures import queries as measures
from reporting_api.measures.domain import COHORTS, Measure
from reporting_api.moment import read_moment
from reporting_api.slices import RECEIVABLE_SLICES, Slice
from tests.reporting.builder import Ledger, a_ledger
from tests.reporting.conftest import StoppedClock
from tests.reporting.histories import LOCATIONS, History
from tests.reporting.plain_sql import Plain, read_plain
from tests.reporting.reading import Reports

HISTORIES = 25
PAIRS = 3
CUTS = (Cut(), Cut(Slice.PAYER_CLASS, "medicare"), Cut(Slice.LOCATION, str(LOCATIONS[0])))
START = date(2025, 1, 27)


@pytest.mark.parametrize("entries_a_fold", [50_000, 40])
@settings(max_examples=HISTORIES // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
async def test_rollups_equal_the_ledger(
    seed: int, entries_a_fold: int, worker_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(f"seed {seed}")
    monkeypatch.setattr(folding, "MAX_ENTRIES", entries_a_fold)
    chance = random.Random(seed)
    admin = await asyncpg.connect(worker_database.admin)
    database = Database(worker_database.reporting)
    try:
        ledger = await a_ledger(admin, START)
        history = History(ledger, chance)
        for steps in (25, 15, 15):
            await history.play(steps)
            await fold_practice(database, StoppedClock(), ledger.practice_id)
        plain = await read_plain(admin, ledger.practice_id)
        for _ in range(PAIRS):
            await _compare(plain, database, ledger, chance)
    finally:
        await database.close()
        await admin.close()


async def _compare(plain: Plain, database: Database, ledger: Ledger, chance: random.Random) -> None:
    practice, clock = ledger.practice_id, StoppedClock()
    as_of = START + timedelta(days=chance.randrange(-60, (ledger.today - START).days + 1))
    known_at = as_of + timedelta(days=chance.randrange((ledger.today - as_of).days + 1))
    note(f"as of {as_of}, known at {known_at}")
    reports = Reports(database, clock, practice)
    for basis in Basis:
        for by in RECEIVABLE_SLICES:
            expected = plain.receivables(basis, by, as_of, known_at)
            assert await reports.receivables(basis, by, as_of, known_at) == expected, (basis, by)
    first = as_of - timedelta(days=chance.randrange(200))
    months = [date(2025 - back // 12, 12 - back % 12, 1) for back in range(0, 24, 3)]
    async with database.tenant_tx(practice) as connection:
        moment = await read_moment(connection, practice, clock, as_of, known_at)
        for by in Slice:
            rows = await measures.sums(connection, moment, list(Measure), first, by=by)
            assert _by_key(rows) == plain.sums(first, as_of, known_at, by), by
            rows = await measures.sums(connection, moment, list(COHORTS), first, by=by, months=months)
            assert _by_key(rows) == plain.sums(first, as_of, known_at, by, months), by
        found = await measures.first_charge_on(connection, moment)
        for name, kpi in chance.sample([*CATALOGUE.items()], k=6):
            cut = Cut(
                *chance.choice(
                    [(Slice.TOTAL, ""), (Slice.PAYER_CLASS, "medicare"), (Slice.LOCATION, str(LOCATIONS[0]))]
                )
            )
            proof = await prove_kpi(connection, moment, kpi, Query(chance.choice((30, 90)), cut))
            assert proof.equal, (name, cut, [part for part in proof.parts if not part.equal])
    charged = [f.on for f in plain.facts if f.measure == "charges" and f.on <= as_of and f.known_on <= known_at]
    assert found == min(charged, default=None)


def _by_key(rows: list[Row]) -> dict[tuple[str, date, str, int], tuple[int, int]]:
    return {
        (row["measure"], row["service_month"], row["member"], row["lag_days"]): (row["cents"], row["entries"])
        for row in rows
    }
