"""One test server per work tree, shared by all test processes and stopped when the last of them ends.

Each user holds a shared lock while it uses the server; a keeper process in the background runs the server and
waits for the exclusive lock, which the kernel gives it once all users are gone, however they ended.
"""

import argparse
import contextlib
import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from ar_tools.postgres import Postgres, PostgresError, ServerAddress, wipe
from ar_tools.processes import file_lock, in_background, is_locked, write_private
from ar_tools.sql import execute, fetch_names

CLONE_PREFIX = "clone_"


@contextlib.contextmanager
def shared_postgres(folder: Path, *, prefer: int | None = None) -> Iterator[ServerAddress]:
    """The address of the folder's server (profile `fast`), started for its first user. Raises PostgresError."""
    with file_lock(folder / "users.lock", shared=True):
        with file_lock(folder / "start.lock"):
            if not is_locked(folder / "keeper.lock"):
                _start_keeper(folder, prefer)
        yield ServerAddress(**json.loads((folder / "address.json").read_text()))


def _start_keeper(folder: Path, prefer: int | None) -> None:
    """In a Python of its own: this process may have threads, and the keeper outlives it."""
    command = [sys.executable, "-m", __name__, str(folder), *([str(prefer)] if prefer else [])]
    started = subprocess.run(command, capture_output=True, text=True, check=False)
    if started.returncode != 0:
        raise PostgresError(f"the test server does not start, see {folder / 'keeper.log'}: {started.stderr}")


def keep(ready: Callable[[], None], *, folder: Path, prefer: int | None) -> None:
    """Run the server until the last user is gone; the next one waits until it has stopped."""
    with (
        contextlib.ExitStack() as released_last,
        file_lock(folder / "keeper.lock"),
        _started(folder / "cluster", prefer) as server,
    ):
        _drop_leftovers(server)
        write_private(folder / "address.json", json.dumps(asdict(server.address)))
        ready()
        released_last.enter_context(file_lock(folder / "users.lock"))


@contextlib.contextmanager
def _started(folder: Path, prefer: int | None) -> Iterator[Postgres]:
    server = Postgres(folder, profile="fast", prefer=prefer)
    try:
        try:
            server.start()
        except PostgresError:
            wipe(folder)  # without fsync a power cut may have spoilt it, and nothing in it matters
            server.start()
        yield server
    finally:
        server.stop()


def _drop_leftovers(server: Postgres) -> None:
    """Clones of killed test runs: nobody uses the server yet."""
    query = f"SELECT datname FROM pg_database WHERE datname LIKE '{CLONE_PREFIX}%'"  # a constant
    leftovers = fetch_names(server.url(), query)
    execute(server.url(), *(f"DROP DATABASE {name}" for name in leftovers))


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {__name__}", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("prefer", type=int, nargs="?")
    options = parser.parse_args()
    serve = functools.partial(keep, folder=options.folder, prefer=options.prefer)
    if not in_background(serve, log=options.folder / "keeper.log"):
        sys.exit(1)


if __name__ == "__main__":
    main()
