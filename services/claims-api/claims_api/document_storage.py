"""Where the bytes of documents are kept: a port, so that a folder, the database or an object store can be behind it.

A content is named by its practice and its digest, so that writing it twice has the effect of once, and no name says
anything about a patient.
"""

import asyncio
import os
from pathlib import Path
from typing import Protocol
from uuid import UUID

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection


class DocumentStorage(Protocol):
    """Keeps bytes by digest. `connection`: the practice's transaction, for what is kept in the database."""

    async def put(
        self, connection: Connection, practice: UUID, practice_id: int, sha256: bytes, content: bytes
    ) -> None:
        """Keep the bytes; when it returns they survive a power cut (or the transaction's commit makes them)."""
        ...

    async def get(self, connection: Connection, practice: UUID, practice_id: int, sha256: bytes) -> bytes:
        """The bytes that were put. Raises ServiceUnavailableError when they cannot be reached."""
        ...


class FolderStorage:
    """`<folder>/<practice>/<first two digits>/<digest>`; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(
        self, _connection: Connection, practice: UUID, _practice_id: int, sha256: bytes, content: bytes
    ) -> None:
        await asyncio.to_thread(_write, self._path(practice, sha256), content)

    async def get(self, _connection: Connection, practice: UUID, _practice_id: int, sha256: bytes) -> bytes:
        try:
            return await asyncio.to_thread(self._path(practice, sha256).read_bytes)
        except OSError as error:
            raise ServiceUnavailableError("the document storage cannot be read") from error

    def _path(self, practice: UUID, sha256: bytes) -> Path:
        digest = sha256.hex()
        return self._folder / str(practice) / digest[:2] / digest


class DatabaseStorage:
    """In the database itself, with its backups and its row-level security; for installations of modest size."""

    async def put(
        self, connection: Connection, _practice: UUID, practice_id: int, sha256: bytes, content: bytes
    ) -> None:
        await connection.execute(
            "INSERT INTO claims.document_content (practice_id, sha256, content) VALUES ($1, $2, $3) "
            "ON CONFLICT DO NOTHING",
            practice_id,
            sha256,
            content,
        )

    async def get(self, connection: Connection, _practice: UUID, practice_id: int, sha256: bytes) -> bytes:
        content: bytes | None = await connection.fetchval(
            "SELECT content FROM claims.document_content WHERE practice_id = $1 AND sha256 = $2", practice_id, sha256
        )
        if content is None:
            raise ServiceUnavailableError("the bytes are in another storage")
        return content


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{uuid7()}.part")
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
            _force_folder(folder)
    except OSError as error:
        raise ServiceUnavailableError("the document storage cannot be written") from error


def _force_folder(folder: Path) -> None:
    """The names in a folder survive a power cut only once the folder itself is on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
