"""What folding costs: a 10,000-claim payment is posted, then brought into every rollup of reporting-api.

Run `python tests/bench/bench_fold.py [claims]`. Prints CPU of posting and of folding and the time folding takes.
Fails (exit 1) when folding takes more than 15 % of posting's CPU, or longer than 5 seconds for what was posted.
"""

import asyncio
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from ar_shared.kernel.clock import SystemClock
from ar_shared.platform.database import Database
from ar_tools.postgres import running_postgres
from ar_tools.programs import ROLES, bring_up_to_date
from ar_tools.sql import execute

sys.path.insert(0, str(Path(__file__).parent))

from bench_post_835 import Measured
from copy_floor import vacuum
from posting_world import prepare, stage_payment

from claims_api.events.sequence_events import sequence_events
from reporting_api.folding.fold_practice import fold_practice

CLAIMS = 10_000
ROUNDS = 3
CPU_WANTED = 0.15
BEHIND_WANTED_SECONDS = 5
DATABASE = "bench"


def main() -> int:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder) / "pg", prefer=15) as pg:
        execute(pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(pg.url(DATABASE), dict.fromkeys(ROLES, "bench"))
        urls = [pg.url(DATABASE, user=f"ar_{service}", password="bench") for service in ("claims", "reporting")]
        return asyncio.run(_run(urls[0], urls[1], pg.url(DATABASE), claims))


async def _run(claims_url: str, reporting_url: str, admin_url: str, claims: int) -> int:
    posting, folding = Measured(), Measured()
    world = await prepare(claims_url, admin_url)
    reporting = Database(reporting_url)
    try:
        for number in range(ROUNDS + 1):
            payment = await stage_payment(world, f"FOLD{number}", claims)
            await _number_and_fold(world.database, reporting, world.practice_id)
            await vacuum(world)
            await posting.measure(partial(payment.post, world))
            await _number(world.database, world.practice_id)
            await vacuum(world)
            await folding.measure(partial(fold_practice, reporting, SystemClock(), world.practice_id))
            if number == 0:
                posting, folding = Measured(), Measured()
    finally:
        await reporting.close()
        await world.close()
    print(posting.line("posted, staged tuples to commit", claims))
    print(folding.line("folded into every rollup", claims))
    share = _cpu(folding) / _cpu(posting)
    behind = statistics.median(folding.elapsed)
    print(f"folding takes {share:.1%} of posting's CPU (wanted: at most {CPU_WANTED:.0%})")
    print(f"{behind:.2f} s until the reports know all of it (wanted: at most {BEHIND_WANTED_SECONDS})")
    return 0 if share <= CPU_WANTED and behind <= BEHIND_WANTED_SECONDS else 1


async def _number(database: Database, practice_id: int) -> None:
    while await sequence_events(database, practice_id):
        pass


async def _number_and_fold(database: Database, reporting: Database, practice_id: int) -> None:
    await _number(database, practice_id)
    await fold_practice(reporting, SystemClock(), practice_id)


def _cpu(measured: Measured) -> float:
    return statistics.median(measured.own) + statistics.median(measured.postgres)


if __name__ == "__main__":
    sys.exit(main())
