"""Files that are read after their request: in a process of their own, with progress, cancelled, parked, tried again."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from ar_shared.kernel.errors import ServiceUnavailableError, TooLargeError
from ar_shared.platform.database import Database
from claims_api.edi.body import CHUNK_BYTES, read_body
from claims_api.edi.store_file import send_content
from claims_api.file_worker import COMMAND, FileWorker
from claims_api.intake import handlers, queries
from claims_api.intake.held_lease import Headway, tell
from claims_api.intake.receive_file import keep_file
from claims_api.intake.resume_files import resume_files
from claims_api.remittances.post_remittance import RemittanceOutcome, post_remittance

from .conftest import Sandbox
from .test_resume_files import FILE, Directory, FixedClock, WorkerDiesError, payments, sender
from .world import NOW, event_types, rows

EDI = {"Content-Type": "application/edi-x12"}
ATTEMPTS = 2


async def post(sandbox: Sandbox, **headers: str) -> httpx.Response:
    return await sandbox.http.post("/v1/edi/files", content=FILE, headers=EDI | headers)


async def waits(sandbox: Sandbox) -> UUID:
    """A file of three payments that no worker has begun with."""
    async with read_body(pieces(FILE), len(FILE)) as body:
        kept = await keep_file(sandbox.database, sender(sandbox), FixedClock(NOW), body, None, None, is_worked_on=False)
    return kept.file_id


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def resume(sandbox: Sandbox, at: datetime) -> int:
    return await resume_files(sandbox.database, FixedClock(at), Directory(None), sandbox.practice_id, attempts=ATTEMPTS)


async def operation(sandbox: Sandbox, file_id: UUID) -> dict[str, Any]:
    answer = await sandbox.http.get(f"/v1/operations/{file_id}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def results(sandbox: Sandbox, file_id: UUID) -> list[tuple[int, str]]:
    return [(one["n"], one["state"]) for one in (await operation(sandbox, file_id))["results"]]


POSTED = "posted_with_held"


# In a process of its own


async def test_a_file_that_may_wait_is_answered_202_and_the_worker_process_posts_it(sandbox: Sandbox) -> None:
    answer = await post(sandbox, Prefer="respond-async")

    assert answer.status_code == 202
    file_id = UUID(answer.json()["id"])
    assert answer.headers["Location"] == f"/v1/operations/{file_id}"
    await sandbox.app.state.wiring.file_worker.offer(sandbox.practice_id, file_id)
    told = await operation(sandbox, file_id)
    assert (told["state"], told["transactions_done"], told["transactions_total"]) == ("processed", 3, 3)
    assert told["bytes_read"] == told["size_bytes"] == len(FILE)
    assert await payments(sandbox) == [(trace, POSTED) for trace in ("T1", "T2", "T3")]


async def test_a_new_try_reads_from_the_start_and_tells_no_less_than_the_one_before(sandbox: Sandbox) -> None:
    file_id = await waits(sandbox)

    for headway in (Headway(2, 900), Headway(0, 0)):
        await tell(sandbox.database, FixedClock(NOW), sandbox.practice_id, file_id, headway)

    told = await operation(sandbox, file_id)
    assert (told["claims_read"], told["bytes_read"]) == (2, 900)


async def test_a_file_that_may_not_wait_is_answered_when_it_is_done(sandbox: Sandbox) -> None:
    answer = await post(sandbox)

    assert (answer.status_code, answer.json()["state"]) == (201, "processed")


async def test_a_worker_that_crashes_leaves_the_file_to_be_tried_again() -> None:
    worker = FileWorker({}, (sys.executable, "-c", "raise SystemExit(1)"))

    with pytest.raises(ServiceUnavailableError):
        await worker.offer(1, uuid4())
    await worker.close()


async def test_a_worker_ends_when_the_service_does(sandbox: Sandbox) -> None:
    """However that ends: the kernel closes the pipe between them."""
    environment = {"AR_DATABASE_URL": sandbox.urls.claims}
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, env=environment)
    assert process.stdin is not None
    process.stdin.close()

    async with asyncio.timeout(60):
        assert await process.wait() == 0


# Cancelled


async def test_a_file_cancelled_between_two_payments_keeps_the_first_and_begins_no_other(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = await waits(sandbox)

    async def post_and_cancel(*arguments: Any, **place: Any) -> RemittanceOutcome:
        posted = await post_remittance(*arguments, **place)
        assert (await sandbox.http.post(f"/v1/operations/{file_id}/cancel")).json()["is_cancelled"]
        return posted

    monkeypatch.setattr(handlers, "post_remittance", post_and_cancel)
    await resume(sandbox, NOW)

    assert await results(sandbox, file_id) == [(1, POSTED)]
    assert (await operation(sandbox, file_id))["state"] == "cancelled"
    assert await payments(sandbox) == [("T1", POSTED)]
    assert await resume(sandbox, NOW + timedelta(hours=1)) == 0


async def test_a_cancelled_file_goes_on_when_a_person_wants_it_tried_again(sandbox: Sandbox) -> None:
    file_id = await waits(sandbox)
    await sandbox.http.post(f"/v1/operations/{file_id}/cancel")
    await resume(sandbox, NOW)
    assert await payments(sandbox) == []

    assert (await sandbox.http.post(f"/v1/edi/files/{file_id}/retry")).status_code == 200
    await sandbox.app.state.wiring.file_worker.offer(sandbox.practice_id, file_id)

    assert await results(sandbox, file_id) == [(n, POSTED) for n in (1, 2, 3)]


async def test_a_finished_file_can_be_neither_cancelled_nor_tried_again(sandbox: Sandbox) -> None:
    file_id = (await post(sandbox)).json()["id"]

    assert (await sandbox.http.post(f"/v1/operations/{file_id}/cancel")).status_code == 409
    assert (await sandbox.http.post(f"/v1/edi/files/{file_id}/retry")).status_code == 409


# Parked


async def tried(sandbox: Sandbox, times: int) -> None:
    """The second payment fails each time."""
    for n in range(times):
        try:
            await resume(sandbox, NOW + n * (queries.LEASE + timedelta(seconds=1)))
        except WorkerDiesError:
            continue


@pytest.fixture
def second_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async def post_or_die(*arguments: Any, **place: Any) -> RemittanceOutcome:
        if place["transaction_n"] == 2:
            raise WorkerDiesError
        return await post_remittance(*arguments, **place)

    monkeypatch.setattr(handlers, "post_remittance", post_or_die)


@pytest.mark.usefixtures("second_fails")
@pytest.mark.parametrize(("times", "state"), [(3, "processing"), (4, "processed")])
async def test_a_payment_is_parked_after_it_failed_so_often_and_not_before(
    sandbox: Sandbox, times: int, state: str
) -> None:
    """The first try records the first payment, so it does not count; then two tries fail, and the next one parks."""
    file_id = await waits(sandbox)

    await tried(sandbox, times)

    told = await operation(sandbox, file_id)
    assert told["state"] == state
    parked = [(1, POSTED), (2, "parked"), (3, POSTED)] if state == "processed" else [(1, POSTED)]
    assert await results(sandbox, file_id) == parked
    assert ("edi_file.parked" in await event_types(sandbox)) is (state == "processed")


@pytest.mark.usefixtures("second_fails")
async def test_what_was_parked_says_so_and_is_posted_when_a_person_has_it_tried_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = await waits(sandbox)
    await tried(sandbox, 4)
    parked = (await operation(sandbox, file_id))["results"][1]
    assert [finding["code"] for finding in parked["findings"]] == ["transaction_parked"]
    monkeypatch.undo()

    assert (await sandbox.http.post(f"/v1/edi/files/{file_id}/retry")).status_code == 200
    await sandbox.app.state.wiring.file_worker.offer(sandbox.practice_id, file_id)

    assert await results(sandbox, file_id) == [(n, POSTED) for n in (1, 2, 3)]
    assert await payments(sandbox) == [(trace, POSTED) for trace in ("T1", "T2", "T3")]


# The bytes


async def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    async with read_body(pieces(b"a" * CHUNK_BYTES, b"b"), CHUNK_BYTES + 1) as body:
        assert [len(piece) for piece in body.pieces()] == [CHUNK_BYTES, 1]

    with pytest.raises(TooLargeError):
        async with read_body(pieces(b"a" * CHUNK_BYTES, b"bc"), CHUNK_BYTES + 1):
            pass


async def test_nothing_is_kept_of_a_client_that_breaks_off(sandbox: Sandbox) -> None:
    messages = [{"type": "http.request", "body": FILE[:100], "more_body": True}, {"type": "http.disconnect"}]
    headers = {"authorization": sandbox.http.headers["Authorization"], **EDI}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/edi/files",
        "raw_path": b"/v1/edi/files",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await sandbox.app(scope, receive, send)

    assert sent[0]["status"] == 400
    assert await rows(sandbox, "SELECT FROM claims.edi_file WHERE practice_id = $1") == []


async def test_a_file_whose_access_cannot_be_logged_is_not_kept(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise WorkerDiesError

    monkeypatch.setattr("claims_api.intake.receive_file.record_access", fail)
    assert (await post(sandbox)).status_code == 500

    assert await rows(sandbox, "SELECT FROM claims.edi_file WHERE practice_id = $1") == []


async def test_a_slow_reader_of_a_file_holds_no_connection(sandbox: Sandbox) -> None:
    file_id = UUID((await post(sandbox)).json()["id"])
    database = Database(sandbox.urls.claims, max_size=1, acquire_timeout=1)

    content = send_content(database, sandbox.practice_id, file_id)
    first = await anext(content)
    async with database.tenant_tx(sandbox.practice_id):
        pass

    assert first + b"".join([piece async for piece in content]) == FILE
    await database.close()
