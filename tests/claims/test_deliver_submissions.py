"""A file that is committed is handed over, whatever happens to the request, and never by two workers at once."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Connection
from claims_api.background import background
from claims_api.clearinghouse import OutgoingFile
from claims_api.settings import ClaimsSettings
from claims_api.submissions.deliver_submissions import deliver_submissions

from .conftest import Sandbox, a_claim

pytestmark = pytest.mark.usefixtures("patient")


@dataclass
class AwayPort:
    """Refuses every file."""

    error: Exception

    async def deliver(self, _file: OutgoingFile, _connection: Connection) -> None:
        raise self.error


@dataclass
class SlowPort:
    """While it takes a file, another worker looks for work."""

    sandbox: Sandbox
    taken: list[str] = field(default_factory=list)
    by_others: list[int] = field(default_factory=list)

    async def deliver(self, file: OutgoingFile, _connection: Connection) -> None:
        self.taken.append(file.interchange_control)
        database, practice_id = self.sandbox.database, self.sandbox.practice_id
        self.by_others.append(await deliver_submissions(database, practice_id, {"simulator": self}))


def ports(sandbox: Sandbox) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.app.state.wiring.ports
    return found


async def submit_while_away(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, error: Exception) -> dict[str, Any]:
    await sandbox.http.post("/v1/claims", json=a_claim())
    with monkeypatch.context() as away:
        away.setitem(ports(sandbox), "simulator", AwayPort(error))
        answer = await sandbox.http.post("/v1/submissions", json={})
    assert answer.status_code == 200, answer.text
    [submission] = answer.json()["submissions"]
    found: dict[str, Any] = submission
    return found


async def delivery(sandbox: Sandbox) -> Any:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetchval(
            "SELECT delivery FROM claims.submission WHERE practice_id = $1", sandbox.practice_id
        )


@pytest.mark.parametrize("error", [OSError("full"), ServiceUnavailableError()])
async def test_claims_are_sent_though_the_port_is_away_and_the_loop_hands_them_over(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    submission = await submit_while_away(sandbox, monkeypatch, error)
    assert submission["delivery"] == "pending"

    async with background(sandbox.app), asyncio.timeout(20):
        while await delivery(sandbox) != "delivered":
            pass


async def test_two_workers_hand_a_file_over_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    await submit_while_away(sandbox, monkeypatch, OSError())
    port = SlowPort(sandbox)

    assert await deliver_submissions(sandbox.database, sandbox.practice_id, {"simulator": port}) == 1
    assert (port.taken, port.by_others) == (["000000001"], [0])


async def test_a_file_for_a_port_that_is_not_there_any_more_waits(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit_while_away(sandbox, monkeypatch, OSError())

    with pytest.raises(ServiceUnavailableError):
        await deliver_submissions(sandbox.database, sandbox.practice_id, {})
    assert await delivery(sandbox) == "pending"


async def test_a_production_practice_sends_nothing_to_the_simulated_payers(sandbox: Sandbox) -> None:
    assert sandbox.app.state.wiring.port_of("sandbox") == "simulator"
    with pytest.raises(ServiceUnavailableError, match="no clearinghouse"):
        sandbox.app.state.wiring.port_of("production")


def test_a_drop_folder_without_a_place_stops_the_service_at_its_start() -> None:
    assert ClaimsSettings(clearinghouse="drop_folder", drop_folder=Path("out")).drop_folder is not None
    with pytest.raises(ValidationError, match="AR_DROP_FOLDER"):
        ClaimsSettings(clearinghouse="drop_folder")


async def test_a_practice_whose_work_fails_keeps_nothing_from_the_others(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sandbox.database.control_tx() as connection:
        await connection.execute(
            "INSERT INTO claims.practice (uuid, name, mode, time_zone, settings, created_at) "
            "SELECT gen_random_uuid(), 'Other', mode, time_zone, settings, created_at FROM claims.practice"
        )
    reached: set[int] = set()
    both = asyncio.Event()

    async def fail(_database: object, practice_id: int) -> int:
        reached.add(practice_id)
        if len(reached) == 2:
            both.set()
        raise ValueError

    monkeypatch.setattr("claims_api.background.sequence_events", fail)
    async with background(sandbox.app), asyncio.timeout(20):
        await both.wait()
