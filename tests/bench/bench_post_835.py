"""Posting an 835 of 10,000 claims, from staged tuples to commit, against two references in the same run.

Run `python tests/bench/bench_post_835.py [claims]`. The floor is the owner's COPY of the very rows that posting wrote
(inserted and changed ones) into identical tables; the other reference posts one claim a transaction through plain
single-row statements, on a sample. Prints medians, CPU of this process and of PostgreSQL, rows, and both ratios.
Fails (exit 1) above 3.5 times the floor or below 20 times the rate of the row-by-row reference.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from ar_tools.postgres import running_postgres
from ar_tools.programs import ROLES, bring_up_to_date
from ar_tools.sql import execute

sys.path.insert(0, str(Path(__file__).parent))

from copy_floor import copy_floor, export_rows, vacuum
from posting_world import BenchWorld, last_outbox_id, prepare, stage_payment
from row_by_row import post_row_by_row

CLAIMS = 10_000
SAMPLE = 300
ROUNDS = 3
FLOOR_WANTED = 3.5
ROW_BY_ROW_WANTED = 20
DATABASE = "bench"


@dataclass
class Measured:
    """Seconds on the clock, and seconds of CPU of this process and of PostgreSQL, one entry a round."""

    elapsed: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    postgres: list[float] = field(default_factory=list)

    async def measure(self, work: Callable[[], Awaitable[object]]) -> None:
        own, postgres, started = _cpu_here(), _cpu_postgres(), time.perf_counter()
        await work()
        self.elapsed.append(time.perf_counter() - started)
        self.own.append(_cpu_here() - own)
        self.postgres.append(_cpu_postgres() - postgres)

    def line(self, name: str, claims: int) -> str:
        elapsed, own, postgres = (statistics.median(each) for each in (self.elapsed, self.own, self.postgres))
        rate = claims / elapsed
        return f"{name:<34} {elapsed:7.3f} s   CPU {own:6.3f} + {postgres:6.3f} s   {rate:9,.0f} claims/s"


def main() -> int:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "pg", prefer=15) as pg:
        execute(pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(pg.url(DATABASE), dict.fromkeys(ROLES, "bench"))
        return asyncio.run(_run(pg.url(DATABASE, user="ar_claims", password="bench"), pg.url(DATABASE), claims))


async def _run(url: str, admin_url: str, claims: int) -> int:
    ours, floor, single = Measured(), Measured(), Measured()
    world = await prepare(url, admin_url)
    counts: dict[str, int] = {}
    try:
        for number in range(ROUNDS + 1):
            counts = await _round(world, number, claims, (ours, floor, single))
            if number == 0:  # the first round only warms up
                ours, floor, single = Measured(), Measured(), Measured()
    finally:
        await world.close()
    return _report(claims, counts, ours, floor, single)


async def _round(
    world: BenchWorld, number: int, claims: int, measured: tuple[Measured, Measured, Measured]
) -> dict[str, int]:
    ours, floor, single = measured
    payment = await stage_payment(world, f"BENCH{number}", claims)
    sample = await stage_payment(world, f"SINGLE{number}", SAMPLE)
    await vacuum(world)
    payment.last_outbox_id = await last_outbox_id(world)
    await ours.measure(lambda: payment.post(world))
    rows = await export_rows(world, payment)
    await floor.measure(lambda: copy_floor(world, rows))
    await single.measure(lambda: post_row_by_row(world, sample))
    return {name: count for name, (count, _) in rows.items()}


def _report(claims: int, counts: dict[str, int], ours: Measured, floor: Measured, single: Measured) -> int:
    print(f"{sum(counts.values()):,} final rows: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    print(ours.line("posted, staged tuples to commit", claims))
    print(floor.line("owner's COPY of the final rows", claims))
    print(single.line(f"row by row ({SAMPLE} claims)", SAMPLE))
    over_floor = statistics.median(ours.elapsed) / statistics.median(floor.elapsed)
    over_single = (statistics.median(single.elapsed) / SAMPLE) / (statistics.median(ours.elapsed) / claims)
    print(f"{over_floor:.2f} times the floor (wanted: at most {FLOOR_WANTED})")
    print(f"{over_single:.1f} times faster than row by row (wanted: at least {ROW_BY_ROW_WANTED})")
    return 0 if over_floor <= FLOOR_WANTED and over_single >= ROW_BY_ROW_WANTED else 1


def _cpu_here() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system


def _cpu_postgres() -> float:
    """Of this benchmark's own server: the postgres processes below us, and those that have ended."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.name() == "postgres":
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


if __name__ == "__main__":
    sys.exit(main())
