"""Every id of every practice in every slot of every operation, in every way a client can ask.

Long: `AR_FUZZ_LONG=1` runs them, as `make fuzz` does; `tests/security/test_tenancy_over_http.py` draws from them.
"""

import os

import pytest

# Relative, because the tests are not on the import path.
from ..security.attempts import make_attempts  # noqa: TID252
from ..security.world import World  # noqa: TID252

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif("AR_FUZZ_LONG" not in os.environ, reason="runs in `make fuzz`"),
]


async def test_no_practice_learns_anything_of_another(world: World) -> None:
    northern = await make_attempts(world, world.north, world.south, lambda attempts: attempts)
    southern = await make_attempts(world, world.south, world.north, lambda attempts: attempts)

    assert northern.faults + southern.faults == []
    assert northern.count + southern.count >= 5_000
