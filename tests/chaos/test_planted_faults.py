"""The schedules find what they are there for: each planted fault is caught within `MOST` schedules.

Long: `AR_CHAOS_PLANTED=1` runs them, as `make chaos` does.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ar_tools.stack import Stack

from ..support.claims_stack import claims_stack  # noqa: TID252
from .schedule import run_schedule
from .test_schedules import keep

MOST = 60
PLANTED = Path(__file__).with_name("planted")

pytestmark = pytest.mark.skipif("AR_CHAOS_PLANTED" not in os.environ, reason="runs in `make chaos`")


@pytest.fixture(params=["commit_per_claim", "event_after_commit"])
def faulty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    settings = {"PYTHONPATH": str(PLANTED), "AR_PLANTED_FAULT": request.param}
    with claims_stack(tmp_path, profile="chaos", extra=settings) as stack:
        yield stack


async def test_a_planted_fault_is_caught(faulty: Stack, request: pytest.FixtureRequest) -> None:
    note = request.node.name
    calm = await run_schedule(faulty, 0, calm=True)
    assert not calm.problems, f"the fault shows without any disturbance: {calm}"
    for seed in range(1, MOST + 1):
        report = await run_schedule(faulty, seed)
        keep(report, note)
        if report.problems:
            return
    pytest.fail(f"not caught by {MOST} schedules")
