"""`POST /v1/claims` (3 lines, idempotent, RLS, journal, balances, outbox) against a floor in the same process.

Run `python tests/bench/bench_create_claim.py`. Rounds alternate; prints medians of requests a second, CPU of the
server and of PostgreSQL a request, and the ratio of the rates. Fails (exit 1) below a ratio of 0.4.
"""

import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil

from ar_tools.postgres import free_port, running_postgres
from ar_tools.processes import spawn, stop, wait_until
from ar_tools.programs import ROLES, bring_up_to_date, run_program
from ar_tools.sql import execute
from ar_tools.stack import is_ready

sys.path.insert(0, str(Path(__file__).parent))

from floor_app import TABLE_SQL

CLIENTS = 8
ROUNDS = 5
ROUND_SECONDS = 3.0
RATIO_WANTED = 0.4
DATABASE = "bench"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "pg", prefer=15) as pg:
        execute(pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(pg.url(DATABASE), dict.fromkeys(ROLES, "bench"))
        execute(pg.url(DATABASE), *TABLE_SQL)
        port = free_port()
        settings = {
            "AR_DATABASE_URL": pg.url(DATABASE, user="ar_claims", password="bench"),
            "AR_ISSUER_URL": f"http://127.0.0.1:{port}",
            "AR_RATE_LIMIT_PER_MINUTE": "0",
            "AR_LOG_LEVEL": "warning",
        }
        sandbox = orjson.loads(run_program("claims_api.sandbox", settings=settings))
        command = ["-m", "uvicorn", "floor_app:create_floor_app", "--factory", "--port", str(port), "--no-access-log"]
        env = {**os.environ, **settings, "PYTHONPATH": str(Path(__file__).parent)}
        server = spawn([sys.executable, *command], env=env, log=Path(folder) / "server.log")
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: is_ready(url), 30)
            return asyncio.run(measure(url, sandbox, psutil.Process(server.pid)))
        finally:
            stop(server)


async def measure(url: str, sandbox: dict[str, Any], server: psutil.Process) -> int:
    async with httpx.AsyncClient(base_url=url) as http:
        token = await prepare(http, sandbox)
    results: dict[str, list[tuple[float, float, float]]] = {"/v1/bench/floor": [], "/v1/claims": []}
    for path in results:
        await one_round(url, path, token, server, seconds=1.0)
    for _ in range(ROUNDS):
        for path, rounds in results.items():
            rounds.append(await one_round(url, path, token, server, seconds=ROUND_SECONDS))
    medians = {
        path: [statistics.median(column) for column in zip(*rounds, strict=True)] for path, rounds in results.items()
    }
    for path, (rate, own, database) in medians.items():
        print(f"{path:<18} {rate:8.0f} requests/s   server {own:6.0f} us   PostgreSQL {database:6.0f} us a request")
    ratio = medians["/v1/claims"][0] / medians["/v1/bench/floor"][0]
    print(f"POST /v1/claims at {ratio:.2f} of the floor's rate (wanted: at least {RATIO_WANTED})")
    return 0 if ratio >= RATIO_WANTED else 1


async def prepare(http: httpx.AsyncClient, sandbox: dict[str, Any]) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox["client_id"],
        "client_secret": sandbox["client_secret"],
    }
    token: str = (await http.post("/oauth2/token", data=form)).json()["access_token"]
    http.headers["Authorization"] = f"Bearer {token}"
    await http.put(
        "/v1/patients/by-external-id/P1",
        json={"last_name": "Bench", "first_name": "Pat", "birth_date": "1980-05-17", "sex": "F"},
    )
    coverage = {"patient": {"external_id": "P1"}, "payer": {"external_id": "PAY-PRAIRIE"}, "member_id": "TEST-PAID"}
    (await http.put("/v1/coverages/by-external-id/C1", json=coverage)).raise_for_status()
    return token


BODY = {
    "patient": {"external_id": "P1"},
    "coverage": {"external_id": "C1"},
    "billing_entity": {"external_id": "BE-1"},
    "rendering_provider": {"external_id": "PRV-1"},
    "location": {"external_id": "LOC-1"},
    "place_of_service": "11",
    "diagnoses": ["E119", "I10"],
    "lines": [
        {"procedure_code": code, "charge_cents": cents, "service_from": "2026-11-02", "diagnosis_pointers": [1]}
        for code, cents in (("G0463", 12000), ("G0008", 3000), ("J3420", 15000))
    ],
}
_numbers = itertools.count()


async def one_round(
    url: str, path: str, token: str, server: psutil.Process, *, seconds: float
) -> tuple[float, float, float]:
    """Requests a second, and microseconds of CPU a request of the server and of PostgreSQL."""
    host, port = url.removeprefix("http://").split(":")
    before, started, until = cpu(server), time.perf_counter(), time.perf_counter() + seconds
    counts = await asyncio.gather(*(client(host, int(port), path, token, until) for _ in range(CLIENTS)))
    elapsed, after, done = time.perf_counter() - started, cpu(server), sum(counts)
    own, postgres = (1e6 * (end - start) / done for start, end in zip(before, after, strict=True))
    return done / elapsed, own, postgres


async def client(host: str, port: int, path: str, token: str, until: float) -> int:
    """One keep-alive connection, as little work a request as possible; the count of 201 answers."""
    reader, writer = await asyncio.open_connection(host, port)
    done = 0
    while time.perf_counter() < until:
        number = next(_numbers)
        body = orjson.dumps({**BODY, "external_id": f"B-{number}"})
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k-{number}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        text = await reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 201"):
            raise SystemExit(f"unexpected answer: {text[:300]!r}")
        done += 1
    writer.close()
    return done


def cpu(server: psutil.Process) -> tuple[float, float]:
    """CPU seconds so far of the server and of every process named postgres."""
    postgres = 0.0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            postgres += times.user + times.system
    own = server.cpu_times()
    return own.user + own.system, postgres


if __name__ == "__main__":
    sys.exit(main())
