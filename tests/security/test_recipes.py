"""Every operation of every service is covered by the security tests, and can be called."""

import pytest

from .contract import operations
from .recipes import RECIPES
from .world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_operation_has_a_recipe_and_no_recipe_is_left_over() -> None:
    assert set(operations()) ^ set(RECIPES) == set()


async def test_every_operation_answers_a_client_that_may_call_it(world: World) -> None:
    faults = []
    for key in operations():
        call = await RECIPES[key](world, world.north)
        answer = await world.control(key, world.north, call)
        if answer.status_code != call.status:
            faults.append(f"{key}: {answer.status_code} instead of {call.status}: {answer.text[:300]}")
    assert faults == []
