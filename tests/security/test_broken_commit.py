"""When a commit fails the client is never told that it worked, and a retry with the same key has its effect once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import httpx
import pytest

from ar_shared.platform import database

from .attempts import fingerprint
from .contract import operations
from .recipes import KEYED, a_claim, with_key
from .world import Call, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

# How a commit can fail, and whether the same request may succeed later.
BREAKS: Final = {
    "the session is ended": ("PERFORM pg_terminate_backend(pg_backend_pid())", 503),
    "the transaction lost a race": ("RAISE EXCEPTION 'broken' USING ERRCODE = '40001'", 503),
    "a deferred constraint is broken": ("RAISE EXCEPTION 'broken' USING ERRCODE = '23514'", 500),
}


@asynccontextmanager
async def commits_broken(world: World, table: str, body: str) -> AsyncIterator[None]:
    """Every transaction that put a row into the table fails when it commits."""
    await world.admin.execute(
        f"CREATE FUNCTION public.break_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
        f"$$ BEGIN {body}; RETURN NULL; END $$"
    )
    await world.admin.execute(
        f"CREATE CONSTRAINT TRIGGER break_commit AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION public.break_commit()"
    )
    try:
        yield
    finally:
        await world.admin.execute("DROP FUNCTION public.break_commit() CASCADE")


async def rows(world: World, table: str) -> int:
    return int(await world.admin.fetchval(f"SELECT count(*) FROM {table}"))


async def test_every_operation_that_takes_a_key_is_here() -> None:
    takes_key = {
        key
        for key, operation in operations().items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.document.get("parameters", []))
    }
    assert takes_key == set(KEYED)


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("key", KEYED)
async def test_a_broken_commit_is_an_error_and_its_retry_has_one_effect(world: World, key: str, how: str) -> None:
    table = KEYED[key]
    body, status = BREAKS[how]
    call = await with_key(world, world.north, key)
    before, prints = await rows(world, table), await fingerprint(world, world.north)

    async with commits_broken(world, table, body):
        broken = await world.control(key, world.north, call)

    assert broken.status_code == status, broken.text
    assert ("retry-after" in broken.headers) is (status == 503)
    assert broken.json()["retryable"] is (status == 503)
    assert await fingerprint(world, world.north) == prints

    retried = await world.control(key, world.north, call)
    again = await world.control(key, world.north, call)

    assert (retried.status_code, again.status_code) == (call.status, call.status), retried.text
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == retried.content
    assert await rows(world, table) == before + 1


@pytest.fixture
def answer_to_commit_lost(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """PostgreSQL commits, and the connection breaks before it can say so; what is returned is what it lost."""
    sent: list[str] = []
    execute = database._Connection.execute

    async def lose(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
        answer = await execute(self, query, *arguments, **options)
        if query == "COMMIT" and not sent:
            sent.append(query)
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return answer

    monkeypatch.setattr(database._Connection, "execute", lose)
    return sent


async def test_a_commit_whose_answer_is_lost_is_found_again_by_its_key(
    world: World, answer_to_commit_lost: list[str]
) -> None:
    answer_to_commit_lost.append("not yet")
    call = await with_key(world, world.north, "claims_api.createClaim")
    before = await rows(world, "claims.claim")
    answer_to_commit_lost.clear()

    lost = await world.control("claims_api.createClaim", world.north, call)
    retried = await world.control("claims_api.createClaim", world.north, call)

    assert (lost.status_code, retried.status_code) == (503, 201)
    assert retried.headers["idempotency-replayed"] == "true"
    assert await rows(world, "claims.claim") == before + 1


async def test_the_same_key_twice_at_once_is_one_201_and_one_409_to_be_tried_again(world: World) -> None:
    call = await with_key(world, world.north, "claims_api.createClaim")
    before = await rows(world, "claims.claim")

    async with world.admin.transaction():
        await world.admin.execute("LOCK TABLE claims.posting IN EXCLUSIVE MODE")  # the first request waits here
        first = asyncio.create_task(world.control("claims_api.createClaim", world.north, call))
        await somebody_waits(world)
        second = await world.control("claims_api.createClaim", world.north, call)
        assert not first.done()
    answers: tuple[httpx.Response, httpx.Response] = (await first, second)

    assert [answer.status_code for answer in answers] == [201, 409]
    assert second.json()["code"] == "idempotency_in_flight"
    assert second.json()["retryable"] is True
    assert int(second.headers["retry-after"]) >= 1
    assert await rows(world, "claims.claim") == before + 1


async def test_a_key_with_another_body_is_refused_and_changes_nothing(world: World) -> None:
    call = await with_key(world, world.north, "claims_api.createClaim")
    assert (await world.control("claims_api.createClaim", world.north, call)).status_code == 201
    before = await rows(world, "claims.claim")

    other = Call(body=a_claim(world.north), headers=call.headers)
    refused = await world.control("claims_api.createClaim", world.north, other)

    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert await rows(world, "claims.claim") == before


async def somebody_waits(world: World) -> None:
    """Return when a session of this database waits for a lock."""
    for _ in range(2_000):
        waiting = await world.admin.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if waiting:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the first request never came to the lock")
