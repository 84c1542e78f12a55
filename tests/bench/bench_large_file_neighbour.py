"""How long a practice waits for `POST /v1/claims` while a large 835 of another practice is taken in.

Run `python tests/bench/bench_large_file_neighbour.py [claims]`. One service, one PostgreSQL. A claim is posted every
20 ms, first while nothing else happens, then from the upload of the file (with `Prefer: respond-async`) until its
operation is done. Prints median, p99 and worst of both. Fails (exit 1) when the p99 meanwhile is more than 3 times
the quiet one.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from bench_create_claim import BODY
from generated_835 import stream_835

from tests.support.claims_stack import claims_stack, new_tenant

CLAIMS = 50_000
EVERY_SECONDS = 0.02
QUIET_SECONDS = 20.0
WARM_REQUESTS = 100
TIMES_WANTED = 3.0
SETTINGS = {"AR_RATE_LIMIT_PER_MINUTE": "0", "AR_LOG_LEVEL": "warning"}
_numbers = itertools.count()


def main() -> int:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    with tempfile.TemporaryDirectory() as folder, claims_stack(Path(folder), extra=SETTINGS) as stack:
        return asyncio.run(_measure(stack, claims))


async def _measure(stack: Any, claims: int) -> int:
    neighbour, other = await new_tenant(stack, "Neighbour"), await new_tenant(stack, "Large files")
    async with neighbour.http(timeout=60) as http, other.http(timeout=120) as mailbox:
        await _prepare(http)
        for _ in range(WARM_REQUESTS):
            await _post(http)
        until = time.perf_counter() + QUIET_SECONDS
        quiet = await _paced(http, _before(until))
        content = b"".join(stream_835(claims))
        started = time.perf_counter()
        taking_in = asyncio.create_task(_take_in(mailbox, content))
        busy = await _paced(http, taking_in.done)
        operation = taking_in.result()
        seconds = time.perf_counter() - started
    print(f"{claims:,} claims, {len(content) / 1e6:.0f} MB, in {seconds:.1f} s: {operation['results'][0]['state']}")
    for name, waits in (("quiet", quiet), ("meanwhile", busy)):
        middle, slow, worst = statistics.median(waits), _p99(waits), max(waits)
        print(f"{name:<10} {len(waits):6} requests  median {middle:7.1f}  p99 {slow:7.1f}  worst {worst:7.1f} ms")
    times = _p99(busy) / _p99(quiet)
    print(f"p99 is {times:.2f} times the quiet one (wanted: at most {TIMES_WANTED:g})")
    return 0 if times <= TIMES_WANTED else 1


def _before(until: float) -> Callable[[], bool]:
    return lambda: time.perf_counter() >= until


async def _paced(http: httpx.AsyncClient, is_over: Callable[[], bool]) -> list[float]:
    """Milliseconds of each request; they start at fixed times, whether or not the one before has been answered."""
    running: list[asyncio.Task[float]] = []
    next_at = time.perf_counter()
    while not is_over():
        running.append(asyncio.create_task(_post(http)))
        next_at += EVERY_SECONDS
        await asyncio.sleep(max(0.0, next_at - time.perf_counter()))
    return list(await asyncio.gather(*running))


async def _post(http: httpx.AsyncClient) -> float:
    number = next(_numbers)
    started = time.perf_counter()
    answer = await http.post(
        "/v1/claims", json={**BODY, "external_id": f"N-{number}"}, headers={"Idempotency-Key": f"n-{number}"}
    )
    if answer.status_code != 201:
        raise SystemExit(f"unexpected answer: {answer.text[:300]}")
    return (time.perf_counter() - started) * 1000


async def _take_in(http: httpx.AsyncClient, content: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/edi-x12", "Prefer": "respond-async"}
    answer = await http.post("/v1/edi/files", content=content, headers=headers)
    if answer.status_code != 202:
        raise SystemExit(f"unexpected answer: {answer.text[:300]}")
    while True:
        operation: dict[str, Any] = (await http.get(answer.headers["Location"])).json()
        if operation["state"] not in ("received", "processing"):
            return operation
        await asyncio.sleep(0.5)


async def _prepare(http: httpx.AsyncClient) -> None:
    patient = {"last_name": "Bench", "first_name": "Pat", "birth_date": "1980-05-17", "sex": "F"}
    (await http.put("/v1/patients/by-external-id/P1", json=patient)).raise_for_status()
    coverage = {"patient": {"external_id": "P1"}, "payer": {"external_id": "PAY-PRAIRIE"}, "member_id": "TEST-PAID"}
    (await http.put("/v1/coverages/by-external-id/C1", json=coverage)).raise_for_status()


def _p99(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=100)[-1]


if __name__ == "__main__":
    sys.exit(main())
