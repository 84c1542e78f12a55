"""A database with the real schema, the real service role, and ledgers to fold."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime

import asyncpg
import pytest

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from tests.reporting.builder import Ledger, a_ledger
from tests.reporting.services import Services, running

NewLedger = Callable[[date], Awaitable[Ledger]]


class StoppedClock:
    """Practices of these tests live on test clocks; the machine's clock must not matter."""

    def now(self) -> datetime:
        return datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return StoppedClock()


@pytest.fixture
async def database(worker_database: DatabaseUrls) -> AsyncIterator[Database]:
    """As the service logs in: `ar_reporting`."""
    database = Database(worker_database.reporting)
    yield database
    await database.close()


@pytest.fixture
async def new_ledger(worker_database: DatabaseUrls) -> AsyncIterator[NewLedger]:
    connection = await asyncpg.connect(worker_database.admin)

    async def make(today: date) -> Ledger:
        return await a_ledger(connection, today)

    yield make
    await connection.close()


@pytest.fixture
async def services(worker_database: DatabaseUrls) -> AsyncIterator[Services]:
    """Beside the practices of all other tests."""
    async with running(worker_database) as services:
        yield services


@pytest.fixture
async def services_alone(fresh_database: DatabaseUrls) -> AsyncIterator[Services]:
    """Over a database of their own: for what adds up all practices."""
    async with running(fresh_database) as services:
        yield services
