"""What a fold adds, once, whoever folds and wherever it stops."""

import asyncio
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Connection, Database
from ar_tools.test_databases import DatabaseUrls
from reporting_api.aging.domain import Basis, contributions
from reporting_api.folding import fold_practice as folding
from reporting_api.folding import queries
from reporting_api.folding.fold_practice import Progress, fold_once, fold_practice
from reporting_api.slices import Slice
from tests.reporting.builder import Claim, Ledger, Move, a_line, contractual, credit_found, paid, to_patient
from tests.reporting.conftest import NewLedger
from tests.reporting.reading import Reports

TODAY = date(2026, 3, 15)
TABLES = ("ar_delta", "ar_checkpoint", "ar_late", "measure_day", "measure_checkpoint", "measure_late", "claim_fact")


async def contents(database: Database, practice_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every rollup row of the practice but those by payer; how folds were cut does not show, nor do ids."""
    async with database.tenant_tx(practice_id) as connection:
        rows = {
            table: await connection.fetch(f"SELECT * FROM reporting.{table} WHERE practice_id = $1", practice_id)
            for table in TABLES
        }
    hidden = ("folded_through", "n", "practice_id", "payer", "claim_id", "adjudicated_by")
    return {
        table: sorted(
            tuple(str(v) for k, v in row.items() if k not in hidden)
            for row in found
            if row.get("cents", 1) and row.get("slice") != Slice.PAYER
        )
        for table, found in rows.items()
    }


async def a_short_story(ledger: Ledger) -> None:
    """Two claims over two months: late money, a transfer, a reversal."""
    first, second = Claim(await ledger.payer("Blue")), Claim(await ledger.payer("Green"))
    line, other = a_line(first, 200, TODAY), a_line(second, 300, TODAY - timedelta(days=20))
    await ledger.claim([line])
    await ledger.submit(first)
    await ledger.claim([other])
    await ledger.advance_to(TODAY + timedelta(days=25))
    moves = [paid(line, 96), contractual(line, 80), to_patient(line, 24)]
    await ledger.adjudicate(first, "paid", moves, effective_on=TODAY + timedelta(days=10))
    await ledger.adjudicate(second, "denied")
    await ledger.advance_to(TODAY + timedelta(days=50))
    await ledger.post([[move.mirrored("E29") for move in moves]])


async def test_folding_again_changes_nothing(database: Database, clock: Clock, new_ledger: NewLedger) -> None:
    ledger = await new_ledger(TODAY)
    await a_short_story(ledger)

    assert await fold_practice(database, clock, ledger.practice_id) == Progress(6, 6)
    once = await contents(database, ledger.practice_id)
    assert await fold_practice(database, clock, ledger.practice_id) == Progress(6, 6)

    assert await contents(database, ledger.practice_id) == once
    assert all(once[table] for table in TABLES)


async def test_event_by_event_or_all_at_once_is_the_same(
    database: Database, clock: Clock, new_ledger: NewLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await new_ledger(TODAY)
    await a_short_story(whole)
    await fold_practice(database, clock, whole.practice_id)
    cut = await new_ledger(TODAY)
    await a_short_story(cut)
    monkeypatch.setattr(queries, "MAX_ENTRIES", 1)

    steps = [await fold_once(database, clock, cut.practice_id) for _ in range(6)]

    assert [step and step.sequence for step in steps] == [1, 2, 3, 4, 5, 6]
    ages = [await Reports(database, clock, each.practice_id).ages() for each in (whole, cut)]
    assert ages[0] == ages[1] == {"31-60": 20000, "61-90": 30000}
    one, other = [await contents(database, each.practice_id) for each in (whole, cut)]
    assert [len(one[table]) for table in TABLES] == [len(other[table]) for table in TABLES]
    assert one["measure_day"] == other["measure_day"]


async def test_the_limit_of_a_fold_keeps_an_event_whole(
    database: Database, clock: Clock, new_ledger: NewLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await new_ledger(TODAY)
    claim = Claim(await ledger.payer("Blue"))
    for _ in range(3):
        await ledger.claim([a_line(claim, 10, TODAY)])  # two entries each
        claim = Claim(claim.payer)
    monkeypatch.setattr(queries, "MAX_ENTRIES", 4)
    exactly_full = await fold_once(database, clock, ledger.practice_id)
    monkeypatch.setattr(queries, "MAX_ENTRIES", 1)
    larger_than_a_fold = await fold_once(database, clock, ledger.practice_id)

    assert exactly_full == Progress(2, 3)
    assert larger_than_a_fold == Progress(3, 3)


async def test_two_replicas_at_once_count_each_event_once(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    await a_short_story(ledger)

    answers = await asyncio.gather(*(fold_practice(database, clock, ledger.practice_id) for _ in range(6)))

    assert Progress(6, 6) in answers
    assert await Reports(database, clock, ledger.practice_id).ages() == {"31-60": 20000, "61-90": 30000}


async def test_a_practice_that_another_replica_folds_is_left_alone(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    await a_short_story(ledger)
    async with database.tenant_tx(ledger.practice_id) as connection:
        await queries.lock_cursor(connection, ledger.practice_id)

    async with database.tenant_tx(ledger.practice_id) as connection:
        await queries.lock_cursor(connection, ledger.practice_id)
        assert await fold_once(database, clock, ledger.practice_id) is None
    assert await fold_once(database, clock, ledger.practice_id) == Progress(6, 6)


async def test_a_fold_killed_before_its_commit_leaves_nothing(
    database: Database,
    clock: Clock,
    new_ledger: NewLedger,
    worker_database: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = await new_ledger(TODAY)
    await a_short_story(ledger)
    admin = await asyncpg.connect(worker_database.admin)
    add_checkpoints = folding._add_checkpoints

    async def killed(connection: Connection, *arguments: Any) -> None:
        await add_checkpoints(connection, *arguments)
        await admin.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
        await connection.execute("SELECT 1")

    monkeypatch.setattr(folding, "_add_checkpoints", killed)
    with pytest.raises(Exception, match="database cannot be reached"):
        await fold_practice(database, clock, ledger.practice_id)
    await admin.close()
    nothing = await contents(database, ledger.practice_id)
    monkeypatch.setattr(folding, "_add_checkpoints", add_checkpoints)
    await fold_practice(database, clock, ledger.practice_id)

    assert not any(nothing.values())
    assert await Reports(database, clock, ledger.practice_id).ages() == {"31-60": 20000, "61-90": 30000}


@pytest.mark.parametrize(
    ("age", "bucket"),
    [
        (-1, "0-30"), (0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90"),
        (91, "91-120"), (120, "91-120"), (121, "121-180"), (180, "121-180"), (181, "181-365"), (365, "181-365"),
        (366, "366+"), (3000, "366+"),
    ],
)  # fmt: skip
async def test_an_amount_stands_in_the_bucket_of_its_age(
    age: int, bucket: str, database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    """Once as it is posted at that age, once as it has grown into it."""
    ledger = await new_ledger(TODAY)
    payer = await ledger.payer("Blue")
    await ledger.claim([a_line(Claim(payer), 70, TODAY - timedelta(days=age))])
    await fold_practice(database, clock, ledger.practice_id)
    reports = Reports(database, clock, ledger.practice_id)
    as_posted = await reports.ages()
    grown = await new_ledger(TODAY)
    await grown.claim([a_line(Claim(payer), 70, TODAY)])
    await fold_practice(database, clock, grown.practice_id)
    await grown.advance_to(TODAY + timedelta(days=max(age, 0)))

    assert as_posted == {bucket: 7000}
    assert await Reports(database, clock, grown.practice_id).ages() == {bucket: 7000}


def test_an_amount_reaches_each_bucket_on_its_boundary_day() -> None:
    """33 days old when posted: the first two at once, then 61, 91 ... 366 days after the aging date."""
    aging_on, posted_on = date(2026, 1, 1), date(2026, 2, 3)

    assert list(contributions(aging_on, posted_on, 500))[:3] == [
        (posted_on, 0, 500),
        (posted_on, 1, 500),
        (aging_on + timedelta(days=61), 2, 500),
    ]
    assert list(contributions(aging_on, posted_on, 500))[-1] == (aging_on + timedelta(days=366), 6, 500)
    assert list(contributions(None, posted_on, 500)) == [(posted_on, 7, 500)]


async def test_the_folding_statement_and_the_python_form_agree(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    service_on = TODAY - timedelta(days=75)
    await ledger.claim([a_line(Claim(await ledger.payer("Blue")), 5, service_on)])
    await fold_practice(database, clock, ledger.practice_id)

    async with database.tenant_tx(ledger.practice_id) as connection:
        rows = await connection.fetch(
            "SELECT effective_on, reached, cents FROM reporting.ar_delta "
            "WHERE practice_id = $1 AND basis = $2 AND slice = $3",
            *(ledger.practice_id, Basis.SERVICE, Slice.TOTAL),
        )
    assert sorted(map(tuple, rows)) == sorted(contributions(service_on, TODAY, 500))


async def test_first_bill_age_starts_when_the_claim_is_sent_and_rebilling_never_changes_it(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    claim = Claim(await ledger.payer("Blue"))
    await ledger.claim([a_line(claim, 200, TODAY - timedelta(days=40))])
    await ledger.advance_to(TODAY + timedelta(days=5))
    await ledger.submit(claim)
    await ledger.advance_to(TODAY + timedelta(days=36))
    await ledger.submit(claim, version=2)
    await fold_practice(database, clock, ledger.practice_id)
    reports = Reports(database, clock, ledger.practice_id)

    def at(days: int) -> Any:
        return reports.ages(TODAY + timedelta(days=days), basis=Basis.FIRST_BILL)

    assert await at(4) == {"unbilled": 20000}
    assert await at(5) == await at(35) == {"0-30": 20000}
    assert await at(36) == {"31-60": 20000}
    assert await reports.ages(TODAY + timedelta(days=4)) == {"31-60": 20000}


async def test_responsibility_age_starts_anew_with_the_patient(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    line = a_line(Claim(await ledger.payer("Blue")), 100, TODAY)
    await ledger.claim([line])
    await ledger.advance_to(TODAY + timedelta(days=40))
    line.responsible_on = TODAY  # what leaves the payer carries the payer's date ...
    patient_side = Move("E40", 3000, 1110, 4000, line)
    await ledger.post([[Move("E40", 3000, 4000, 1100, line)]])
    line.responsible_on = ledger.today  # ... and arrives with its own
    await ledger.post([[patient_side]])
    await fold_practice(database, clock, ledger.practice_id)
    reports = Reports(database, clock, ledger.practice_id)

    assert await reports.ages(basis=Basis.RESPONSIBILITY) == {"0-30": 3000, "31-60": 7000}
    assert await reports.ages(basis=Basis.SERVICE) == {"31-60": 10000}


async def test_what_was_posted_late_is_in_todays_answer_and_not_in_the_old_one(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    """Also when all that is late is a transfer, which no measure sums."""
    ledger = await new_ledger(TODAY)
    line = a_line(Claim(await ledger.payer("Blue")), 100, TODAY)
    await ledger.claim([line])
    await ledger.advance_to(date(2026, 5, 20))
    await ledger.post([[to_patient(line, 40)]], effective_on=date(2026, 4, 10))
    await fold_practice(database, clock, ledger.practice_id)
    reports = Reports(database, clock, ledger.practice_id)
    insurer = Basis.SERVICE, Slice.TOTAL

    async def owed_by_payer(as_of: date, known_at: date) -> int:
        found = await reports.receivables(*insurer, as_of, known_at)
        return sum(cents for (_, account, _), cents in found.items() if account == 1100)

    assert await owed_by_payer(date(2026, 4, 9), date(2026, 5, 20)) == 10000
    assert await owed_by_payer(date(2026, 4, 10), date(2026, 5, 20)) == 6000
    assert await owed_by_payer(date(2026, 4, 10), date(2026, 5, 19)) == 10000
    assert await owed_by_payer(date(2026, 4, 10), date(2026, 4, 10)) == 10000


async def test_a_late_entry_reaches_every_month_end_it_crosses(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    line = a_line(Claim(await ledger.payer("Blue")), 100, TODAY)
    await ledger.claim([line])
    await ledger.advance_to(date(2026, 6, 10))
    await ledger.event("note.added")
    await fold_practice(database, clock, ledger.practice_id)  # checkpoints for March, April and May are there
    await ledger.post([[paid(line, 30)]], effective_on=date(2026, 4, 15))
    await fold_practice(database, clock, ledger.practice_id)
    reports = Reports(database, clock, ledger.practice_id)

    assert await reports.ages(date(2026, 3, 31)) == {"0-30": 10000}
    assert await reports.ages(date(2026, 4, 30)) == {"31-60": 7000}
    assert await reports.ages(date(2026, 5, 31)) == {"61-90": 7000}
    assert await reports.ages(date(2026, 6, 10)) == {"61-90": 7000}


async def test_a_credit_stands_apart_and_lowers_no_bucket(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    ledger = await new_ledger(TODAY)
    payer = await ledger.payer("Blue")
    overpaid, still_open = a_line(Claim(payer), 100, TODAY), a_line(Claim(payer), 50, TODAY)
    await ledger.claim([overpaid])
    await ledger.claim([still_open])
    await ledger.post([[paid(overpaid, 120), credit_found(overpaid, 20)]])
    await fold_practice(database, clock, ledger.practice_id)

    assert await Reports(database, clock, ledger.practice_id).ages() == {"0-30": 5000, "credit": -2000}


async def test_a_reversal_brings_back_what_was_open(database: Database, clock: Clock, new_ledger: NewLedger) -> None:
    ledger = await new_ledger(TODAY)
    line = a_line(Claim(await ledger.payer("Blue")), 200, TODAY)
    await ledger.claim([line])
    moves = [paid(line, 96), contractual(line, 80), to_patient(line, 24)]
    await ledger.post([moves])
    await ledger.advance_to(TODAY + timedelta(days=31))
    await ledger.post([[move.mirrored("E29") for move in moves]])
    await fold_practice(database, clock, ledger.practice_id)
    reports = Reports(database, clock, ledger.practice_id)

    assert await reports.ages(TODAY + timedelta(days=30)) == {"0-30": 2400}
    assert await reports.ages() == {"31-60": 20000}


async def test_one_practice_never_sees_anothers_amounts(
    database: Database, clock: Clock, new_ledger: NewLedger
) -> None:
    rich, poor = await new_ledger(TODAY), await new_ledger(TODAY)
    await rich.claim([a_line(Claim(await rich.payer("Blue")), 900, TODAY)])
    for ledger in (rich, poor):
        await fold_practice(database, clock, ledger.practice_id)

    assert await Reports(database, clock, poor.practice_id).ages() == {}
    assert await Reports(database, clock, rich.practice_id).ages() == {"0-30": 90000}
