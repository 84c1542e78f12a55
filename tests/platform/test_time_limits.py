"""A statement that takes too long, and the wait for a connection."""

import pytest

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Database, open_database
from ar_shared.platform.metrics import Metrics
from ar_shared.platform.settings import PlatformSettings
from ar_tools.test_databases import DatabaseUrls

_SLOW = "SELECT pg_sleep(0.3)"


async def test_a_statement_over_the_limit_is_given_up_and_may_be_tried_again(worker_database: DatabaseUrls) -> None:
    database = Database(worker_database.claims, statement_timeout=0.05)
    with pytest.raises(ServiceUnavailableError) as refused:
        async with database.tenant_tx(1) as connection:
            await connection.execute(_SLOW)
    async with database.tenant_tx(1) as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await database.close()

    assert (refused.value.status, refused.value.retry_after_seconds) == (503, 2)


async def test_a_bulk_transaction_takes_the_time_it_needs(worker_database: DatabaseUrls) -> None:
    database = Database(worker_database.claims, statement_timeout=0.05)
    async with database.tenant_tx(1, bulk=True) as connection:
        assert await connection.execute(_SLOW) == "SELECT 1"
    await database.close()


async def test_the_setting_is_what_limits_a_statement_and_each_wait_for_a_connection_is_counted(
    worker_database: DatabaseUrls,
) -> None:
    settings = PlatformSettings(
        database_url=worker_database.claims, db_command_timeout_seconds=12.5, environment="test"
    )
    metrics = Metrics("toy")
    database = open_database(settings, metrics)
    async with database.tenant_tx(1) as connection:
        limit = await connection.fetchval("SHOW statement_timeout")
    await database.close()

    assert limit == "12500ms"
    assert b'ar_db_pool_wait_seconds_count{service="toy"} 1.0' in metrics.exposition()


async def test_closing_waits_for_what_is_being_posted_and_gives_up_in_time(worker_database: DatabaseUrls) -> None:
    database = Database(worker_database.claims)
    async with database.tenant_tx(1, period_open=True), database.tenant_tx(2, period_closing=True):
        pass  # another practice's months are its own
    async with database.tenant_tx(1, period_open=True), database.tenant_tx(1, period_open=True):
        with pytest.raises(ServiceUnavailableError, match="took too long"):
            async with database.tenant_tx(1, period_closing=True):
                pass
    async with database.tenant_tx(1, period_closing=True) as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await database.close()
