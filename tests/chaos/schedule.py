"""One seeded schedule: clients post files and insist, while the service or PostgreSQL is killed under them."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from ar_tools.stack import Stack

from ..support.claims_stack import Tenant, admin, new_tenant, upload  # noqa: TID252
from .expected import Expected, expect
from .files import make_files
from .verify import problems

CLIENTS: Final = 3
PATIENCE_SECONDS: Final = 90
REQUEST_SECONDS: Final = 10
# How long after the start, or after the fault before, a fault comes: within what a schedule takes undisturbed.
FAULT_WITHIN_SECONDS: Final = 0.6
RETRY_SECONDS: Final = 0.1
# What a client may be answered while it must try again. Anything else but success is a defect.
AGAIN: Final = frozenset({409, 429, 503})


@dataclass
class Report:
    """What a schedule did and what was wrong at its end."""

    seed: int
    faults: list[str]
    ready: "Ready"
    problems: list[str] = field(default_factory=list)
    retries: int = 0
    resumed: int = 0

    def __str__(self) -> str:
        head = (
            f"seed {self.seed}: {', '.join(self.faults) or 'no fault'}; {self.retries} retries, {self.resumed} resumed"
        )
        return "\n  ".join([head, *self.problems])


@dataclass
class Ready:
    """A practice with its claims in, and what its files must come to."""

    tenant: Tenant
    expected: Expected
    files: dict[str, bytes]


async def run_schedule(stack: Stack, seed: int, *, calm: bool = False) -> Report:
    """Everything that is wrong is in the report; raises only when the stack itself fails. calm: without faults."""
    rng = random.Random(f"faults {seed}")
    faults = [] if calm else _some_faults(rng)
    ready = await prepare(stack, seed)
    report = Report(seed, faults, ready)
    async with ready.tenant.http(timeout=REQUEST_SECONDS) as http:
        disturbing = asyncio.create_task(_disturb(stack, rng, faults))
        try:
            await _post_all(http, ready.files, report)
        finally:
            await disturbing
        await _settle(stack, http, ready.tenant.practice_id, report)
        report.problems += await _proofs(http)
    async with admin(stack) as connection:
        report.problems += await problems(connection, ready.tenant.practice_id, ready.expected)
    return report


async def prepare(stack: Stack, seed: int) -> Ready:
    """A fresh practice whose claims were imported."""
    tenant = await new_tenant(stack, f"Chaos {seed}")
    files = make_files(seed)
    await import_claims(tenant, files.claims_837)
    return Ready(tenant, expect(files.claims_837, list(files.remittances.values())), files.remittances)


async def import_claims(tenant: Tenant, claims_837: bytes) -> None:
    """Claims that the payer has already; every one of them new."""
    async with tenant.http(timeout=60) as http:
        answer = await upload(http, claims_837, purpose="already_submitted")
        assert answer.status_code == 201, answer.text
        [interchange] = answer.json()["interchanges"]
        [transaction] = interchange["groups"][0]["transactions"]
        assert transaction["state"] == "processed", transaction
        assert transaction["counts"]["created"] == transaction["counts"]["claims"], transaction


# Clients


async def _post_all(http: httpx.AsyncClient, files: Mapping[str, bytes], report: Report) -> None:
    """Some clients share the files; each file is also sent by a second client under the same key."""
    waiting = [*files.items(), *files.items()]
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(_client(http, waiting, report))


async def _client(http: httpx.AsyncClient, waiting: list[tuple[str, bytes]], report: Report) -> None:
    while waiting:
        name, content = waiting.pop()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _sent(http, name, content, report):
                report.retries += 1
                await asyncio.sleep(RETRY_SECONDS)


async def _sent(http: httpx.AsyncClient, name: str, content: bytes, report: Report) -> bool:
    try:
        answer = await upload(http, content, key=name)
    except httpx.TransportError:
        return False
    if answer.status_code in AGAIN:
        return False
    if answer.status_code != 201:
        report.problems.append(f"{name} was answered {answer.status_code}: {answer.text[:300]}")
    return True


# Faults


def _some_faults(rng: random.Random) -> list[str]:
    return rng.choices(list(FAULTS), weights=[fault.weight for fault in FAULTS.values()], k=rng.randint(1, 2))


async def _disturb(stack: Stack, rng: random.Random, faults: list[str]) -> None:
    for fault in faults:
        await asyncio.sleep(rng.uniform(0, FAULT_WITHIN_SECONDS))
        await FAULTS[fault].strike(stack)


async def _kill_service(stack: Stack) -> None:
    def strike() -> None:
        stack.kill("claims_api")
        stack.start("claims_api")

    await asyncio.to_thread(strike)


async def _kill_postgres(stack: Stack) -> None:
    def strike() -> None:
        stack.pg.kill()
        stack.pg.start()

    await asyncio.to_thread(strike)


async def _power_cut(stack: Stack) -> None:
    def strike() -> None:
        stack.pg.kill()
        stack.kill("claims_api")
        stack.pg.start()
        stack.start("claims_api")

    await asyncio.to_thread(strike)


async def _end_connections(stack: Stack) -> None:
    """Those in the middle of a transaction, as soon as there is one; all of them when none turns up."""
    async with admin(stack) as connection:
        for _ in range(200):
            ended: int = await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE usename = 'ar_claims' AND state <> 'idle' AND xact_start IS NOT NULL"
            )
            if ended:
                return
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ar_claims'")


@dataclass(frozen=True)
class Fault:
    weight: int
    strike: Callable[[Stack], Any]


FAULTS: Final = {
    "connections ended": Fault(6, _end_connections),
    "service killed": Fault(3, _kill_service),
    "PostgreSQL killed": Fault(4, _kill_postgres),
    "both killed": Fault(1, _power_cut),
}


# The end


async def _settle(stack: Stack, http: httpx.AsyncClient, practice_id: int, report: Report) -> None:
    """Let the leases of dead workers be over, and wait until every file is finished and every fact numbered."""
    async with asyncio.timeout(PATIENCE_SECONDS), admin(stack) as connection:
        report.resumed = await connection.fetchval(
            "SELECT count(*) FROM claims.edi_file WHERE practice_id = $1 AND state <> 'processed'", practice_id
        )
        while not await _settled(http):
            await connection.execute(
                "UPDATE claims.edi_file SET leased_until = now() - interval '1 second' "
                "WHERE practice_id = $1 AND state <> 'processed'",
                practice_id,
            )
            await asyncio.sleep(RETRY_SECONDS)


async def _settled(http: httpx.AsyncClient) -> bool:
    with contextlib.suppress(httpx.TransportError):
        answer = await http.get("/v1/progress")
        if answer.status_code == 200:
            return bool(answer.json()["waiting"] == 0 and answer.json()["unprocessed_files"] == 0)
    return False


async def _proofs(http: httpx.AsyncClient) -> list[str]:
    answer = await http.get("/v1/ledger/proofs")
    if answer.status_code != 200:
        return [f"proofs were answered {answer.status_code}"]
    return [f"proof does not hold: {proof}" for proof in answer.json()["proofs"] if not proof["holds"]]
