"""PGQueuer runs the sweeps: `tick` finds what is due, `practice_due` sweeps one practice.

Jobs are triggers; what is due, what was started and what is parked is in `sweep_schedule`. A job that runs twice,
is lost, or runs on two replicas changes nothing. The queue lives in schema `followup`, on a direct connection
(LISTEN does not pass a transaction pool).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import asyncpg
from fastapi import FastAPI
from pgqueuer import PgQueuer, Queries
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.models import Job, Schedule
from pgqueuer.domain.settings import DBSettings

from ar_shared.platform.logs import error_fields, get_logger
from followup_worker.base import SCHEMA
from followup_worker.sweep import queries
from followup_worker.sweep.sweep_practice import sweep_practice
from followup_worker.wiring import Wiring

TICK: Final = "tick"
PRACTICE_DUE: Final = "practice_due"
_EVERY_MINUTE: Final = "* * * * *"
_RECONNECT_SECONDS: Final = 2.0
_RETRIES: Final = 3
_LOG_KEPT: Final = timedelta(days=7)


class JobFailedError(Exception):
    """A job failed; the service's log has the reason. Nothing else is kept: an error text may quote a row."""


def job_queries(driver: AsyncpgDriver) -> Queries:
    """PGQueuer's SQL for schema `followup`."""
    settings = DBSettings(db_schema=SCHEMA)
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(settings),
        qbq=QueryQueueBuilder(settings),
        qbs=QuerySchedulerBuilder(settings),
    )


@contextlib.asynccontextmanager
async def jobs(app: FastAPI) -> AsyncIterator[None]:
    """A lifespan part: works the queue while the service lives."""
    task = asyncio.create_task(_run(app.state.wiring))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _run(wiring: Wiring) -> None:
    while True:
        try:
            await _work(wiring)
        except Exception as error:  # the queue outlives a lost connection; the log and the sweep age show it
            get_logger().error("job_queue_failed", **error_fields(error))
        await asyncio.sleep(_RECONNECT_SECONDS)


async def _work(wiring: Wiring) -> None:
    settings = wiring.settings
    dsn = (settings.database_direct_url or settings.database_url).get_secret_value()
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        queue = job_queue(wiring, connection)
        await tick(wiring, job_queries(AsyncpgDriver(connection)))  # a start does not wait for the next minute
        await queue.run(dequeue_timeout=timedelta(seconds=30), batch_size=4, shutdown_on_listener_failure=True)
    finally:
        await connection.close()


def job_queue(wiring: Wiring, connection: "asyncpg.Connection[asyncpg.Record]") -> PgQueuer:
    """The queue with its two jobs."""
    driver = AsyncpgDriver(connection)
    own_queries = job_queries(driver)
    queue = PgQueuer(driver, queries=own_queries)

    @queue.schedule(TICK, _EVERY_MINUTE)
    async def on_tick(_schedule: Schedule) -> None:
        await tick(wiring, own_queries)

    @queue.entrypoint(PRACTICE_DUE, on_failure="hold", executor_factory=_retrying)
    async def on_practice_due(job: Job) -> None:
        await practice_due(wiring, int(job.payload or b"0"))

    return queue


def _retrying(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
    return DatabaseRetryEntrypointExecutor(
        parameters, max_attempts=_RETRIES, initial_delay=timedelta(seconds=2), max_delay=timedelta(minutes=5)
    )


async def tick(wiring: Wiring, own_queries: Queries) -> int:
    """Queue a job for every practice whose sweep is due; returns how many are new in the queue."""
    machine = wiring.clock.now()
    async with wiring.database.control_tx() as connection:
        await queries.enrol_practices(connection, machine)
        due = await queries.due_practices(connection, machine)
        await queries.forget_old_jobs(connection, machine - _LOG_KEPT)
    if not due:
        return 0
    queued = await own_queries.enqueue(
        [PRACTICE_DUE] * len(due),
        [str(practice_id).encode() for practice_id in due],
        [0] * len(due),
        dedupe_key=[f"{PRACTICE_DUE}:{practice_id}" for practice_id in due],
        on_conflict="skip",
    )
    return sum(job_id is not None for job_id in queued)


async def practice_due(wiring: Wiring, practice_id: int) -> bool:
    """Sweep one practice if it is due. Raises JobFailedError, which carries no text of the cause."""
    try:
        swept = await sweep_practice(
            wiring.database,
            wiring.clock,
            wiring.rulebook,
            practice_id,
            every=timedelta(minutes=wiring.settings.sweep_every_minutes),
            attempts=wiring.settings.sweep_attempts,
        )
    except Exception as error:
        wiring.metrics.jobs_failed.inc()
        get_logger().error("job_failed", **error_fields(error))
        raise JobFailedError(PRACTICE_DUE) from None
    if swept:
        wiring.metrics.sweeps.inc()
    return swept
