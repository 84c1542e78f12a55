"""The test clock: forward only, one mover at a time, a stop wherever an answer is due, nothing arrives twice."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from ar_shared.kernel.clock import Clock
from claims_api.intake.receive_file import receive_file
from claims_api.test_clock.deliver_in_real_time import deliver_in_real_time

from .conftest import Sandbox
from .world import START, advance, answers_of, claims_of, deposits_of, send, set_clock, state_of, waiting_claims

AFTER_ACKNOWLEDGEMENTS = "2026-03-06T23:00:00Z"
AFTER_PAYMENTS = "2026-05-01T12:00:00Z"


async def clock_moves(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The `data` of every clock.advanced, oldest first, wherever it is on its way."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        rows = await connection.fetch(
            "SELECT data, occurred_at FROM claims.outbox WHERE practice_id = $1 AND type = 'clock.advanced' "
            "ORDER BY id",
            sandbox.practice_id,
        )
    return [{**row["data"], "occurred_at": row["occurred_at"]} for row in rows]


async def file_count(sandbox: Sandbox) -> int:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        count: int = await connection.fetchval(
            "SELECT count(*) FROM claims.edi_file WHERE practice_id = $1 AND direction = 'in'", sandbox.practice_id
        )
        return count


async def refused(sandbox: Sandbox, path: str, body: dict[str, str]) -> tuple[int, str]:
    answer = await sandbox.http.post(path, json=body)
    return answer.status_code, answer.json()["code"]


async def test_claims_live_their_life_while_time_moves(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    members = ("TEST-PAID", "TEST-DENY-CO-197", "TEST-277CA-REJECT", "TEST-NO-ANSWER", "TEST-NO-ACK", "TEST-PARTIAL")
    claims = dict(zip(members, await claims_of(sandbox, *members), strict=True))
    await send(sandbox)

    acknowledged = await advance(sandbox, AFTER_ACKNOWLEDGEMENTS)
    states = {member: await state_of(sandbox, claim) for member, claim in claims.items()}

    assert acknowledged["delivered"] == {"999": 1, "277CA": 1}
    assert states["TEST-277CA-REJECT"] == ("payer_rejected", "none")
    assert states["TEST-NO-ACK"] == ("file_accepted", "none")
    assert {states[member] for member in members if member not in ("TEST-277CA-REJECT", "TEST-NO-ACK")} == {
        ("payer_accepted", "pended")
    }

    paid = await advance(sandbox, AFTER_PAYMENTS)
    states = {member: await state_of(sandbox, claim) for member, claim in claims.items()}

    assert set(paid["delivered"]) == {"835", "bank"}
    assert paid["next_due_at"] is None
    assert {member: adjudication for member, (_, adjudication) in states.items()} == {
        "TEST-PAID": "paid",
        "TEST-DENY-CO-197": "denied",
        "TEST-277CA-REJECT": "none",
        "TEST-NO-ANSWER": "pended",
        "TEST-NO-ACK": "none",
        "TEST-PARTIAL": "partially_denied",
    }


async def test_a_refused_file_moves_its_claims_to_file_rejected(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    claims = await claims_of(sandbox, "TEST-999-REJECT", "TEST-PAID")
    await send(sandbox)

    await advance(sandbox, AFTER_PAYMENTS)

    assert {await state_of(sandbox, claim) for claim in claims} == {("file_rejected", "none")}


async def test_the_clock_stops_at_every_due_time_in_order_and_at_the_end(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-PAID", "TEST-DEDUCTIBLE", "TEST-DENY-CO-16", "TEST-PEND")
    await send(sandbox)
    due = {row["due_at"] for row in (*await answers_of(sandbox), *await waiting_claims(sandbox))}

    moved = await advance(sandbox, AFTER_PAYMENTS)
    due |= {row["due_at"] for row in await deposits_of(sandbox)}

    moves = (await clock_moves(sandbox))[1:]
    stops = [datetime.fromisoformat(move["to"]) for move in moves]
    assert stops == [*sorted(due), datetime.fromisoformat(AFTER_PAYMENTS)]
    assert [move["occurred_at"] for move in moves] == stops
    assert all(earlier["to"] == later["from"] for earlier, later in pairwise(moves))
    assert moved["stop_count"] == len(stops)


async def test_an_answer_arrives_at_its_due_time_and_not_a_second_before(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-PAID")
    await send(sandbox)
    due = (await answers_of(sandbox))[0]["due_at"]

    before = await advance(sandbox, due.replace(second=0, minute=due.minute - 1))
    at = await advance(sandbox, due)

    assert (before["delivered"], at["delivered"]) == ({}, {"999": 1})
    assert (await answers_of(sandbox))[0]["delivered_at"] == due


async def test_advancing_to_where_it_stands_does_nothing(sandbox: Sandbox) -> None:
    await set_clock(sandbox)

    moved = await advance(sandbox, START)

    assert (moved["stop_count"], moved["delivered"]) == (0, {})
    assert len(await clock_moves(sandbox)) == 1


@pytest.mark.parametrize(("to", "status"), [("2026-03-03T15:59:59Z", 409), ("2026-03-03T16:00:00Z", 200)])
async def test_the_clock_never_goes_back(sandbox: Sandbox, to: str, status: int) -> None:
    await set_clock(sandbox)

    answer = await sandbox.http.post("/v1/test-clock/advance", json={"to": to})

    assert answer.status_code == status
    assert (await sandbox.http.get("/v1/test-clock")).json()["at"] == START


async def test_a_clock_is_set_once_and_the_same_again_changes_nothing(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await set_clock(sandbox)

    assert await refused(sandbox, "/v1/test-clock", {"at": "2026-03-04T16:00:00Z"}) == (409, "test_clock_exists")
    assert len(await clock_moves(sandbox)) == 1


async def test_a_clock_cannot_start_before_what_has_happened(sandbox: Sandbox) -> None:
    await claims_of(sandbox, "TEST-PAID")

    assert await refused(sandbox, "/v1/test-clock", {"at": START}) == (409, "test_clock_backwards")


async def test_a_practice_without_a_clock_cannot_advance_it(sandbox: Sandbox) -> None:
    assert await refused(sandbox, "/v1/test-clock/advance", {"to": START}) == (409, "test_clock_missing")
    assert (await sandbox.http.get("/v1/test-clock")).status_code == 409


@pytest.mark.parametrize("path", ["/v1/test-clock", "/v1/test-clock/advance"])
async def test_a_production_practice_lives_in_real_time(sandbox: Sandbox, path: str) -> None:
    async with sandbox.database.control_tx() as connection:
        await connection.execute("UPDATE claims.practice SET mode = 'production'")

    assert await refused(sandbox, path, {"to" if "advance" in path else "at": START}) == (409, "practice_not_sandbox")


async def test_two_who_move_the_clock_at_once_deliver_everything_once(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-PAID", "TEST-DENY-CO-16")
    await send(sandbox)

    answers = await asyncio.gather(
        *[sandbox.http.post("/v1/test-clock/advance", json={"to": AFTER_PAYMENTS}) for _ in range(3)]
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 409}
    assert 200 in statuses
    assert all(answer.headers.get("retry-after") for answer in answers if answer.status_code == 409)
    assert await file_count(sandbox) == len(await answers_of(sandbox)) >= 3


async def test_a_move_that_broke_off_goes_on_where_it_stopped(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-PAID", "TEST-DENY-CO-16")
    await send(sandbox)
    calls = 0

    async def receive_and_die(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        received = await receive_file(*args)
        if calls == 2:
            raise RuntimeError("killed after the file was taken in, before it was noted")
        return received

    monkeypatch.setattr("claims_api.simulator.deliver_answers.receive_file", receive_and_die)
    assert (await sandbox.http.post("/v1/test-clock/advance", json={"to": AFTER_PAYMENTS})).status_code == 500
    stood_at = (await sandbox.http.get("/v1/test-clock")).json()["at"]

    await advance(sandbox, AFTER_PAYMENTS)

    answers = await answers_of(sandbox)
    assert calls == len(answers) + 1
    assert START < stood_at < AFTER_PAYMENTS
    assert await file_count(sandbox) == len(answers)
    assert all(answer["delivered_at"] for answer in answers)


class _At(Clock):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def in_real_time(sandbox: Sandbox, days: int) -> int:
    """What arrives when the machine's clock is that many days ahead."""
    clock = _At(sandbox.app.state.wiring.clock.now() + timedelta(days=days))
    return await deliver_in_real_time(sandbox.database, clock, sandbox.practice_id)


async def test_a_sandbox_without_a_clock_gets_its_answers_in_real_time(sandbox: Sandbox) -> None:
    await claims_of(sandbox, "TEST-PAID")
    await send(sandbox)

    now, later = [await in_real_time(sandbox, days) for days in (0, 60)]

    assert (now, later) == (0, 4)


async def test_real_time_leaves_a_practice_with_a_clock_alone(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    await claims_of(sandbox, "TEST-PAID")
    await send(sandbox)

    assert await in_real_time(sandbox, 60) == 0
    assert not any(answer["delivered_at"] for answer in await answers_of(sandbox))
