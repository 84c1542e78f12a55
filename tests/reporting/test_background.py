"""The loops as they run in the service: nobody calls anything, and the reports come."""

import asyncio
from datetime import date

import asyncpg

from ar_tools.test_databases import DatabaseUrls
from tests.reporting.builder import Claim, a_ledger, a_line
from tests.reporting.services import Services, running


async def _shows(services: Services, cents: int) -> None:
    """Wait for the gauge, asking the service (and so its database) meanwhile; fails after 20 seconds."""
    async with asyncio.timeout(20):
        while _open_cents(services) != cents:
            assert (await services.get("/v1/progress")).status_code in (200, 503)


def _open_cents(services: Services) -> float | None:
    registry = services.app.state.wiring.metrics.registry
    found: float | None = registry.get_sample_value("ar_receivable_open_cents", {"bucket": "0-30"})
    return found


async def test_the_service_folds_and_shows_its_figures_by_itself(fresh_database: DatabaseUrls) -> None:
    connection = await asyncpg.connect(fresh_database.admin)
    async with running(fresh_database, loops=True) as services:
        await _shows(services, 0)
        ledger = await a_ledger(connection, date(2026, 6, 30))
        async with connection.transaction():
            await ledger.claim([a_line(Claim(await ledger.payer("Blue")), 120, ledger.today)])
        await _shows(services, 12_000)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = 'ar_reporting' AND datname = current_database()"
        )
        async with connection.transaction():
            await ledger.claim([a_line(Claim(await ledger.payer("Green")), 30, ledger.today)])
        await _shows(services, 15_000)
    await connection.close()
