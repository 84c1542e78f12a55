"""A private PostgreSQL for the demo, the local stack, tests and chaos runs.

`python -m ar_tools.postgres FOLDER` runs one until it is interrupted. Production does not use this.
"""

import argparse
import contextlib
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import psutil

from ar_tools.pg_binaries import PostgresBinaries, find_binaries
from ar_tools.processes import exit_on_sigterm, kill, last_lines, spawn, stop, wait_until, write_private
from ar_tools.unprivileged import unprivileged

HOST: Final = "127.0.0.1"
SUPERUSER: Final = "postgres"
MARKER: Final = "ledgerwell-postgres.marker"
# Below the ports the kernel hands to clients: a client that retries while the server is down
# could otherwise be given the server's own port and connect to itself.
PORTS: Final = range(20000, 32000)
STALE_SECONDS: Final = 10
RECOVERY_SECONDS: Final = 120
# Why a start fails while what a killed server left is still going away.
PASSING: Final = ("lock file", "pre-existing shared memory", "Address already in use")

Profile = Literal["durable", "fast", "chaos"]
ALWAYS: Final[Mapping[str, str]] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    # Statements and row values may hold patient data: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
}
PROFILES: Final[Mapping[Profile, Mapping[str, str]]] = {
    "durable": {"shared_buffers": "256MB", "max_wal_size": "4GB", "checkpoint_timeout": "15min"},
    # Loses data when the machine stops, not when PostgreSQL is killed.
    "fast": {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    # Every acknowledged commit is on disk, and little has to be replayed after a kill.
    "chaos": {"shared_buffers": "64MB", "max_wal_size": "64MB", "checkpoint_timeout": "30s"},
}


class PostgresError(RuntimeError):
    """The server cannot be started; the message says what to do or ends with its log."""


@dataclass(frozen=True)
class ServerAddress:
    port: int
    password: str

    def url(self, database: str = "postgres", *, user: str = SUPERUSER, password: str | None = None) -> str:
        return f"postgresql://{user}:{password or self.password}@{HOST}:{self.port}/{database}"


class Postgres:
    """One server over one marked folder; it keeps its port and data over `stop`, `kill` and `start`."""

    def __init__(
        self,
        folder: Path,
        *,
        profile: Profile = "durable",
        port: int | None = None,
        prefer: int | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.profile = profile
        self.port = port or free_port()
        self._prefer = prefer
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "postgres.log"
        self._data = self.folder / "data"

    @property
    def address(self) -> ServerAddress:
        return ServerAddress(self.port, (self.folder / "password").read_text())

    def url(self, database: str = "postgres", *, user: str = SUPERUSER, password: str | None = None) -> str:
        return self.address.url(database, user=user, password=password)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it takes connections, after a crash as well.

        What a killed server left (its backends, its pid file) gets 10 s to go away. Raises PostgresError.
        """
        major = _claim(self.folder)
        binaries = find_binaries(prefer=major or self._prefer)
        self._prepare(binaries, major)
        deadline = time.monotonic() + STALE_SECONDS
        while not self._launch(binaries):
            if time.monotonic() > deadline or not any(reason in last_lines(self._log) for reason in PASSING):
                raise PostgresError(f"PostgreSQL does not start; {self._log} ends with:\n{last_lines(self._log)}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, committed data is on disk."""
        if self._process is not None:
            stop(self._process, signal.SIGINT, signal.SIGQUIT)
            self._process = None

    def kill(self) -> None:
        """kill -9 for the server; its backends notice and end. `start` then recovers from the log."""
        if self._process is not None:
            kill(self._process)
            self._process = None

    def _prepare(self, binaries: PostgresBinaries, major: int | None) -> None:
        if major is None:
            (self.folder / MARKER).write_text(str(binaries.major))
        elif major != binaries.major:
            raise PostgresError(
                f"{self.folder} was made by PostgreSQL {major} and {binaries.folder} is {binaries.major}; "
                "set AR_PG_BIN, or remove the folder if its data may go"
            )
        if not self._data.exists():
            self._make_cluster(binaries)

    def _make_cluster(self, binaries: PostgresBinaries) -> None:
        password = self.folder / "password"
        write_private(password, secrets.token_hex(16))
        draft = self.folder / "data.new"
        account = unprivileged()
        shutil.rmtree(draft, ignore_errors=True)
        account.take_over(self.folder)
        command = [
            *account.prefix,
            *(binaries.program("initdb"), f"--pgdata={draft}", f"--username={SUPERUSER}"),
            *(
                "--encoding=UTF8",
                "--locale=C",
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "--no-instructions",
            ),
            *(["--no-sync"] if self.profile == "fast" else []),
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise PostgresError(f"initdb failed: {made.stdout}{made.stderr}")
        draft.rename(self._data)

    def _launch(self, binaries: PostgresBinaries) -> bool:
        self._forget_dead_server()
        settings = {**ALWAYS, **PROFILES[self.profile], "port": str(self.port)}
        process = spawn(
            [
                *(binaries.program("postgres"), "-D", str(self._data)),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            before=unprivileged().prefix,
            log=self._log,
            when_parent_dies=signal.SIGINT,
        )
        self._process = process
        wait_until(lambda: process.poll() is not None or self._is_ready(process.pid), seconds=RECOVERY_SECONDS)
        return process.poll() is None and self._is_ready(process.pid)

    def _forget_dead_server(self) -> None:
        """Remove the pid file when nobody works in the data folder.

        PostgreSQL itself would be held up by a number that another process has now, or by a dead process
        that nobody has collected.
        """
        pid_file = self._data / "postmaster.pid"
        if pid_file.exists() and not any(_works_in(process, self._data) for process in psutil.process_iter()):
            pid_file.unlink()

    def _is_ready(self, pid: int) -> bool:
        """Read from the pid file, as pg_ctl does: line 1 is the process, line 8 its state."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
        return False


@contextlib.contextmanager
def running_postgres(
    folder: Path, *, profile: Profile = "durable", port: int | None = None, prefer: int | None = None
) -> Iterator[Postgres]:
    """A started server that is stopped at the end, also by Ctrl-C or when this process is killed (Linux).

    Data stay in `folder`, which must be empty, absent or marked as ours; it is never adopted otherwise.
    """
    server = Postgres(folder, profile=profile, port=port, prefer=prefer)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _claim(folder: Path) -> int | None:
    """The major version that made the folder's data, None when it is new. Raises PostgresError."""
    marker = folder / MARKER
    folder.mkdir(parents=True, exist_ok=True)
    if marker.exists():
        return int(marker.read_text())
    if any(folder.iterdir()):
        raise PostgresError(f"{folder} is not empty and holds no {MARKER}: it is left alone")
    return None


def wipe(folder: Path) -> None:
    """Remove a folder that carries the marker. Raises PostgresError when it does not."""
    if not (folder / MARKER).exists():
        raise PostgresError(f"{folder} holds no {MARKER}: it is left alone")
    shutil.rmtree(folder)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder))
    except psutil.Error:
        return False


def free_port() -> int:
    for port in random.sample(PORTS, k=len(PORTS)):  # no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise PostgresError(f"no free port from {PORTS[0]} to {PORTS[-1]}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ar_tools.postgres", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", choices=get_args(Profile), default="durable")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    exit_on_sigterm()
    try:
        with running_postgres(options.folder, profile=options.profile, port=options.port) as server:
            print(server.url(), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        sys.exit(130)
    except PostgresError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
