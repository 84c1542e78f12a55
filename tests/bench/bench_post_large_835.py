"""Posting an 835 of 100,000 claims with denials, reversals, corrections and interest, against COPY and against 10,000.

Run `python tests/bench/bench_post_large_835.py [claims]`. From staged tuples to commit, as in `bench_post_835.py`:
the floor is the owner's COPY of the very rows that posting wrote. Then the whole way from file to commit in a fresh
process for each size, for the memory it takes. Fails (exit 1) above 3 times the floor, above 1.3 times the cost of a
claim in the small payment, or when the large file takes over 50 MB more than the small one.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from ar_shared.platform.database import Database
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance_reader import read_835
from ar_tools.postgres import running_postgres
from ar_tools.programs import ROLES, bring_up_to_date
from ar_tools.sql import execute
from claims_api.remittances.post_remittance import post_remittance
from claims_api.remittances.stage_835 import Source835

sys.path.insert(0, str(Path(__file__).parent))

from bench_post_835 import Measured
from bench_read_835 import peak_bytes
from copy_floor import copy_floor, export_rows, vacuum
from posting_world import BenchWorld, TakenIn, acting_as, answer, last_outbox_id, prepare, stage_835, take_in

CLAIMS = 100_000
SMALLER_BY = 10
UNDONE_SHARE = 50  # one claim of so many in the payment before is taken back and decided again
SMALL_ROUNDS = 3
FLOOR_WANTED = 3.0
GROWTH_WANTED = 1.3
MEMORY_WANTED_BYTES = 50 * 1024 * 1024
CHUNK_BYTES = 1 << 20
DATABASE = "bench"


def main() -> int:
    if sys.argv[1:2] == ["memory"]:
        print(json.dumps(asyncio.run(_memory(*sys.argv[2:]))))
        return 0
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "pg", prefer=15) as pg:
        execute(pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(pg.url(DATABASE), dict.fromkeys(ROLES, "bench"))
        return asyncio.run(
            _run(pg.url(DATABASE, user="ar_claims", password="bench"), pg.url(DATABASE), claims, Path(folder))
        )


async def _run(url: str, admin_url: str, claims: int, folder: Path) -> int:
    world = await prepare(url, admin_url)
    small, small_floor, large, large_floor = Measured(), Measured(), Measured(), Measured()
    try:
        for number in range(SMALL_ROUNDS + 1):
            sides = (small, small_floor) if number else (Measured(), Measured())  # the first round only warms up
            await _round(world, f"SMALL{number}", claims // SMALLER_BY, sides)
        counts = await _round(world, "LARGE", claims, (large, large_floor))
        growths = [await _growth(world, url, size, folder) for size in (claims // SMALLER_BY, claims)]
    finally:
        await world.close()
    return _report(claims, counts, (small, small_floor, large, large_floor), growths)


async def _round(world: BenchWorld, name: str, claims: int, sides: tuple[Measured, Measured]) -> dict[str, int]:
    ours, floor = sides
    earlier = await take_in(world, claims // UNDONE_SHARE)
    await stage_835(answer(f"{name}-BEFORE", earlier)).post(world)
    payment = stage_835(answer(name, await take_in_parts(world, claims), undone=earlier))
    await vacuum(world)
    payment.last_outbox_id = await last_outbox_id(world)
    await ours.measure(lambda: payment.post(world))
    rows = await export_rows(world, payment)
    await floor.measure(lambda: copy_floor(world, rows))
    return {table: count for table, (count, _) in rows.items()}


async def take_in_parts(world: BenchWorld, claims: int) -> list[TakenIn]:
    part = 10_000
    taken: list[TakenIn] = []
    while len(taken) < claims:
        taken += await take_in(world, min(part, claims - len(taken)))
    return taken


async def _growth(world: BenchWorld, url: str, claims: int, folder: Path) -> int:
    """Bytes by which a fresh process grows while it reads and posts a file of so many claims."""
    path = folder / f"{claims}.835"
    path.write_bytes(answer(f"FILE{claims}", await take_in_parts(world, claims)))
    command = [sys.executable, __file__, "memory", url, str(world.practice_id), str(world.acting.practice), str(path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    answered, _ = await process.communicate()
    return int(json.loads(answered)["growth"])


async def _memory(url: str, practice_id: str, practice: str, path: str) -> dict[str, int]:
    database = Database(url, max_size=2)
    before = psutil.Process().memory_info().rss
    transaction = next(EnvelopeReader(_chunks(Path(path))).transactions())
    outcome = await post_remittance(database, acting_as(int(practice_id), practice), Source835(read_835(transaction)))
    await database.close()
    if outcome.state != "posted":
        raise SystemExit(f"the payment was not posted whole: {outcome.state}")
    return {"growth": peak_bytes() - before}


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _report(
    claims: int, counts: dict[str, int], sides: tuple[Measured, Measured, Measured, Measured], growths: list[int]
) -> int:
    small, small_floor, large, large_floor = sides
    few = claims // SMALLER_BY
    print(f"{sum(counts.values()):,} final rows: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    for one, name, size in (
        (small, "posted", few),
        (small_floor, "owner's COPY", few),
        (large, "posted", claims),
        (large_floor, "owner's COPY", claims),
    ):
        print(one.line(f"{name}, {size:,} claims", size))
    over_floor = large.elapsed[0] / large_floor.elapsed[0]
    over_small = (large.elapsed[0] / claims) / (sorted(small.elapsed)[len(small.elapsed) // 2] / few)
    more = growths[1] - growths[0]
    print(f"{over_floor:.2f} times the floor (wanted: at most {FLOOR_WANTED})")
    print(f"a claim costs {over_small:.2f} times what it costs in the small payment (wanted: at most {GROWTH_WANTED})")
    print(
        f"memory from file to commit: {growths[0] / 1e6:.1f} MB and {growths[1] / 1e6:.1f} MB "
        f"(wanted: at most {MEMORY_WANTED_BYTES / 1e6:.0f} MB more)"
    )
    fine = over_floor <= FLOOR_WANTED and over_small <= GROWTH_WANTED and more <= MEMORY_WANTED_BYTES
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
