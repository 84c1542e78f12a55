"""Taking 10,000 claims of three lines in, from validated lines to commit, against COPY of the same rows.

Run `python tests/bench/bench_bulk_claims.py [claims]`. The floor is the owner's COPY of the very rows that were written
into tables with the same columns and indexes, in the same run. Prints medians, CPU of this process and of PostgreSQL,
and the ratio; validating the lines is printed apart. Fails (exit 1) above 2.5 times the floor.
"""

import asyncio
import gc
import io
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg
import orjson

from ar_shared.platform.auth.principal import Actor, Principal
from ar_tools.postgres import running_postgres
from ar_tools.programs import ROLES, bring_up_to_date
from ar_tools.sql import execute
from claims_api.claims.bulk_line import BulkLine, read_bulk_line
from claims_api.claims.create_claims_bulk import create_claims_bulk

sys.path.insert(0, str(Path(__file__).parent))

from bench_post_835 import Measured
from copy_floor import vacuum
from posting_world import NOW, PATIENTS, BenchWorld, prepare

CLAIMS = 10_000
ROUNDS = 5
FLOOR_WANTED = 2.5
DATABASE = "bench"
CODES: Final = ("G0463", "G0008", "J3420")

# The rows of one round, by what its claims are called.
_NEW: Final = "SELECT id FROM claims.claim WHERE external_id LIKE '{round}-%'"
_WRITTEN: Final = {
    "claim": f"id IN ({_NEW})",
    "claim_version": f"claim_id IN ({_NEW})",
    "charge": f"id IN (SELECT charge_id FROM claims.claim_line WHERE claim_id IN ({_NEW}))",
    "claim_line": f"claim_id IN ({_NEW})",
    "journal": f"source_id IN ({_NEW})",
    "posting": f"claim_id IN ({_NEW})",
    "ar_balance": f"claim_id IN ({_NEW})",
    "outbox": f"subject_id IN ({_NEW})",
}

Rows = dict[str, tuple[int, bytes]]


class BenchClock:
    """Stands still, so that every round is the same day."""

    def now(self) -> datetime:
        return NOW


def main() -> int:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "pg", prefer=15) as pg:
        execute(pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(pg.url(DATABASE), dict.fromkeys(ROLES, "bench"))
        return asyncio.run(_run(pg.url(DATABASE, user="ar_claims", password="bench"), pg.url(DATABASE), claims))


async def _run(url: str, admin_url: str, claims: int) -> int:
    ours, floor = Measured(), Measured()
    world = await prepare(url, admin_url)
    counts: dict[str, int] = {}
    try:
        for number in range(ROUNDS + 1):
            counts = await _round(world, number, claims, ours, floor)
            if number == 0:  # the first round only warms up
                ours, floor = Measured(), Measured()
    finally:
        await world.close()
    return _report(claims, counts, ours, floor)


async def _round(world: BenchWorld, number: int, claims: int, ours: Measured, floor: Measured) -> dict[str, int]:
    lines = _validated(number, claims)
    await vacuum(world)
    gc.collect()
    gc.freeze()  # the service holds a thousand lines at a time, not all of them
    await ours.measure(lambda: _take_in(world, lines))
    if any(line.outcome is None or line.outcome.status != "created" for line in lines):
        raise SystemExit("not every line became a claim")
    rows = await _export(world, f"R{number}")
    await floor.measure(lambda: _copy(world, rows))
    return {name: count for name, (count, _) in rows.items()}


def _validated(number: int, claims: int) -> list[BulkLine]:
    texts = [orjson.dumps(_claim(number, n)) for n in range(claims)]
    started = time.perf_counter()
    lines = [read_bulk_line(n, text, ()) for n, text in enumerate(texts, start=1)]
    if number == 0:
        print(f"validating {claims:,} lines took {time.perf_counter() - started:.2f} s (not counted)")
    return lines


def _claim(number: int, n: int) -> dict[str, object]:
    person = n % PATIENTS
    return {
        "external_id": f"R{number}-{n}",
        "patient": {"external_id": f"P{person}"},
        "coverage": {"external_id": f"C{person}"},
        "billing_entity": {"external_id": "BE-1"},
        "rendering_provider": {"external_id": "PRV-1"},
        "location": {"external_id": "LOC-1"},
        "place_of_service": "11",
        "diagnoses": ["E119"],
        "lines": [{"procedure_code": code, "charge_cents": 10000 + n, "service_from": "2026-11-02"} for code in CODES],
    }


async def _take_in(world: BenchWorld, lines: list[BulkLine]) -> None:
    acting = world.acting
    principal = Principal(
        client_id="bench",
        client_kind="vendor",
        scopes=frozenset(),
        actor=Actor("client", "bench"),
        practice_id=acting.practice_id,
        practice=acting.practice,
        mode="sandbox",
        time_zone="America/Chicago",
    )
    async for _ in create_claims_bulk(world.database, principal, BenchClock(), lines):
        pass


async def _export(world: BenchWorld, name: str) -> Rows:
    """Each table's new rows in COPY's binary form, and the empty tables they will go into."""
    connection = await asyncpg.connect(world.admin_url)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        rows: Rows = {}
        for table, condition in _WRITTEN.items():
            await connection.execute(f"CREATE TABLE floor.{table} (LIKE claims.{table} INCLUDING ALL)")
            data = io.BytesIO()
            query = f"SELECT * FROM claims.{table} WHERE {condition.format(round=name)}"
            tag = await connection.copy_from_query(query, output=data, format="binary")
            rows[table] = (int(tag.split()[1]), data.getvalue())
        return rows
    finally:
        await connection.close()


async def _copy(world: BenchWorld, rows: Rows) -> None:
    """All tables in one transaction."""
    connection = await asyncpg.connect(world.admin_url)
    try:
        async with connection.transaction():
            for table, (_, data) in rows.items():
                await connection.copy_to_table(table, schema_name="floor", source=io.BytesIO(data), format="binary")
    finally:
        await connection.close()


def _report(claims: int, counts: dict[str, int], ours: Measured, floor: Measured) -> int:
    print(f"{sum(counts.values()):,} final rows: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    print(ours.line("validated lines to commit", claims))
    print(floor.line("owner's COPY of the final rows", claims))
    ratio = statistics.median(ours.elapsed) / statistics.median(floor.elapsed)
    print(f"{ratio:.2f} times the floor (wanted: at most {FLOOR_WANTED})")
    return 0 if ratio <= FLOOR_WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
