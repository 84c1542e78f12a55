"""Every public 835 sample, its payers unknown to us: nothing crashes, no cent is lost, a repeat posts nothing."""

import os
from pathlib import Path

import pytest

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.findings import UnreadableFileError
from ar_shared.x12.remittance_reader import read_835
from claims_api.remittances.post_remittance import post_remittance
from claims_api.remittances.stage_835 import Source835

from .books import assert_books_balance
from .world import World

FOLDER = Path(os.environ.get("AR_EDI_SAMPLES", Path(__file__).parents[3] / "shared" / "edi-samples"))


async def test_every_sample_posts_holds_or_queues_and_repeats_as_a_duplicate(world: World) -> None:
    files = sorted(path for path in (FOLDER / "835").rglob("*") if path.is_file())
    if not files:
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")
    seen: dict[str, int] = {}
    for path in files:
        for _ in range(2):
            for state in await _post_file(world, path.read_bytes()):
                seen[state] = seen.get(state, 0) + 1
    await assert_books_balance(world)

    assert seen["duplicate"] >= seen["posted_with_held"] + seen["queued"]
    assert await world.count("remittance") == sum(seen.values())


async def _post_file(world: World, data: bytes) -> list[str]:
    states = []
    try:
        for transaction in EnvelopeReader([data]).transactions():
            if transaction.set_id == "835":
                source = Source835(read_835(transaction))
                states.append((await post_remittance(world.database, world.acting(), source)).state)
    except UnreadableFileError:
        return states
    return states
