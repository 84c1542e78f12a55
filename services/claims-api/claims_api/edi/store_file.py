"""Keep a file exactly as it came or went, in pieces of one mebibyte."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Database
from claims_api.edi.body import Body, body_of

MEDIA_TYPE: Final = "application/edi-x12"


async def store_file(
    connection: Connection,
    practice_id: int,
    content: Body | bytes,
    *,
    direction: str,
    state: str,
    client_id: str,
    actor: dict[str, Any],
    now: datetime,
    purpose: str | None = None,
    file_id: UUID | None = None,
) -> UUID:
    """The id of the stored file; the caller commits. direction: `in` or `out`."""
    file_id = file_id or uuid7()
    body = content if isinstance(content, Body) else body_of(content)
    await connection.execute(
        "INSERT INTO claims.edi_file (practice_id, id, direction, purpose, media_type, sha256, size_bytes, "
        "practice_ids, state, findings, client_id, actor, received_at, attempts, recorded_before, claims_read, "
        "bytes_read) VALUES ($1, $2, $3, $4, $5, $6, $7, ARRAY[$1::int], $8, '[]', $9, $10, $11, 0, 0, 0, 0)",
        practice_id,
        file_id,
        direction,
        purpose,
        MEDIA_TYPE,
        body.sha256,
        body.size_bytes,
        state,
        client_id,
        actor,
        now,
    )
    await connection.executemany(
        "INSERT INTO claims.edi_chunk (practice_id, file_id, n, content) VALUES ($1, $2, $3, $4)",
        ((practice_id, file_id, n, piece) for n, piece in enumerate(body.pieces())),
    )
    return file_id


async def read_content(connection: Connection, practice_id: int, file_id: UUID) -> AsyncIterator[bytes]:
    """The file's bytes, a piece at a time. Raises NotFoundError."""
    found = await connection.fetchval(
        "SELECT true FROM claims.edi_file WHERE practice_id = $1 AND id = $2", practice_id, file_id
    )
    if not found:
        raise NotFoundError("there is no such file")
    async for row in connection.cursor(
        "SELECT content FROM claims.edi_chunk WHERE practice_id = $1 AND file_id = $2 ORDER BY n",
        practice_id,
        file_id,
        prefetch=4,
    ):
        yield row["content"]


async def send_content(database: Database, practice_id: int, file_id: UUID) -> AsyncIterator[bytes]:
    """The same for a reader who may be slow: a transaction for each piece, none while the reader takes it."""
    n = 0
    while True:
        async with database.tenant_tx(practice_id) as connection:
            piece: bytes | None = await connection.fetchval(
                "SELECT content FROM claims.edi_chunk WHERE practice_id = $1 AND file_id = $2 AND n = $3",
                practice_id,
                file_id,
                n,
            )
        if piece is None:
            return
        yield piece
        n += 1
