"""The ways out: what takes an 837 file to whoever passes it on."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID


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

    async def deliver(self, file: OutgoingFile) -> None:
        """Hand the file over. Raises OSError or ServiceUnavailableError when it cannot; it is tried again."""
        ...


class DropFolder:
    """A folder that a transfer agent empties: `<folder>/<practice>/out/<receiver>-<interchange>.837`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, file: OutgoingFile) -> None:
        """Write beside and rename, so that a reader never sees half a file."""
        await asyncio.to_thread(self._write, file)

    def _write(self, file: OutgoingFile) -> None:
        out = self._folder / str(file.practice_id) / "out"
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{file.receiver}-{file.interchange_control}.837"
        draft = target.with_suffix(f".{file.submission_id}.part")
        with draft.open("wb") as stream:
            stream.write(file.content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
