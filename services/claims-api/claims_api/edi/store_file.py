"""Keep a file exactly as it came or went, in pieces of one mebibyte."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection

CHUNK_BYTES: Final = 1024 * 1024
MEDIA_TYPE: Final = "application/edi-x12"


async def store_file(
    connection: Connection,
    practice_id: int,
    content: bytes,
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
    await connection.execute(
        "INSERT INTO claims.edi_file (practice_id, id, direction, purpose, media_type, sha256, size_bytes, "
        "practice_ids, state, findings, client_id, actor, received_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, ARRAY[$1::int], $8, '[]', $9, $10, $11)",
        practice_id,
        file_id,
        direction,
        purpose,
        MEDIA_TYPE,
        hashlib.sha256(content).digest(),
        len(content),
        state,
        client_id,
        actor,
        now,
    )
    pieces = (content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES))
    await connection.executemany(
        "INSERT INTO claims.edi_chunk (practice_id, file_id, n, content) VALUES ($1, $2, $3, $4)",
        [(practice_id, file_id, n, piece) for n, piece in enumerate(pieces)],
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
