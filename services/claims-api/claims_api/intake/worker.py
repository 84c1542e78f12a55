"""The process that reads large files: `python -m claims_api.intake.worker`, started by `claims_api.file_worker`.

Takes lines `practice file` from standard input, one at a time, and answers each with `done` or `failed`.
"""

import asyncio
import os
import sys
import threading
from typing import IO, Final
from uuid import UUID

from ar_shared.kernel.clock import SystemClock
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.database import Database
from ar_shared.platform.logs import configure_logging, error_fields, get_logger
from claims_api.intake.resume_files import take_up_file
from claims_api.practices.queries import DatabaseClientDirectory
from claims_api.settings import ClaimsSettings

_GIVES_WAY_BY: Final = 10
_CONNECTIONS: Final = 3
_WORD: Final = {True: "done", False: "failed"}


def main() -> None:
    """Works until standard input ends, which it does when the service ends."""
    os.nice(_GIVES_WAY_BY)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing but replies goes where replies go
    settings = ClaimsSettings()
    configure_logging(f"{settings.service_name}-files", settings.log_level, sys.stderr)
    asyncio.run(_serve(settings, replies))


async def _serve(settings: ClaimsSettings, replies: IO[str]) -> None:
    database = Database(
        settings.database_url.get_secret_value(),
        min_size=0,
        max_size=_CONNECTIONS,
        statement_cache_size=settings.db_statement_cache_size,
    )
    files: asyncio.Queue[str] = asyncio.Queue()
    threading.Thread(target=_listen, args=(asyncio.get_running_loop(), files), daemon=True).start()
    while True:
        practice_id, file_id = (await files.get()).split()
        is_done = await _take_up(settings, database, int(practice_id), UUID(file_id))
        replies.write(f"{_WORD[is_done]}\n")


def _listen(loop: asyncio.AbstractEventLoop, files: asyncio.Queue[str]) -> None:
    """In a thread of its own, so that the end of the service is noticed while a file is read."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(files.put_nowait, line)
    os._exit(0)


async def _take_up(settings: ClaimsSettings, database: Database, practice_id: int, file_id: UUID) -> bool:
    try:
        await take_up_file(
            database,
            SystemClock(),
            DatabaseClientDirectory(database),
            practice_id,
            file_id=file_id,
            attempts=settings.edi_attempts,
        )
    except ServiceUnavailableError:
        return False
    except Exception as error:  # the file is tried again when its lease is over, and parked in the end
        get_logger().error("background_work_failed", kind="edi", **error_fields(error))
        return False
    return True


if __name__ == "__main__":
    main()
