"""A large file whose worker and whose service are killed goes on, to the cent and once; its operation never goes back.

`AR_LARGE_FILE_CLAIMS` claims (500 unless given) in the payment in the middle of three, `AR_LARGE_FILE_SEED` says when
the kills come. Over HTTP throughout: 202, the operation, cancel, retry.
"""

import asyncio
import contextlib
import os
import random
from collections.abc import Callable
from typing import Any

import httpx
import psutil
import pytest

from ar_tools.stack import Stack

from ..support.claims_stack import Tenant, admin, new_tenant, upload  # noqa: TID252
from .expected import Expected, expect
from .files import make_large_file
from .schedule import import_claims
from .verify import problems

CLAIMS = int(os.environ.get("AR_LARGE_FILE_CLAIMS", "500"))
SEED = int(os.environ.get("AR_LARGE_FILE_SEED", "1"))
PATIENCE_SECONDS = 60 + CLAIMS / 50
LOOK_SECONDS = 0.05
UNFINISHED = ("received", "processing")
WORKER = "claims_api.intake.worker"

pytestmark = pytest.mark.xdist_group("chaos")


class Operation:
    """What a client is told of one upload, looked at again and again; the service may be away in between."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self.url = url
        self.told: list[dict[str, Any]] = []
        self._http = http

    async def look(self) -> dict[str, Any] | None:
        with contextlib.suppress(httpx.TransportError):
            answer = await self._http.get(self.url)
            if answer.status_code == httpx.codes.OK:
                self.told.append(answer.json())
                return self.told[-1]
        return None

    async def until(self, is_reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                told = await self.look()
                if told is not None and is_reached(told):
                    return told
                await asyncio.sleep(LOOK_SECONDS)

    def steps_back(self) -> list[tuple[str, int, int]]:
        """Each fall of a number that must only grow."""
        return [
            (name, before[name], after[name])
            for before, after in zip(self.told, self.told[1:], strict=False)
            for name in ("transactions_done", "claims_read", "bytes_read")
            if after[name] < before[name]
        ]


def is_over(told: dict[str, Any]) -> bool:
    return told["state"] not in UNFINISHED


def is_in_the_large_payment(told: dict[str, Any]) -> bool:
    return bool(told["transactions_done"] == 1 or is_over(told))


async def with_claims(stack: Stack, name: str, seed: int, claims: int) -> tuple[Tenant, bytes, Expected]:
    """A practice with the claims, and the file of three payments that answers them."""
    tenant = await new_tenant(stack, name)
    files = make_large_file(seed, claims)
    await import_claims(tenant, files.claims_837)
    [content] = files.remittances.values()
    return tenant, content, expect(files.claims_837, [content])


async def sent(http: httpx.AsyncClient, content: bytes) -> Operation:
    http.headers["Prefer"] = "respond-async"
    answer = await upload(http, content)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/operations/{answer.json()['id']}"
    return Operation(http, answer.headers["Location"])


def kill_worker(stack: Stack) -> None:
    [worker] = [one for one in psutil.Process(stack.pid("claims_api")).children() if WORKER in one.cmdline()]
    worker.kill()


def kill_both(stack: Stack) -> None:
    """The service, and the worker in its session."""
    stack.kill("claims_api")
    stack.start("claims_api")


async def let_leases_be_over(stack: Stack, tenant: Tenant) -> None:
    """What a minute does."""
    async with admin(stack) as connection:
        await connection.execute(
            "UPDATE claims.edi_file SET leased_until = now() - interval '1 second' "
            "WHERE practice_id = $1 AND state = 'processing'",
            tenant.practice_id,
        )


async def what_is_wrong(stack: Stack, http: httpx.AsyncClient, tenant: Tenant, expected: Expected) -> list[str]:
    """Once every fact is numbered."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if not (await http.get("/v1/progress")).json()["waiting"]:
                break
            await asyncio.sleep(LOOK_SECONDS)
    async with admin(stack) as connection:
        return await problems(connection, tenant.practice_id, expected)


async def test_a_large_file_whose_worker_and_service_are_killed_is_posted_once_and_never_goes_back(
    stack: Stack,
) -> None:
    rng = random.Random(SEED)
    tenant, content, expected = await with_claims(stack, "Killed", SEED, CLAIMS)
    async with tenant.http(timeout=30) as http:
        operation = await sent(http, content)

        for kill in (kill_worker, kill_both):
            await operation.until(is_in_the_large_payment)
            await asyncio.sleep(rng.uniform(0, CLAIMS / 3000))
            assert not is_over(await operation.until(lambda _: True)), "the kill came too late to mean anything"
            await asyncio.to_thread(kill, stack)
            await let_leases_be_over(stack, tenant)
        done = await operation.until(is_over)

        assert done["state"] == "processed"
        assert [(one["n"], one["state"]) for one in done["results"]] == [(n, "posted") for n in (1, 2, 3)]
        assert operation.steps_back() == []
        assert await what_is_wrong(stack, http, tenant, expected) == []


async def test_a_cancelled_large_file_lists_what_is_posted_and_the_rest_follows_when_it_is_tried_again(
    stack: Stack,
) -> None:
    tenant, content, expected = await with_claims(stack, "Cancelled", SEED + 1, CLAIMS)
    async with tenant.http(timeout=30) as http:
        operation = await sent(http, content)
        await operation.until(is_in_the_large_payment)
        assert (await http.post(f"{operation.url}/cancel")).json()["is_cancelled"]

        cancelled = await operation.until(is_over)

        assert cancelled["state"] == "cancelled"
        done = [(one["n"], one["state"]) for one in cancelled["results"]]
        assert done in ([(1, "posted")], [(1, "posted"), (2, "posted")])  # before the large payment, or behind it
        assert await traces(stack, tenant) == [f"LARGE{SEED + 1}X{n - 1}" for n, _ in done]

        assert (await http.post(f"{cancelled['file']}/retry")).status_code == 200
        assert (await operation.until(is_over))["state"] == "processed"
        assert await what_is_wrong(stack, http, tenant, expected) == []


async def traces(stack: Stack, tenant: Tenant) -> list[str]:
    async with admin(stack) as connection:
        rows = await connection.fetch(
            "SELECT trace_number FROM claims.remittance WHERE practice_id = $1 AND state = 'posted' ORDER BY 1",
            tenant.practice_id,
        )
    return [row["trace_number"] for row in rows]
