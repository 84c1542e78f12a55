"""Whatever happened, in whatever order it became known: the rollups equal plain SQL over the ledger, to the cent."""

import random
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from reporting_api.aging.domain import Basis, Slice
from reporting_api.folding import queries as folding
from reporting_api.folding.fold_practice import fold_practice
from reporting_api.measures import queries as measures
from reporting_api.measures.domain import Measure
from reporting_api.moment import read_moment
from tests.reporting.builder import Ledger, a_ledger
from tests.reporting.conftest import StoppedClock
from tests.reporting.histories import History
from tests.reporting.plain_sql import plain_closings, plain_first_things, plain_measures, plain_receivables
from tests.reporting.reading import Reports

HISTORIES = 25
PAIRS = 3
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
        for _ in range(PAIRS):
            await _compare(admin, database, ledger, chance)
    finally:
        await database.close()
        await admin.close()


async def _compare(admin: "asyncpg.Connection[Any]", database: Database, ledger: Ledger, chance: random.Random) -> None:
    practice, clock = ledger.practice_id, StoppedClock()
    as_of = START + timedelta(days=chance.randrange(-60, (ledger.today - START).days + 1))
    known_at = as_of + timedelta(days=chance.randrange((ledger.today - as_of).days + 1))
    note(f"as of {as_of}, known at {known_at}")
    reports = Reports(database, clock, practice)
    for basis in Basis:
        for by in Slice:
            expected = await plain_receivables(admin, practice, basis, by, as_of, known_at)
            assert await reports.receivables(basis, by, as_of, known_at) == expected, (basis, by)
    first = as_of - timedelta(days=chance.randrange(200))
    await _compare_measures(admin, database, clock, practice, (first, as_of, known_at))


async def _compare_measures(
    admin: "asyncpg.Connection[Any]",
    database: Database,
    clock: Clock,
    practice: int,
    when: tuple[date, date, date],
) -> None:
    first, as_of, known_at = when
    async with database.tenant_tx(practice) as connection:
        moment = await read_moment(connection, practice, clock, as_of, known_at)
        rows = await measures.sums(connection, moment, list(Measure), first)
        first_charge_on = await measures.first_charge_on(connection, moment)
    ours = {(row["measure"], row["lag_days"]): (row["cents"], row["entries"]) for row in rows}
    of_lines = await plain_closings(admin, practice, first, as_of, known_at)
    of_claims = await plain_first_things(admin, practice, first, as_of)
    assert {key: ours[key] for key in ours if key[0] in {name for name, _ in [*of_lines, *of_claims]}} == {
        **of_lines,
        **of_claims,
    }
    plain = await plain_measures(admin, practice, first, as_of, known_at)
    assert {name: ours[name, 0][0] for name in plain} == plain
    assert first_charge_on == await admin.fetchval(
        "SELECT min(effective_on) FROM claims_export.ledger_entry_v1 WHERE practice_id = $1 AND account = 4000 "
        "AND effective_on <= $2 AND (posted_at AT TIME ZONE 'America/New_York')::date <= $3",
        practice,
        as_of,
        known_at,
    )
