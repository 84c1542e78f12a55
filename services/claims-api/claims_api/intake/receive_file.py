"""Take a file in: keep its bytes and the request's key first, then process what is inside."""

from uuid import UUID

import asyncpg

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth import PracticeGrant, Principal
from ar_shared.platform.database import Connection, Database
from ar_shared.platform.idempotency import RequestKey, StoredAnswer, store_answer, stored_answer
from claims_api.acting import Acting, acting
from claims_api.edi.store_file import store_file
from claims_api.intake import queries
from claims_api.intake.domain import Purpose
from claims_api.intake.process_file import FileToProcess, process_file
from claims_api.intake.schemas import FileOut, GroupOut, InterchangeOut, TransactionOut


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

    Raises IdempotencyMismatchError, IdempotencyInFlightError.
    """
    practice_id = principal.practice_id
    lock = key.lock(practice_id) if key else None
    async with database.tenant_tx(practice_id, key_lock=lock) as connection:
        answer = await stored_answer(connection, "claims", practice_id, key)
        who = await acting(connection, principal, clock)
        if answer is None:
            file_id = await keep(connection, who, content, purpose)
            made = StoredAnswer(201, str(file_id).encode())
            await store_answer(connection, "claims", practice_id, key, made, who.machine)
        else:
            file_id = UUID(answer.body.decode())
    if answer is None:
        await process_file(database, clock, FileToProcess(file_id, purpose, who, grants), [content])
    async with database.tenant_tx(practice_id) as connection:
        return await read_file(connection, practice_id, file_id), answer is not None


async def keep(connection: Connection, who: Acting, content: bytes, purpose: Purpose | None) -> UUID:
    """Store the bytes as they came, leased to this process: if it dies, another one finishes the file."""
    file_id = await store_file(
        connection,
        who.practice_id,
        content,
        direction="in",
        state="received",
        client_id=who.client_id,
        actor=who.actor_json,
        now=who.moment.at,
        purpose=purpose.value if purpose else None,
        file_id=uuid7(),
    )
    await queries.lease_file(connection, who.practice_id, file_id, who.machine)
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
        groups.setdefault(found["group_control"], []).append(_transaction(found))
    return FileOut(
        id=row["id"],
        purpose=row["purpose"],
        state=row["state"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        received_at=row["received_at"],
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


def _transaction(row: asyncpg.Record) -> TransactionOut:
    return TransactionOut(
        n=row["n"],
        set=row["set_code"],
        control=row["transaction_control"],
        state=row["state"],
        findings=row["findings"],
        counts=row["counts"],
        links=row["links"],
    )
