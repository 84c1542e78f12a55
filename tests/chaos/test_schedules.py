"""Killed at any moment, posting comes out to the cent: nothing lost, nothing twice.

`AR_CHAOS_SCHEDULES` schedules (5 unless given) from seed `AR_CHAOS_FIRST_SEED` on; reports are kept in
`.cache/chaos.log`. A seed makes the same files and the same faults; where exactly a fault hits is up to the machine.
"""

import os

import pytest

from ar_tools.stack import Stack
from ar_tools.test_databases import ROOT

from .schedule import Report, run_schedule

SCHEDULES = int(os.environ.get("AR_CHAOS_SCHEDULES", "5"))
FIRST_SEED = int(os.environ.get("AR_CHAOS_FIRST_SEED", "1"))
SEEDS = range(FIRST_SEED, FIRST_SEED + SCHEDULES)

pytestmark = pytest.mark.xdist_group("chaos")


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_killed_every_cent_is_posted_once(stack: Stack, seed: int) -> None:
    report = await run_schedule(stack, seed)

    keep(report)
    assert not report.problems, f"{report}\nlogs: {stack.folder / 'logs'}"


def keep(report: Report, note: str = "") -> None:
    """Write the report down for whoever looks for a seed later."""
    with (ROOT / ".cache" / "chaos.log").open("a") as log:
        log.write(f"{note} {report}\n")
