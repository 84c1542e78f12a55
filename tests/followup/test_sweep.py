"""Time-based rules on the practice's clock; attempts are counted before they start; PGQueuer only triggers."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.domain.types import QueueExecutionMode

from ar_shared.kernel.clock import PracticeTime
from followup_worker.practice_clock import Now
from followup_worker.sweep import sweep_practice as module
from followup_worker.sweep.jobs import job_queries, job_queue, practice_due, tick
from followup_worker.sweep.sweep_practice import next_due_at

from .world import MONDAY, World

THURSDAY = date(2026, 3, 5)


async def schedule(world: World, *columns: str) -> Any:
    row = await world.admin.fetchrow(
        f"SELECT {', '.join(columns)} FROM followup.sweep_schedule WHERE practice_id = $1", world.practice_id
    )
    return tuple(row) if row else None


async def test_the_test_clock_decides_and_not_the_machine(world: World) -> None:
    await world.a_claim(submission_state="sent", sent_on=MONDAY)
    world.clock.at = datetime(2026, 6, 1, tzinfo=UTC)

    await world.sweep()
    assert await world.items() == []

    await world.set_today(THURSDAY)
    await world.sweep()
    assert await world.items("opened_on") == [THURSDAY]
    assert await schedule(world, "swept_to") == (datetime(2026, 3, 5, 17, tzinfo=UTC),)


async def test_a_moved_clock_makes_the_sweep_due_in_the_transaction_of_its_event(world: World) -> None:
    await world.sweep()
    assert await world.sweep(due=False) is False
    await world.event("clock.advanced", "practice", None)

    await world.consume()

    assert await world.sweep(due=False) is True


async def test_a_sweep_that_is_not_due_does_nothing(world: World) -> None:
    await world.a_claim(submission_state="payer_rejected")

    assert await world.sweep(due=False) is False

    assert await world.items() == []


async def test_two_replicas_sweep_once(world: World) -> None:
    other = world.new_replica()
    for _ in range(10):
        await world.a_claim(submission_state="payer_rejected")
    await world.sweep()
    for _ in range(10):
        await world.a_claim(submission_state="ch_rejected")
    world.clock.at += timedelta(hours=2)

    swept = await asyncio.gather(*(world.sweep(app, due=False) for app in (world.app, other) * 3))

    assert sorted(swept) == [False] * 5 + [True]
    assert await world.items() == ["rejected"] * 20
    assert await world.facts() == ["work_item.opened"] * 20


async def test_a_sweep_waits_for_the_consumer_instead_of_working_beside_it(world: World) -> None:
    await world.a_claim(submission_state="payer_rejected")
    await world.admin.execute(
        "INSERT INTO followup.event_head (practice_id, last_sequence) VALUES ($1, 0)", world.practice_id
    )
    transaction = world.admin.transaction()
    await transaction.start()
    await world.admin.execute("SELECT FROM followup.event_head WHERE practice_id = $1 FOR UPDATE", world.practice_id)
    sweeping = asyncio.create_task(world.sweep())
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    while not sweeping.done() and await world.admin.fetchval(waiting) == 0:
        pass  # each look lets the sweep go on
    assert not sweeping.done()
    await transaction.rollback()

    assert await sweeping is True
    assert await world.items() == ["rejected"]


@pytest.mark.parametrize(("today", "state"), [(date(2026, 3, 9), "snoozed"), (date(2026, 3, 10), "open")])
async def test_a_snoozed_item_wakes_on_its_day(world: World, today: date, state: str) -> None:
    await world.a_claim(submission_state="payer_rejected")
    await world.sweep()
    await world.admin.execute(
        "UPDATE followup.work_item SET state = 'snoozed', snoozed_until = '2026-03-10' WHERE practice_id = $1",
        world.practice_id,
    )
    await world.set_today(today)

    await world.sweep()

    assert await world.items("state") == [state]


@pytest.mark.parametrize(("today", "generations"), [(date(2026, 3, 9), [1]), (date(2026, 3, 10), [1, 2])])
async def test_a_completed_item_comes_back_on_its_day_if_the_cause_still_holds(
    world: World, today: date, generations: list[int]
) -> None:
    await world.a_claim(submission_state="payer_rejected")
    await world.sweep()
    await world.admin.execute(
        "UPDATE followup.work_item SET state = 'completed', ended_at = now(), comes_back_on = '2026-03-10' "
        "WHERE practice_id = $1",
        world.practice_id,
    )
    await world.set_today(today)

    await world.sweep()
    await world.sweep()

    assert await world.items("generation") == generations


async def test_a_completed_item_whose_cause_is_gone_does_not_come_back(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.sweep()
    await world.admin.execute(
        "UPDATE followup.work_item SET state = 'completed', ended_at = now(), comes_back_on = '2026-03-10' "
        "WHERE practice_id = $1",
        world.practice_id,
    )
    await world.change("claim", claim, submission_state="payer_accepted")
    await world.set_today(date(2026, 3, 10))

    await world.sweep()

    assert await world.items("state") == ["completed"]


async def test_the_items_of_a_rule_that_left_the_rulebook_close(world: World) -> None:
    await world.a_claim(submission_state="payer_rejected")
    await world.sweep()
    await world.admin.execute("UPDATE followup.work_item SET rule = 'old' WHERE practice_id = $1", world.practice_id)
    await world.admin.execute("UPDATE followup.rule_firing SET rule = 'old' WHERE practice_id = $1", world.practice_id)

    await world.sweep()

    assert await world.items("rule", "state") == [("old", "closed"), ("rejected", "open")]


async def test_starts_without_an_end_park_the_practice_and_a_moved_clock_frees_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any) -> None:
        raise RuntimeError

    await world.event("clock.advanced", "practice", None)
    await world.consume()
    with monkeypatch.context() as patched:
        patched.setattr(module, "_sweep", crash)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await world.sweep(due=False, attempts=2)
    assert await schedule(world, "attempts", "parked_at") == (2, None)

    assert await world.sweep(due=False, attempts=2) is False
    assert await schedule(world, "parked_at") == (world.clock.at,)
    assert await world.sweep(due=False, attempts=2) is False

    await world.event("clock.advanced", "practice", None)
    await world.consume()
    assert await world.sweep(due=False, attempts=2) is True
    assert await schedule(world, "attempts", "parked_at") == (0, None)


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 13, tzinfo=UTC)),
        (datetime(2026, 3, 3, 4, 30, tzinfo=UTC), datetime(2026, 3, 3, 5, tzinfo=UTC)),
    ],
)
def test_a_real_practice_is_swept_again_after_the_interval_or_at_its_midnight(at: datetime, expected: datetime) -> None:
    assert next_due_at(Now(PracticeTime(at, NEW_YORK), at), timedelta(hours=1)) == expected


def test_the_midnight_of_a_test_clock_does_not_come_by_waiting() -> None:
    machine = datetime(2026, 6, 1, tzinfo=UTC)
    practice = PracticeTime(datetime(2026, 3, 3, 4, 59, tzinfo=UTC), NEW_YORK)

    assert next_due_at(Now(practice, machine), timedelta(hours=1)) == machine + timedelta(hours=1)


async def test_the_queue_runs_under_the_service_role_and_sweeps_what_is_due(world: World) -> None:
    await world.a_claim(submission_state="payer_rejected")
    connection = await asyncpg.connect(world.urls.followup)
    try:
        own = job_queries(AsyncpgDriver(connection))
        await tick(world.wiring, own)
        assert await tick(world.wiring, own) == 0  # still queued: one job a practice

        await job_queue(world.wiring, connection).qm.run(
            dequeue_timeout=timedelta(seconds=1), batch_size=2, mode=QueueExecutionMode.drain
        )

        assert await world.items() == ["rejected"]
        assert (await schedule(world, "swept_at"))[0] == world.clock.at
        assert await practice_due(world.wiring, world.practice_id) is False
        assert await tick(world.wiring, own) == 0
    finally:
        await connection.close()


async def test_a_job_that_fails_for_good_is_held_and_says_nothing_of_the_cause(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any) -> None:
        raise RuntimeError("Zyzzyva Quackenbush")

    monkeypatch.setattr(module, "_sweep", crash)
    monkeypatch.setattr("followup_worker.sweep.jobs._RETRIES", 0)
    connection = await asyncpg.connect(world.urls.followup)
    try:
        await world.sweep_now_due()
        own = job_queries(AsyncpgDriver(connection))
        await own.enqueue("practice_due", str(world.practice_id).encode())
        await job_queue(world.wiring, connection).qm.run(
            dequeue_timeout=timedelta(seconds=1), batch_size=2, mode=QueueExecutionMode.drain
        )

        [held] = await own.list_failed_jobs(10)
        assert held.payload == str(world.practice_id).encode()
        log = await world.admin.fetchval("SELECT string_agg(traceback::text, '') FROM followup.pgqueuer_log")
        assert "JobFailedError" in log
        assert "Quackenbush" not in log
    finally:
        await world.admin.execute("DELETE FROM followup.pgqueuer")
        await connection.close()


async def test_the_migrated_queue_is_what_the_library_in_use_expects(world: World) -> None:
    connection = await asyncpg.connect(world.urls.followup)
    try:
        plan = await job_queries(AsyncpgDriver(connection)).plan_upgrade()
    finally:
        await connection.close()

    assert list(plan.statements) == []


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE followup.pgqueuer",
        "ALTER TABLE followup.pgqueuer ADD COLUMN x int",
        "DELETE FROM followup.access_log",
        "UPDATE followup.work_item_touch SET note = ''",
        "UPDATE claims.claim SET submission_state = 'draft'",
        "SELECT FROM claims.claim",
    ],
)
async def test_the_service_role_may_write_rows_of_its_own_and_nothing_more(world: World, statement: str) -> None:
    connection = await asyncpg.connect(world.urls.followup)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
