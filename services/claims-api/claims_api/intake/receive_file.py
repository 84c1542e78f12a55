"""Take a file in: keep its bytes and the request's key first, then process what is inside."""

from dataclasses import dataclass
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import PracticeGrant, Principal
from ar_shared.platform.database import Connection, Database, Row
from ar_shared.platform.idempotency import RequestKey, StoredAnswer, store_answer, stored_answer
from claims_api.acting import Acting, acting
from claims_api.edi.body import Body, body_of
from claims_api.edi.store_file import store_file
from claims_api.intake import queries
from claims_api.intake.domain import Purpose
from claims_api.intake.process_file import FileToProcess, process_file
from claims_api.intake.schemas import FileOut, GroupOut, InterchangeOut, TransactionOut


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is stored. `is_repeat`: by an earlier request with the same key."""

    file_id: UUID
    acting: Acting
    is_repeat: bool


async def receive_file(
    database: Database,
    principal: Principal,
    clock: Clock,
    grants: dict[UUID, PracticeGrant],
    content: bytes,
    purpose: Purpose | None,
    key: RequestKey | None,
) -> tuple[FileOut, bool]:
    """The file as it now stands, and whether the request was a repeat (which processes nothing again).

    For what is small or has time: all of it is read here. Raises IdempotencyMismatchError, IdempotencyInFlightError.
    """
    body = body_of(content)
    kept = await keep_file(database, principal, clock, body, purpose, key, is_worked_on=True)
    if not kept.is_repeat:
        await process_file(database, clock, FileToProcess(kept.file_id, purpose, kept.acting, grants), body.pieces())
    async with database.tenant_tx(principal.practice_id) as connection:
        return await read_file(connection, principal.practice_id, kept.file_id), kept.is_repeat


async def keep_file(
    database: Database,
    principal: Principal,
    clock: Clock,
    body: Body,
    purpose: Purpose | None,
    key: RequestKey | None,
    *,
    is_worked_on: bool,
    operation: str | None = None,
) -> Kept:
    """Store the bytes as they came, the request's key and, for an operation of ours, who sent them: all or nothing.

    is_worked_on: the caller goes on with the file, and another worker finishes it if this one dies; else the file
    waits for a worker. Raises IdempotencyMismatchError, IdempotencyInFlightError.
    """
    practice_id = principal.practice_id
    lock = key.lock(practice_id) if key else None
    async with database.tenant_tx(practice_id, key_lock=lock) as connection:
        answer = await stored_answer(connection, "claims", practice_id, key)
        who = await acting(connection, principal, clock)
        if answer is None:
            file_id = await _store(connection, who, body, purpose, is_worked_on=is_worked_on)
            made = StoredAnswer(201, str(file_id).encode())
            await store_answer(connection, "claims", practice_id, key, made, who.machine)
        else:
            file_id = UUID(answer.body.decode())
        if operation is not None:
            access = access_by(principal, who.machine, operation, "change", "edi_file", file_id)
            await record_access(connection, "claims", practice_id, access)
    return Kept(file_id, who, answer is not None)


async def _store(
    connection: Connection, who: Acting, body: Body, purpose: Purpose | None, *, is_worked_on: bool
) -> UUID:
    file_id = await store_file(
        connection,
        who.practice_id,
        body,
        direction="in",
        state="received",
        client_id=who.client_id,
        actor=who.actor_json,
        now=who.moment.at,
        purpose=purpose.value if purpose else None,
        file_id=uuid7(),
    )
    if is_worked_on:
        await queries.extend_lease(connection, who.practice_id, file_id, who.machine, claims_read=0, bytes_read=0)
    else:
        await queries.offer_file(connection, who.practice_id, who.machine)
    return file_id


async def read_file(connection: Connection, practice_id: int, file_id: UUID) -> FileOut:
    """The file with its interchanges, groups and transactions. Raises NotFoundError."""
    row = await queries.file_row(connection, practice_id, file_id)
    if row is None or row["direction"] != "in":
        raise NotFoundError("there is no such file")
    interchanges: dict[tuple[str | None, ...], dict[str | None, list[TransactionOut]]] = {}
    for found in await queries.transaction_rows(connection, practice_id, file_id):
        envelope = (found["interchange_control"], found["sender"], found["receiver"])
        groups = interchanges.setdefault(envelope, {})
        groups.setdefault(found["group_control"], []).append(transaction_out(found))
    return FileOut(
        id=row["id"],
        purpose=row["purpose"],
        state=row["state"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        received_at=row["received_at"],
        attempts=row["attempts"],
        findings=row["findings"],
        interchanges=[
            InterchangeOut(
                control=control,
                sender=sender,
                receiver=receiver,
                groups=[GroupOut(control=group, transactions=inside) for group, inside in groups.items()],
            )
            for (control, sender, receiver), groups in interchanges.items()
        ],
        content=f"/v1/edi/files/{row['id']}/content",
    )


def transaction_out(row: Row) -> TransactionOut:
    return TransactionOut(
        n=row["n"],
        set=row["set_code"],
        control=row["transaction_control"],
        state=row["state"],
        findings=row["findings"],
        counts=row["counts"],
        links=row["links"],
    )
