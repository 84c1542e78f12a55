"""followup-worker: the only wiring."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import httpx
from fastapi import FastAPI

from ar_shared.kernel.clock import Clock, SystemClock
from ar_shared.platform.app import LifespanPart, create_service_app
from ar_shared.platform.cursors import Cursors
from ar_shared.platform.database import Database, open_database
from ar_shared.platform.exported_directory import ExportedClientDirectory
from ar_shared.platform.http_client import ServiceClient, jwks_from_url, new_http_client
from ar_shared.platform.logs import configure_logging
from ar_shared.platform.metrics import Metrics
from ar_shared.platform.service_token import ServiceToken
from followup_worker.access.routes import router as access_router
from followup_worker.background import background
from followup_worker.consumer.routes import router as consumer_router
from followup_worker.metrics import FollowupMetrics
from followup_worker.rules.rulebook import read_rulebook
from followup_worker.settings import FollowupSettings
from followup_worker.sweep.jobs import jobs
from followup_worker.wiring import Wiring
from followup_worker.work_items.routes import router as work_items_router

ROUTERS: Final = (work_items_router, consumer_router, access_router)


def create_app(
    settings: FollowupSettings | None = None,
    *,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The service; opens no connection before the first request. An unreadable rulebook stops it here.

    transport: how claims-api is reached, for tests.
    """
    settings = settings or FollowupSettings()
    configure_logging(settings.service_name, settings.log_level)
    rulebook = read_rulebook(settings.rulebook)
    metrics = Metrics(settings.service_name)
    database = open_database(settings, metrics)
    client = new_http_client(settings.claims_api_url, transport=transport)
    app = create_service_app(
        settings,
        title="Ledgerwell followup-worker",
        summary="What to do next, by when and why.",
        version="1",
        routers=ROUTERS,
        directory=ExportedClientDirectory(database),
        fetch_jwks=jwks_from_url(client, settings.jwks_url),
        probes={"database": database.is_ready},
        lifespan=[_closing(database, client), *((background, jobs) if settings.run_background else ())],
        metrics=metrics,
    )
    app.state.wiring = Wiring(
        settings=settings,
        database=database,
        clock=clock or SystemClock(),
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
        rulebook=rulebook,
        claims_api=ServiceClient(client, token=ServiceToken(settings, client)),
        metrics=FollowupMetrics(metrics),
    )
    return app


def _closing(database: Database, client: httpx.AsyncClient) -> LifespanPart:
    @contextlib.asynccontextmanager
    async def close(_app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await client.aclose()
            await database.close()

    return close
