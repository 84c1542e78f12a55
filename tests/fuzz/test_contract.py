"""Many generated requests for each service; `tests/security/test_contract_fuzzing.py` makes few.

Long: `AR_FUZZ_LONG=1` runs them, as `make fuzz` does.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ar_tools.stack import SERVICES, Stack

# Relative, because the tests are not on the import path.
from ..security.contract_fuzzing import failures_of_ours, fuzz  # noqa: TID252
from ..security.recipes import seed  # noqa: TID252
from ..security.stack_world import over  # noqa: TID252
from ..security.world import World  # noqa: TID252

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif("AR_FUZZ_LONG" not in os.environ, reason="runs in `make fuzz`"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(stack: Stack) -> AsyncIterator[World]:
    async with over(stack) as world:
        await seed(world, world.north)
        yield world


@pytest.mark.parametrize("package", [service.package for service in SERVICES])
async def test_many_generated_requests_are_answered_as_the_contract_says(
    running: World, package: str, tmp_path: Path
) -> None:
    await fuzz(running, running.north, package, tmp_path, examples=200, seconds=3_600)

    assert await failures_of_ours(running.http[package]) == []
