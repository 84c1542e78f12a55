"""The three services in one process over a database of the module's own, with two practices that have everything."""

import contextlib
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from ar_tools.postgres import ServerAddress
from ar_tools.stack import Stack, running_stack
from ar_tools.test_databases import DatabaseUrls, cloned
from claims_api.events.sequence_events import sequence_events
from claims_api.main import create_app as create_claims_api
from claims_api.settings import ClaimsSettings
from followup_worker.background import one_pass
from followup_worker.main import create_app as create_followup_worker
from followup_worker.settings import FollowupSettings
from reporting_api.background import Follower
from reporting_api.main import create_app as create_reporting_api
from reporting_api.settings import ReportingSettings

from .recipes import seed
from .world import SECRET, Practice, World, a_bare_world


@pytest.fixture(scope="module")
def module_database(pg: ServerAddress, template_db: str) -> Iterator[DatabaseUrls]:
    with cloned(pg, template_db) as urls:
        yield urls


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The services as processes of their own; tests that stop something start it again."""
    extra = {"AR_LOG_LEVEL": "debug", "AR_CLIENT_CACHE_SECONDS": "0", "AR_RATE_LIMIT_PER_MINUTE": "0"}
    with running_stack(tmp_path_factory.mktemp("stack"), profile="fast", extra=extra) as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(module_database: DatabaseUrls) -> AsyncIterator[World]:
    async with in_process(module_database) as world:
        for practice in (world.north, world.south):
            await seed(world, practice)
        yield world


@contextlib.asynccontextmanager
async def in_process(urls: DatabaseUrls) -> AsyncIterator[World]:
    """A world without rows; no loop runs in the background, `settle_events` does what they would."""
    claims = create_claims_api(ClaimsSettings(database_url=SecretStr(urls.claims), environment="test"))
    to_claims = httpx.ASGITransport(app=claims, raise_app_exceptions=False)
    followup = create_followup_worker(
        FollowupSettings(
            database_url=SecretStr(urls.followup),
            environment="test",
            service_client_id="followup-worker",
            service_client_secret=SecretStr(SECRET),
            run_background=False,
        ),
        transport=to_claims,
    )
    reporting = create_reporting_api(
        ReportingSettings(
            database_url=SecretStr(urls.reporting),
            environment="test",
            service_client_id="reporting-api",
            service_client_secret=SecretStr(SECRET),
            run_background=False,
        ),
        transport=to_claims,
    )
    apps = {"claims_api": claims, "followup_worker": followup, "reporting_api": reporting}
    follower = Follower(reporting.state.wiring)

    async def settle(practice: Practice) -> None:
        await sequence_events(claims.state.wiring.database, practice.number)
        await one_pass(followup.state.wiring, everyone=True)
        await sequence_events(claims.state.wiring.database, practice.number)
        await follower.follow()

    async with contextlib.AsyncExitStack() as stack:
        http = {}
        for package, app in apps.items():
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{package}")
            http[package] = await stack.enter_async_context(client)
            stack.push_async_callback(app.state.wiring.database.close)
        world = await a_bare_world(urls.admin, http, services=True)
        world.settle_events = settle
        stack.push_async_callback(world.admin.close)
        yield world
