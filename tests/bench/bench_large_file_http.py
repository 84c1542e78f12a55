"""Memory of the service and of its file worker while one ST of 10,000 and of 100,000 claims comes in over HTTP.

Run `python tests/bench/bench_large_file_http.py [claims]`. A running stack, claims of ours, `Prefer: respond-async`,
the operation polled until it is done; the service and with it the worker are started anew for each size. Prints the
peak resident memory of both and the time. Fails (exit 1) when either peak grows by 30 % or more from the small file to
the large one, when progress goes back or when the payment does not post whole.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from bench_post_large_835 import take_in_parts
from copy_floor import vacuum
from posting_world import BenchWorld, answer, prepare

from ar_tools.stack import Stack
from tests.support.claims_stack import claims_stack

CLAIMS = 100_000
SMALLER_BY = 10
GROWTH_WANTED = 1.3
LOOK_SECONDS = 0.25
SETTINGS = {"AR_RATE_LIMIT_PER_MINUTE": "0", "AR_LOG_LEVEL": "warning"}
PROGRESS = ("transactions_done", "claims_read", "bytes_read")


def main() -> int:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    with (
        tempfile.TemporaryDirectory() as folder,
        claims_stack(Path(folder), profile="durable", extra=SETTINGS) as stack,
    ):
        return asyncio.run(_run(stack, claims))


async def _run(stack: Stack, claims: int) -> int:
    world = await prepare(stack.database_url, stack.database_url)
    await asyncio.to_thread(stack.prepare)  # the sandbox's client has another secret since
    try:
        small = await _round(stack, world, claims // SMALLER_BY)
        large = await _round(stack, world, claims)
    finally:
        await world.close()
    growths = {name: large[name] / small[name] for name in small}
    for name, growth in growths.items():
        print(f"{name} at {growth:.2f} times its peak with the small file (wanted: below {GROWTH_WANTED})")
    return 0 if all(growth < GROWTH_WANTED for growth in growths.values()) else 1


async def _round(stack: Stack, world: BenchWorld, claims: int) -> dict[str, int]:
    content = answer(f"HTTP{claims}", await take_in_parts(world, claims))
    await vacuum(world)
    await asyncio.to_thread(stack.restart, "claims_api")
    started = time.perf_counter()
    async with httpx.AsyncClient(base_url=stack.url("claims_api"), timeout=120) as http:
        await _authorise(http, stack)
        operation = await _sent_and_done(http, content)
    [result] = operation["results"]
    if result["state"] != "posted":
        raise SystemExit(f"the payment was not posted whole: {operation}")
    peaks = _peaks(stack.pid("claims_api"))
    told = ", ".join(f"{name} {peak / 1e6:.0f} MB" for name, peak in peaks.items())
    print(f"{claims:,} claims, {len(content) / 1e6:.0f} MB, in {time.perf_counter() - started:.1f} s; peaks: {told}")
    return peaks


async def _authorise(http: httpx.AsyncClient, stack: Stack) -> None:
    form = {"grant_type": "client_credentials"} | {name: stack.sandbox[name] for name in ("client_id", "client_secret")}
    token = (await http.post("/oauth2/token", data=form)).raise_for_status().json()["access_token"]
    http.headers["Authorization"] = f"Bearer {token}"


async def _sent_and_done(http: httpx.AsyncClient, content: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/edi-x12", "Prefer": "respond-async"}
    kept = await http.post("/v1/edi/files", content=content, headers=headers)
    if kept.status_code != httpx.codes.ACCEPTED:
        raise SystemExit(f"unexpected answer: {kept.text[:300]}")
    before = dict.fromkeys(PROGRESS, 0)
    while True:
        operation: dict[str, Any] = (await http.get(kept.headers["Location"])).raise_for_status().json()
        if any(operation[name] < before[name] for name in PROGRESS):
            raise SystemExit(f"progress went back: from {before} to {operation}")
        if operation["state"] not in ("received", "processing"):
            return operation
        before = operation
        await asyncio.sleep(LOOK_SECONDS)


def _peaks(pid: int) -> dict[str, int]:
    """Bytes, by process: the service and the one below it."""
    [worker] = psutil.Process(pid).children()
    return {"the service": _peak(pid), "the worker": _peak(worker.pid)}


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.exit(main())
