"""Files that a worker left behind are finished by whoever finds them, once, and for who sent them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from ar_shared.platform.auth import ClientRecord, PracticeGrant, Principal
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.idempotency import request_key
from ar_shared.platform.outbox import active_practices
from claims_api.intake import held_lease, queries
from claims_api.intake.receive_file import receive_file
from claims_api.intake.resume_files import resume_files
from claims_api.practices.create_practice import create_practice
from claims_api.remittances.post_remittance import RemittanceOutcome, post_remittance
from claims_api.remittances.recognise import recognise
from claims_api.sandbox_parties import seed_parties

from .conftest import Sandbox
from .world import NOW, one, rows

LATER = NOW + queries.LEASE


class WorkerDiesError(Exception):
    """Stands for a process that is killed: nothing of ours handles it."""


@dataclass
class FixedClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


class Directory:
    """Knows one client with one practice, or none."""

    def __init__(self, client: ClientRecord | None) -> None:
        self._client = client

    async def find_client(self, client_id: str) -> ClientRecord | None:
        return self._client if self._client and self._client.client_id == client_id else None


def a_payment_file(*traces: str) -> bytes:
    """One zero-pay 835 an ST: nothing to match, all of it kept."""
    segments = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0600*^*00501*000000001*0*T*:",
        "GS*HP*PAYER*PRACTICE*20261120*0600*1*X*005010X221A1",
    ]
    for number, trace in enumerate(traces, start=1):
        body = [
            "BPR*I*0*C*NON************20261120",
            f"TRN*1*{trace}*1420000099",
            "DTM*405*20261119",
            "N1*PR*Prairie Mutual Health*XV*TPM01",
            "N1*PE*JUNIPER HILL*XX*1234567893",
            "LX*1",
            f"CLP*{trace}*4*10*0**12*ICN-{trace}*11*1",
            "CAS*CO*16*10",
            "NM1*QC*1*SANDBOXER*PAT",
        ]
        segments += [f"ST*835*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]
    return ("~".join([*segments, f"GE*{len(traces)}*1", "IEA*1*000000001"]) + "~").encode()


FILE = a_payment_file("T1", "T2", "T3")


def sender(sandbox: Sandbox, client: str = "mailbox") -> Principal:
    return Principal(
        client_id=client,
        client_kind="vendor",
        scopes=frozenset(),
        actor=Actor("user", "u-7"),
        practice_id=sandbox.practice_id,
        practice=sandbox.practice,
        mode="sandbox",
        time_zone="America/Chicago",
    )


def grants(sandbox: Sandbox) -> dict[UUID, PracticeGrant]:
    return {sandbox.practice: PracticeGrant(sandbox.practice_id, "sandbox", "America/Chicago")}


async def upload(sandbox: Sandbox, *, key: str = "k-1", at: datetime = NOW) -> tuple[str, bool]:
    """The file's state as answered, and whether it was a repeat."""
    made = request_key("mailbox", key, "upload", FILE)
    clock = FixedClock(at)
    file, repeat = await receive_file(sandbox.database, sender(sandbox), clock, grants(sandbox), FILE, None, made)
    return file.state, repeat


async def resume(sandbox: Sandbox, at: datetime, client: ClientRecord | None = None) -> int:
    return await resume_files(sandbox.database, FixedClock(at), Directory(client), sandbox.practice_id)


