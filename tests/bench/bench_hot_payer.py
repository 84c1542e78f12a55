"""Single remittances posted by eight clients: all of one payer, against the same spread over twenty payers.

Run `python tests/bench/bench_hot_payer.py [payments]`. Each client posts one-claim payments one after the other,
each in its own transaction. Prints rates (medians), CPU and the ratio. Fails (exit 1) below 0.85: posting must not
queue behind anything that belongs to a payer.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ar_tools.postgres import running_postgres
from ar_tools.programs import ROLES, bring_up_to_date
from ar_tools.sql import execute

sys.path.insert(0, str(Path(__file__).parent))

from copy_floor import vacuum
from posting_world import BenchWorld, StagedPayment, answer, prepare, stage_835, take_in

CLIENTS = 8
PAYERS = 20
PAYMENTS = 800
ROUNDS = 5
WANTED = 0.85
DATABASE = "bench"


def main() -> int:
    payments = int(sys.argv[1]) if len(sys.argv) > 1 else PAYMENTS
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "pg", prefer=15) as pg:
        execute(pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(pg.url(DATABASE), dict.fromkeys(ROLES, "bench"))
        return asyncio.run(_run(pg.url(DATABASE, user="ar_claims", password="bench"), pg.url(DATABASE), payments))


async def _run(url: str, admin_url: str, payments: int) -> int:
    world = await prepare(url, admin_url, payers=PAYERS, connections=CLIENTS)
    rates: dict[int, list[float]] = {1: [], PAYERS: []}
    try:
        for number in range(ROUNDS + 1):
            for payers in rates if number % 2 else reversed(rates):
                staged = await _stage(world, f"{number}-{payers}", payments, payers)
                await vacuum(world)
                rate = await _rate(world, staged)
                if number:  # the first round only warms up
                    rates[payers].append(rate)
    finally:
        await world.close()
    return _report(rates)


async def _stage(world: BenchWorld, name: str, payments: int, payers: int) -> list[StagedPayment]:
    staged = []
    for payer in range(payers):
        claims = await take_in(world, payments // payers, payer)
        staged += [stage_835(answer(f"{name}-{payer}-{n}", [claim], payer)) for n, claim in enumerate(claims)]
    return staged


async def _rate(world: BenchWorld, staged: list[StagedPayment]) -> float:
    """Payments a second."""
    waiting = iter(staged)
    started = time.perf_counter()
    await asyncio.gather(*(_client(world, waiting) for _ in range(CLIENTS)))
    return len(staged) / (time.perf_counter() - started)


async def _client(world: BenchWorld, waiting: Iterator[StagedPayment]) -> None:
    for payment in waiting:
        await payment.post(world)


def _report(rates: dict[int, list[float]]) -> int:
    hot, spread = (statistics.median(rates[payers]) for payers in (1, PAYERS))
    ratio = statistics.median(one / many for one, many in zip(rates[1], rates[PAYERS], strict=True))
    print(f"one payer     {hot:7.0f} payments/s with {CLIENTS} clients")
    print(f"{PAYERS} payers     {spread:7.0f} payments/s")
    print(f"one payer at {ratio:.2f} of the rate of {PAYERS} (wanted: at least {WANTED})")
    return 0 if ratio >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
