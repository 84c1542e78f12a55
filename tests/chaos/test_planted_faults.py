"""The schedules find what they are there for: each planted fault is caught within `MOST` schedules.

Long: `AR_CHAOS_PLANTED=1` runs them, as `make chaos` does.
"""

import os
from pathlib import Path

import pytest

from ..support.claims_stack import claims_stack  # noqa: TID252
from .schedule import run_schedule
from .test_schedules import keep

MOST = 60
PLANTED = Path(__file__).with_name("planted")

pytestmark = pytest.mark.skipif("AR_CHAOS_PLANTED" not in os.environ, reason="runs in `make chaos`")


@pytest.mark.parametrize("fault", ["commit_per_claim", "event_after_commit"])
async def test_a_planted_fault_is_caught(tmp_path: Path, fault: str) -> None:
    settings = {"PYTHONPATH": str(PLANTED), "AR_PLANTED_FAULT": fault}
    with claims_stack(tmp_path, profile="chaos", extra=settings) as stack:
        calm = await run_schedule(stack, 0, calm=True)
        assert not calm.problems, f"the fault shows without any disturbance: {calm}"
        for seed in range(1, MOST + 1):
            report = await run_schedule(stack, seed)
            keep(report, note=fault)
            if report.problems:
                return
    pytest.fail(f"{fault} was not caught by {MOST} schedules")
