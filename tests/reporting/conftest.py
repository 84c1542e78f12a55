"""A database with the real schema, the real service role, and ledgers to fold."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime

import asyncpg
import pytest

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from tests.reporting.builder import Ledger, a_ledger

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
