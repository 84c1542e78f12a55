"""What each service answers to generated requests is what its contract says, and never a failure of ours."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ar_tools.stack import SERVICES, Stack

from .contract_fuzzing import failures_of_ours, fuzz
from .recipes import seed
from .stack_world import over
from .world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(stack: Stack) -> AsyncIterator[World]:
    async with over(stack) as world:
        await seed(world, world.north)
        yield world


@pytest.mark.parametrize("package", [service.package for service in SERVICES])
async def test_generated_requests_are_answered_as_the_contract_says(world: World, package: str, tmp_path: Path) -> None:
    made = await fuzz(world, world.north, package, tmp_path, examples=1, seconds=600)

    assert made > 50
    assert await failures_of_ours(world.http[package]) == []
