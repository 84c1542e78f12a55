"""The ways out: what takes an 837 file to whoever passes it on."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from ar_shared.platform.database import Connection


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to hand over. `submission_id` is the same at every attempt, so that the port can know a repeat."""

    practice_id: int
    submission_id: UUID
    receiver: str
    interchange_control: str
    content: bytes


class ClearinghousePort(Protocol):
    """Takes files; delivering the same submission twice has the effect of once."""

    async def deliver(self, file: OutgoingFile, connection: Connection) -> None:
        """Hand the file over. Raises OSError or ServiceUnavailableError when it cannot; it is tried again.

        connection: the practice's transaction that marks the file as delivered when this returns. What a port keeps
        in the database it writes there: it takes no second connection while that one holds a lock.
        """
        ...


class DropFolder:
    """A folder that a transfer agent empties: `<folder>/<practice>/out/<receiver>-<interchange>-<submission>.837`.

    The name is the submission's own. A file is made in `making/`, then marked in `released/`, then moved to `out/`;
    what a repeat finds there tells how far the last attempt came, so that an attempt whose outcome is unknown never
    sends the file twice, not even after the agent took it away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, file: OutgoingFile, _connection: Connection) -> None:
        """Force each step to disk before the next; a reader never sees half a file."""
        await asyncio.to_thread(self._lay_down, file)

    def _lay_down(self, file: OutgoingFile) -> None:
        practice = self._folder / str(file.practice_id)
        making, released, out = (practice / name for name in ("making", "released", "out"))
        for folder in (making, released, out):
            folder.mkdir(parents=True, exist_ok=True)
        _force_folder(practice)
        name = f"{file.receiver}-{file.interchange_control}-{file.submission_id}.837"
        draft, mark = making / f"{name}.part", released / f"{name}.released"
        if not mark.exists():
            _write_forced(draft, file.content)
            _force_folder(making)
            mark.touch()
            _force_folder(released)
        if draft.exists():
            draft.replace(out / name)
            _force_folder(out)


def _write_forced(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _force_folder(folder: Path) -> None:
    """The names in a folder survive a power cut only once the folder itself is on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
