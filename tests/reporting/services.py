"""reporting-api and the real claims-api in one process, and a client of theirs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.events.sequence_events import sequence_events
from claims_api.main import create_app as create_claims_api
from claims_api.sandbox import seed
from claims_api.settings import ClaimsSettings
from reporting_api.background import Follower
from reporting_api.main import create_app
from reporting_api.settings import ReportingSettings

_SECRET = "s" * 40


@dataclass
class Services:
    """`claims` and `reports` send the sandbox client's token; `practice_id` is the sandbox practice."""

    app: FastAPI
    claims: httpx.AsyncClient
    reports: httpx.AsyncClient
    follower: Follower
    claims_database: Database
    practice_id: int

    async def settle(self) -> None:
        """Number the facts and fold them."""
        await sequence_events(self.claims_database, self.practice_id)
        await self.follower.follow()

    async def get(self, path: str, *, practice: UUID | None = None, **params: Any) -> httpx.Response:
        headers = {"AR-Practice": str(practice)} if practice else {}
        return await self.reports.get(path, params=params, headers=headers)


@asynccontextmanager
async def running(urls: DatabaseUrls, *, loops: bool = False) -> AsyncIterator[Services]:
    """loops: enter the service's own lifespan with its background work on, as uvicorn does."""
    database = Database(urls.claims)
    made = await seed(database, {"reporting-api": _SECRET})
    async with database.control_tx() as connection:
        practice_id = await connection.fetchval(
            "SELECT id FROM claims.practice WHERE uuid = $1", UUID(made["practice"])
        )
    claims_api = create_claims_api(ClaimsSettings(database_url=SecretStr(urls.claims), environment="test"))
    transport = httpx.ASGITransport(app=claims_api)
    settings = ReportingSettings(
        database_url=SecretStr(urls.reporting),
        environment="test",
        service_client_id="reporting-api",
        service_client_secret=SecretStr(_SECRET),
        run_background=loops,
        event_poll_seconds=0.001,
        snapshot_seconds=0.001,
        kpi_targets={"ar_over_90": Decimal("0.2")},
        client_cache_seconds=0,
    )
    app = create_app(settings, transport=transport)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://claims-api") as claims,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://reporting-api") as reports,
        AsyncExitStack() as stack,
    ):
        form = {
            "grant_type": "client_credentials",
            "client_id": made["client_id"],
            "client_secret": made["client_secret"],
        }
        token = (await claims.post("/oauth2/token", data=form)).json()["access_token"]
        claims.headers["Authorization"] = reports.headers["Authorization"] = f"Bearer {token}"
        if loops:
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield Services(app, claims, reports, Follower(app.state.wiring), database, practice_id)
    for each in (claims_api, app):
        await each.state.wiring.database.close()
    await database.close()
