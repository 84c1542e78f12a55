"""Without PostgreSQL the services live, say so, and refuse politely; with it they go on without a restart."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import pytest

from ar_tools.processes import wait_until
from ar_tools.stack import SERVICES, Stack, is_ready

from .contract import Operation, operations
from .world import fresh

PATIENCE_SECONDS: Final = 60
WITHOUT_DATABASE: Final = {"claims_api.readSigningKeys"}  # kept in memory for a minute

Clients = Mapping[str, httpx.AsyncClient]


@pytest.fixture
async def http(stack: Stack) -> AsyncIterator[Clients]:
    """A client for each service, with a token of the sandbox practice."""
    form = {
        "grant_type": "client_credentials",
        **{name: stack.sandbox[name] for name in ("client_id", "client_secret")},
    }
    async with clients_of(stack) as clients:
        token = (await clients["claims_api"].post("/oauth2/token", data=form)).json()["access_token"]
        for client in clients.values():
            client.headers["Authorization"] = f"Bearer {token}"
            client.headers["AR-Practice"] = stack.sandbox["practice"]
        yield clients


@asynccontextmanager
async def clients_of(stack: Stack) -> AsyncIterator[Clients]:
    made = {service.package: httpx.AsyncClient(base_url=stack.url(service.package), timeout=30) for service in SERVICES}
    yield made
    for client in made.values():
        await client.aclose()


@pytest.fixture
def running_again(stack: Stack) -> Iterator[None]:
    """However a test ends, the stack runs for the next one."""
    yield
    if not stack.pg.is_running:
        stack.pg.start()
    assert wait_until(lambda: all_ready(stack), PATIENCE_SECONDS)


def all_ready(stack: Stack) -> bool:
    return all(is_ready(stack.url(service.package)) for service in SERVICES)


pytestmark = pytest.mark.usefixtures("running_again")


def reads() -> list[Operation]:
    return [
        operation
        for key, operation in operations().items()
        if operation.method == "GET" and key not in WITHOUT_DATABASE and operation.scope != "internal:events"
    ]


async def ask(http: Clients, operation: Operation) -> httpx.Response:
    path = operation.path
    for name in ("external_id", "kpi"):
        path = path.replace(f"{{{name}}}", "days_in_ar")
    while "{" in path:
        path = f"{path[: path.index('{')]}{uuid4()}{path[path.index('}') + 1 :]}"
    return await http[operation.service].get(path)


async def assert_away(http: Clients) -> None:
    """Every service lives, is not ready, and answers every read with a 503 that says when to come again."""
    for client in http.values():
        alive, ready = await client.get("/livez"), await client.get("/readyz")
        assert (alive.status_code, ready.status_code) == (200, 503)
        assert ready.headers["retry-after"].isdigit()
        assert ready.json()["checks"] == {"database": False}
        assert (await client.get("/metrics")).status_code == 200
    answers = {operation.key: await ask(http, operation) for operation in reads()}
    assert {key: answer.status_code for key, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert [key for key, answer in answers.items() if not answer.headers.get("retry-after", "").isdigit()] == []
    assert {answer.json()["retryable"] for answer in answers.values()} == {True}


async def assert_back(http: Clients, stack: Stack) -> None:
    """Ready again, and every read is answered."""
    assert await asyncio.to_thread(wait_until, lambda: all_ready(stack), PATIENCE_SECONDS)
    statuses = {operation.key: (await ask(http, operation)).status_code for operation in reads()}
    assert {key: status for key, status in statuses.items() if status >= 500} == {}


async def test_postgresql_stopped_while_the_services_run(http: Clients, stack: Stack) -> None:
    await assert_back(http, stack)

    await asyncio.to_thread(stack.pg.stop)
    await assert_away(http)
    await asyncio.to_thread(stack.pg.start)

    await assert_back(http, stack)


async def test_postgresql_killed_under_running_requests(http: Clients, stack: Stack) -> None:
    admin = await asyncpg.connect(stack.database_url)
    lock = admin.transaction()
    await lock.start()
    await admin.execute("LOCK TABLE claims.patient IN ACCESS EXCLUSIVE MODE")  # the requests wait here
    bodies = [
        (f"/v1/patients/by-external-id/{fresh('AWAY')}", {"last_name": "Sandboxer", "first_name": "Pat"})
        for _ in range(3)
    ]
    running = [asyncio.create_task(http["claims_api"].put(path, json=body)) for path, body in bodies]
    await waiting(admin, len(running))

    await asyncio.to_thread(stack.pg.kill)
    answers = await asyncio.gather(*running)
    admin.terminate()

    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(answer.headers["retry-after"].isdigit() for answer in answers)
    await asyncio.to_thread(stack.pg.start)
    await assert_back(http, stack)
    retried = [await http["claims_api"].put(path, json=body) for path, body in bodies]
    assert [answer.status_code for answer in retried] == [201] * 3


async def waiting(admin: "asyncpg.Connection[Any]", count: int) -> None:
    for _ in range(2_000):
        if await admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") >= count:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the requests never came to the lock")


async def test_postgresql_away_when_the_services_start(http: Clients, stack: Stack) -> None:
    await asyncio.to_thread(stack.stop)
    await asyncio.to_thread(stack.pg.stop)
    starting = threading.Thread(target=stack.start)
    starting.start()
    for client in http.values():
        await alive(client)

    await assert_away(http)
    await asyncio.to_thread(stack.pg.start)
    await asyncio.to_thread(starting.join, PATIENCE_SECONDS)

    assert not starting.is_alive()
    await assert_back(http, stack)


async def alive(client: httpx.AsyncClient) -> None:
    for _ in range(1_000):
        try:
            if (await client.get("/livez")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.02)
    raise AssertionError("the service does not answer /livez")
