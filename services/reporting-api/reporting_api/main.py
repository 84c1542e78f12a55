"""reporting-api: the only wiring."""

import contextlib
from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI

from ar_shared.kernel.clock import SystemClock
from ar_shared.platform.app import LifespanPart, create_service_app
from ar_shared.platform.cursors import Cursors
from ar_shared.platform.database import Database, open_database
from ar_shared.platform.exported_directory import ExportedClientDirectory
from ar_shared.platform.http_client import ServiceClient, jwks_from_url, new_http_client
from ar_shared.platform.logs import configure_logging
from ar_shared.platform.service_token import ServiceToken
from reporting_api.access.routes import router as access_router
from reporting_api.aging.routes import router as aging_router
from reporting_api.background import background
from reporting_api.folding.routes import router as folding_router
from reporting_api.kpis.catalogue import with_targets
from reporting_api.kpis.detail_routes import router as kpi_details_router
from reporting_api.kpis.group_routes import router as group_router
from reporting_api.kpis.routes import router as kpis_router
from reporting_api.metrics import ReportingMetrics
from reporting_api.settings import ReportingSettings
from reporting_api.wiring import Wiring

ROUTERS = (kpis_router, kpi_details_router, group_router, aging_router, folding_router, access_router)


def create_app(
    settings: ReportingSettings | None = None, *, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """The service; opens no connection before the first request.

    transport: how claims-api and the token issuer are reached; tests put the real claims-api there. Raises ValueError
    for a target of an unknown KPI.
    """
    settings = settings or ReportingSettings()
    with_targets(settings.kpi_targets)
    configure_logging(settings.service_name, settings.log_level)
    metrics = ReportingMetrics(settings.service_name)
    database = open_database(settings, metrics)
    reports = (
        open_database(settings, metrics, url=settings.database_read_url) if settings.database_read_url else database
    )
    http = new_http_client(transport=transport)
    claims_http = new_http_client(settings.claims_api_url, transport=transport)
    app = create_service_app(
        settings,
        title="Ledgerwell reporting-api",
        summary="Aging and key figures of a practice, as of any day, with their proof.",
        version="1",
        routers=ROUTERS,
        directory=ExportedClientDirectory(database),
        fetch_jwks=jwks_from_url(http, settings.jwks_url),
        probes={"database": database.is_ready},
        lifespan=[_closing(database, reports), _closing_clients(http, claims_http), background],
        metrics=metrics,
    )
    app.state.wiring = Wiring(
        settings=settings,
        database=database,
        reports=reports,
        clock=SystemClock(),
        claims_api=ServiceClient(claims_http, token=ServiceToken(settings, http)),
        metrics=metrics,
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
    )
    return app


def _closing(*databases: Database) -> LifespanPart:
    @contextlib.asynccontextmanager
    async def close(_app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            for database in databases:
                await database.close()

    return close


def _closing_clients(*clients: httpx.AsyncClient) -> LifespanPart:
    @contextlib.asynccontextmanager
    async def close(_app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            for client in clients:
                await client.aclose()

    return close
