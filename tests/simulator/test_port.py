"""The way to the simulated payers takes each submission once, and only from a sandbox."""

import asyncio
from uuid import UUID, uuid4

import pytest

from ar_shared.kernel.errors import ServiceUnavailableError
from claims_api.clearinghouse import OutgoingFile
from claims_api.simulator.simulator_port import SimulatorPort

from .conftest import Sandbox
from .files import claim_of, file_of, many_claims
from .world import answers_of, claims_of, file_of_submission, send, waiting_claims


def port_of(sandbox: Sandbox) -> SimulatorPort:
    port = sandbox.app.state.wiring.ports["simulator"]
    assert isinstance(port, SimulatorPort)
    return port


async def deliver(sandbox: Sandbox, file: OutgoingFile) -> None:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await port_of(sandbox).deliver(file, connection)


def outgoing(sandbox: Sandbox, content: bytes, submission_id: UUID | None = None) -> OutgoingFile:
    return OutgoingFile(sandbox.practice_id, submission_id or uuid4(), "LWSIM", "000000017", content)


async def test_a_sandbox_practice_sends_to_the_simulator(sandbox: Sandbox) -> None:
    await claims_of(sandbox, "TEST-PAID", "TEST-NO-ANSWER", "TEST-277CA-REJECT")

    submission = await send(sandbox)

    assert (submission["port"], submission["delivery"]) == ("simulator", "delivered")
    kinds = [(answer["kind"], answer["submission_id"]) for answer in await answers_of(sandbox)]
    assert kinds == [("999", UUID(submission["id"])), ("277CA", UUID(submission["id"]))]
    assert len(await waiting_claims(sandbox)) == 1


async def test_a_submission_delivered_twice_is_answered_once(sandbox: Sandbox) -> None:
    await claims_of(sandbox, "TEST-PAID", "TEST-DENY-CO-16")
    submission = await send(sandbox)
    before = (await answers_of(sandbox), await waiting_claims(sandbox))

    again = outgoing(sandbox, await file_of_submission(sandbox, submission), UUID(submission["id"]))
    await deliver(sandbox, again)

    assert (await answers_of(sandbox), await waiting_claims(sandbox)) == before
    assert len(before[1]) == 2


async def test_two_deliveries_at_the_same_time_are_answered_once(sandbox: Sandbox) -> None:
    file = outgoing(sandbox, file_of(many_claims(20)))

    await asyncio.gather(*[deliver(sandbox, file) for _ in range(4)])

    answers = await answers_of(sandbox)
    assert len({(answer["kind"], answer["part"]) for answer in answers}) == len(answers) > 0


async def test_another_submission_with_the_same_claims_is_answered_on_its_own(sandbox: Sandbox) -> None:
    content = file_of([claim_of("TEST-PAID")])

    for _ in range(2):
        await deliver(sandbox, outgoing(sandbox, content))

    assert [answer["kind"] for answer in await answers_of(sandbox)] == ["999", "999", "277CA", "277CA"]


async def test_a_production_practice_never_meets_simulated_money(sandbox: Sandbox) -> None:
    async with sandbox.database.control_tx() as connection:
        await connection.execute("UPDATE claims.practice SET mode = 'production'")

    with pytest.raises(ServiceUnavailableError, match="no clearinghouse"):
        await deliver(sandbox, outgoing(sandbox, file_of(many_claims(1))))

    assert await answers_of(sandbox) == []
