"""The bytes of a file on their way in: read once, counted and hashed as they come, never all of them in memory."""

import hashlib
import io
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO, Final

from ar_shared.kernel.errors import TooLargeError

CHUNK_BYTES: Final = 1024 * 1024


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES)  # `close` closes it


@dataclass(slots=True)
class Body:
    """What was read so far. Over one mebibyte it lies in a temporary file that has no name."""

    size_bytes: int = 0
    _file: IO[bytes] = field(default_factory=_spool)
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size_bytes += len(piece)

    @property
    def sha256(self) -> bytes:
        return self._hash.digest()

    def pieces(self) -> Iterator[bytes]:
        """All of it from the start, a mebibyte at a time."""
        self._file.seek(0)
        while piece := self._file.read(CHUNK_BYTES):
            yield piece

    def close(self) -> None:
        self._file.close()


def body_of(content: bytes) -> Body:
    """The body of a file that is in memory already; need not be closed."""
    body = Body(_file=io.BytesIO())
    body.add(content)
    return body


@asynccontextmanager
async def read_body(pieces: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[Body]:
    """Reads to the end, holding no database connection; the body is gone after the block.

    Raises TooLargeError as soon as more than `max_bytes` have come, and whatever `pieces` raises.
    """
    body = Body()
    try:
        async for piece in pieces:
            if body.size_bytes + len(piece) > max_bytes:
                raise TooLargeError(f"a file has at most {max_bytes} bytes")
            body.add(piece)
        yield body
    finally:
        body.close()
