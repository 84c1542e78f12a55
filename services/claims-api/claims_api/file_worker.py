"""The one process of a replica that reads large files, so that reading never holds up other requests.

It is started with the first large file and gets one file at a time by name; it reads, posts and records as the
service would. It ends when the service does, whatever ends that: its standard input closes. One that crashes loses
its lease like any worker, and the file is tried again.
"""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.logs import get_logger

COMMAND: Final = (sys.executable, "-m", "claims_api.intake.worker")
DONE: Final = b"done\n"
_ENDS_WITHIN_SECONDS: Final = 5.0
_File = tuple[int, UUID]


class FileWorker:
    """Files are worked on in the order in which they are offered. `environment` is that of the process."""

    def __init__(self, environment: Mapping[str, str], command: tuple[str, ...] = COMMAND) -> None:
        self._environment = dict(environment)
        self._command = command
        self._waiting: dict[_File, asyncio.Future[None]] = {}
        self._working: asyncio.Task[None] | None = None
        self._process: Process | None = None

    def offer(self, practice_id: int, file_id: UUID) -> asyncio.Future[None]:
        """Done when the worker has let the file go, finished or not; a file that waits already is not asked twice.

        The future raises ServiceUnavailableError when the worker failed: the file is tried again by its lease.
        """
        future = self._waiting.get((practice_id, file_id))
        if future is None:
            future = asyncio.get_running_loop().create_future()
            future.add_done_callback(_looked_at)
            self._waiting[practice_id, file_id] = future
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return future

    async def close(self) -> None:
        """End the process; a file in work is taken up by another worker when its lease is over."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        if self._process is not None:
            await _end(self._process)
        self._process = None

    async def _work(self) -> None:
        try:
            while self._waiting:
                file = next(iter(self._waiting))
                is_done = await self._hand_over(file)
                _settle(self._waiting.pop(file), is_done)
        finally:
            for future in self._waiting.values():
                _settle(future, False)
            self._waiting.clear()

    async def _hand_over(self, file: _File) -> bool:
        """Whether the worker let the file go without failing."""
        try:
            process = await self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{file[0]} {file[1]}\n".encode())
            await process.stdin.drain()
            answer = await process.stdout.readline()
        except OSError:
            answer = b""
        if not answer and self._process is not None:
            get_logger().error("file_worker_ended")
            await _end(self._process)
            self._process = None
        return answer == DONE

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, env=self._environment
            )
        return self._process


def _settle(future: asyncio.Future[None], is_done: bool) -> None:
    if future.done():
        return
    if is_done:
        future.set_result(None)
    else:
        future.set_exception(ServiceUnavailableError("the file is taken up again later", retry_after_seconds=30))


def _looked_at(future: asyncio.Future[None]) -> None:
    """Nobody has to wait for it."""
    if not future.cancelled():
        future.exception()


async def _end(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_ENDS_WITHIN_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
