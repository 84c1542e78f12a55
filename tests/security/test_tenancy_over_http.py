"""Nobody sees, changes or even learns of what another practice owns."""

import random
from collections.abc import Sequence
from typing import Any, Final

import orjson
import pytest

from .attempts import (
    Attempt,
    attempts_on,
    changed_tables,
    fingerprint,
    in_files,
    in_lines,
    make_attempts,
    open_to_clients,
)
from .contract import operations
from .files import claim_file
from .world import Call, World, fresh

UPLOAD: Final = "claims_api.uploadEdiFile"

pytestmark = pytest.mark.asyncio(loop_scope="module")


def some_of_each_slot(attempts: Sequence[Attempt]) -> Sequence[Attempt]:
    """Two of each slot, always the same ones for the same contract."""
    chance = random.Random(7)
    by_slot: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        by_slot.setdefault((attempt.operation.key, str(attempt.slot)), []).append(attempt)
    return [attempt for few in by_slot.values() for attempt in chance.sample(few, min(2, len(few)))]


async def test_what_another_practice_owns_looks_like_what_nobody_owns(world: World) -> None:
    outcome = await make_attempts(world, world.north, world.south, some_of_each_slot)

    assert outcome.faults == []
    assert outcome.count > 150


async def test_a_client_of_two_practices_must_say_which(world: World) -> None:
    operation = next(operation for operation in open_to_clients() if operation.key == "claims_api.listClaims")

    unnamed = await world.send(operation, Call(), client="both")
    answers = {
        practice.tag: await world.send(operation, Call(), client="both", practice=practice.uuid)
        for practice in (world.north, world.south)
    }

    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "practice_required")
    ids = {tag: {claim["id"] for claim in answers[tag].json()["items"]} for tag in ("north", "south")}
    assert ids["north"] >= set(world.north.ids["claim"])
    assert ids["south"] >= set(world.south.ids["claim"])
    assert ids["north"].isdisjoint(ids["south"])


async def test_attempts_reach_every_slot_of_every_operation(world: World) -> None:
    slots = {(attempt.operation.key, attempt.slot) for attempt in await attempts_on(world, world.north, world.south)}

    assert slots >= {
        (operation.key, slot) for operation in open_to_clients() for slot in operation.slots if slot.kind != "cursor"
    }


async def test_a_file_that_names_what_another_practice_owns_reaches_nothing_of_it(world: World) -> None:
    before = await fingerprint(world, world.south)
    seen = {}
    for what, theirs, nobodys in in_files(world.north, world.south):
        answers = [await world.ok(UPLOAD, world.north, Call(content=content)) for content in (theirs, nobodys)]
        seen[what] = [became(answer) for answer in answers]

    assert {what: states[0] == states[1] for what, states in seen.items()} == dict.fromkeys(seen, True)
    assert seen["a payment to the victim"][0] == [("835", "payee_not_ours", ["payee_unknown"])]
    assert await changed_tables(world, world.south, before, besides_access=False) == []


async def test_a_line_in_bulk_that_names_what_another_practice_owns_fails_as_for_what_nobody_owns(world: World) -> None:
    before = await fingerprint(world, world.south)
    for what, theirs, nobodys in in_lines(world.north, world.south):
        call = Call(content=theirs + b"\n" + nobodys, media_type="application/x-ndjson")
        answer = await world.control("claims_api.createClaims", world.north, call)
        first, second = [orjson.loads(line) for line in answer.content.splitlines()]

        assert (first.pop("line"), second.pop("line")) == (1, 2)
        assert first == second, what
        assert (first["status"], first["claim_id"]) == ("invalid", None)
    assert await changed_tables(world, world.south, before, besides_access=False) == []


async def test_a_file_of_a_client_of_both_goes_to_the_practice_it_names(world: World) -> None:
    before = await fingerprint(world, world.south)
    content = claim_file(world.south.npi, world.south.tin, fresh("ACCOUNT"))
    operation = operations()[UPLOAD]

    answer = await world.send(operation, Call(content=content), client="both", practice=world.north.uuid)

    assert answer.status_code == 201
    assert "claims.claim" in await changed_tables(world, world.south, before)
    read, asked = operations()["claims_api.readEdiFileContent"], Call(path={"file_id": answer.json()["id"]})
    own_only = await world.send(read, asked, client="north")
    both = await world.send(read, asked, client="both", practice=world.north.uuid)
    assert (own_only.status_code, both.status_code) == (404, 200)
    assert both.content == content


def became(file: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """(set, state, codes of findings) of each transaction."""
    return [
        (one["set"], one["state"], [finding["code"] for finding in one["findings"]])
        for interchange in file["interchanges"]
        for group in interchange["groups"]
        for one in group["transactions"]
    ]