@pytest.fixture
async def half_done(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose worker died after its first payment was posted and before that was recorded."""

    async def post_and_die(*arguments: Any, **place: Any) -> RemittanceOutcome:
        await post_remittance(*arguments, **place)
        raise WorkerDiesError

    monkeypatch.setattr("claims_api.intake.handlers.post_remittance", post_and_die)
    with pytest.raises(WorkerDiesError):
        await upload(sandbox)
    monkeypatch.undo()
    assert await payments(sandbox) == [("T1", "posted_with_held")]


async def payments(sandbox: Sandbox) -> list[tuple[str, str]]:
    query = "SELECT trace_number, state FROM claims.remittance WHERE practice_id = $1 ORDER BY 1"
    return [tuple(row) for row in await rows(sandbox, query)]


async def file_state(sandbox: Sandbox) -> Any:
    return await one(sandbox, "SELECT state FROM claims.edi_file WHERE practice_id = $1")


@pytest.mark.usefixtures("half_done")
@pytest.mark.parametrize(("late", "resumed"), [(timedelta(0), 0), (timedelta(microseconds=1), 1)])
async def test_a_file_is_taken_up_when_its_lease_is_over_and_not_before(
    sandbox: Sandbox, late: timedelta, resumed: int
) -> None:
    assert await resume(sandbox, LATER + late) == resumed

    expected = ["T1", "T2", "T3"] if resumed else ["T1"]
    assert [trace for trace, _ in await payments(sandbox)] == expected
    assert await file_state(sandbox) == ("processed" if resumed else "processing")


@pytest.mark.usefixtures("half_done")
async def test_what_was_posted_before_is_recorded_and_not_posted_again(sandbox: Sandbox) -> None:
    await resume(sandbox, LATER + timedelta(seconds=1))

    assert await payments(sandbox) == [(trace, "posted_with_held") for trace in ("T1", "T2", "T3")]
    query = (
        "SELECT t.n, r.trace_number FROM claims.edi_transaction t "
        "JOIN claims.remittance r ON r.practice_id = $1 AND r.id = t.remittance_id "
        "WHERE t.practice_id = $1 ORDER BY t.n"
    )
    assert [tuple(row) for row in await rows(sandbox, query)] == [(1, "T1"), (2, "T2"), (3, "T3")]


@pytest.mark.usefixtures("half_done")
async def test_a_finished_file_is_not_taken_up_again(sandbox: Sandbox) -> None:
    assert await resume(sandbox, LATER + timedelta(seconds=1)) == 1

    assert await resume(sandbox, LATER + timedelta(hours=1)) == 0


@pytest.mark.usefixtures("half_done")
async def test_a_repeat_of_the_upload_shows_where_the_file_is_and_leaves_it_to_the_loop(sandbox: Sandbox) -> None:
    assert await upload(sandbox, at=LATER + timedelta(hours=1)) == ("processing", True)
    await resume(sandbox, LATER + timedelta(seconds=1))

    assert await upload(sandbox) == ("processed", True)
    assert len(await payments(sandbox)) == 3


@pytest.mark.usefixtures("half_done")
async def test_the_rest_is_posted_for_who_sent_the_file(sandbox: Sandbox) -> None:
    await resume(sandbox, LATER + timedelta(seconds=1))

    query = "SELECT client_id, actor_id, actor_kind FROM claims.journal WHERE practice_id = $1"
    assert [tuple(row) for row in await rows(sandbox, query)] == [("mailbox", "u-7", "user")] * 3


@pytest.mark.usefixtures("half_done")
@pytest.mark.parametrize(("granted", "state"), [(True, "posted_with_held"), (False, "payee_not_ours")])
async def test_the_rest_reaches_the_practices_that_its_client_may_act_for_now(
    sandbox: Sandbox, granted: bool, state: str
) -> None:
    other = await another_practice(sandbox)
    await rows(sandbox, "UPDATE claims.billing_entity SET npis = '{}' WHERE practice_id = $1 RETURNING 1")
    client = ClientRecord("mailbox", "vendor", grants(sandbox) | other)

    await resume(sandbox, LATER + timedelta(seconds=1), client if granted else None)

    query = "SELECT state FROM claims.edi_transaction WHERE practice_id = $1 AND n > 1 ORDER BY n"
    assert [row["state"] for row in await rows(sandbox, query)] == [state] * 2
    assert [trace for trace, _ in await payments(sandbox)] == ["T1"]


async def test_a_file_names_every_practice_inside_though_one_was_met_by_a_worker_that_died(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second worker may not act for the other practice any more, so it never meets it."""
    other = await another_practice(sandbox)
    await rows(sandbox, "UPDATE claims.billing_entity SET npis = '{}' WHERE practice_id = $1 RETURNING 1")
    posted: list[RemittanceOutcome] = []

    async def post_one(*arguments: Any, **place: Any) -> RemittanceOutcome:
        if posted:
            raise WorkerDiesError
        posted.append(await post_remittance(*arguments, **place))
        return posted[0]

    monkeypatch.setattr("claims_api.intake.handlers.post_remittance", post_one)
    with pytest.raises(WorkerDiesError):
        await receive_file(
            sandbox.database, sender(sandbox), FixedClock(NOW), grants(sandbox) | other, FILE, None, None
        )
    monkeypatch.undo()
    await resume(sandbox, LATER + timedelta(seconds=1))

    named = await one(sandbox, "SELECT practice_ids FROM claims.edi_file WHERE practice_id = $1")
    assert named == [sandbox.practice_id, *(grant.practice_id for grant in other.values())]


@pytest.mark.usefixtures("half_done")
async def test_only_the_sender_reads_a_file_of_which_it_is_not_known_whose_data_is_inside(sandbox: Sandbox) -> None:
    file_id = await one(sandbox, "SELECT id FROM claims.edi_file WHERE practice_id = $1")
    path = f"/v1/edi/files/{file_id}/content"

    assert (await sandbox.http.get(path)).status_code == 404
    await rows(sandbox, "UPDATE claims.edi_file SET client_id = 'sandbox' WHERE practice_id = $1 RETURNING 1")
    assert (await sandbox.http.get(path)).content == FILE
    await rows(sandbox, "UPDATE claims.edi_file SET client_id = 'mailbox' WHERE practice_id = $1 RETURNING 1")
    await resume(sandbox, LATER + timedelta(seconds=1))
    assert (await sandbox.http.get(path)).content == FILE


@pytest.mark.usefixtures("half_done")
async def test_a_file_that_fails_again_waits_for_its_new_lease_to_end(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any, **__: Any) -> RemittanceOutcome:
        raise WorkerDiesError

    monkeypatch.setattr("claims_api.intake.handlers.post_remittance", die)
    again = LATER + timedelta(seconds=1)
    with pytest.raises(WorkerDiesError):
        await resume(sandbox, again)
    monkeypatch.undo()

    assert await resume(sandbox, again + queries.LEASE) == 0
    assert await resume(sandbox, again + queries.LEASE + timedelta(seconds=1)) == 1


@pytest.mark.usefixtures("half_done")
@pytest.mark.parametrize(("after", "active"), [(timedelta(seconds=59), True), (timedelta(seconds=60), False)])
async def test_the_practice_is_looked_at_until_a_minute_after_the_lease(
    sandbox: Sandbox, after: timedelta, active: bool
) -> None:
    async with sandbox.database.control_tx() as connection:
        practices = await active_practices(connection, "claims", "edi", LATER + after)

    assert (sandbox.practice_id in practices) is active


@pytest.mark.usefixtures("half_done")
async def test_a_file_in_work_is_leased_again_and_again(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_lease, "_RENEW_SECONDS", 0)
    file_id = await one(sandbox, "SELECT id FROM claims.edi_file WHERE practice_id = $1")
    clock = FixedClock(LATER + timedelta(seconds=1))

    async with held_lease.held_lease(sandbox.database, clock, sandbox.practice_id, file_id, held_lease.Headway()):
        async with asyncio.timeout(20):
            while await leased_until(sandbox) != clock.at + queries.LEASE:
                assert await resume(sandbox, clock.at - timedelta(seconds=2)) == 0


async def another_practice(sandbox: Sandbox) -> dict[UUID, PracticeGrant]:
    """A practice that is paid under the NPI of the sandbox practice."""
    async with sandbox.database.control_tx() as connection:
        practice_id, practice = await create_practice(
            connection, "Other", mode="sandbox", time_zone="America/Chicago", now=NOW
        )
    await seed_parties(sandbox.database, practice_id, NOW)
    return {practice: PracticeGrant(practice_id, "sandbox", "America/Chicago")}


async def leased_until(sandbox: Sandbox) -> Any:
    return await one(sandbox, "SELECT leased_until FROM claims.edi_file WHERE practice_id = $1")


async def test_two_workers_on_one_file_post_each_payment_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first stands still for longer than its lease, right before it posts; the second overtakes it."""
    overtaken: list[int] = []

    async def stand_still(*arguments: Any) -> Any:
        if not overtaken:
            overtaken.append(0)
            overtaken[0] = await resume(sandbox, LATER + timedelta(seconds=1))
        return await recognise(*arguments)

    monkeypatch.setattr("claims_api.remittances.post_remittance.recognise", stand_still)

    assert await upload(sandbox) == ("processed", False)
    assert overtaken == [1]
    assert await payments(sandbox) == [(trace, "posted_with_held") for trace in ("T1", "T2", "T3")]
    assert await one(sandbox, "SELECT count(*) FROM claims.edi_transaction WHERE practice_id = $1") == 3
