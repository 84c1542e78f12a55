"""The shared test server: one for all users, gone with the last."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from ar_tools.pg_binaries import find_binaries
from ar_tools.postgres import MARKER
from ar_tools.processes import is_locked, wait_until
from ar_tools.shared_postgres import shared_postgres
from ar_tools.sql import execute, fetch_names

PREFER = 15


def server_process(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "cluster" / "data" / "postmaster.pid").read_text().splitlines()[0]))


def test_users_share_one_server_and_the_last_one_ends_it(tmp_path: Path) -> None:
    with shared_postgres(tmp_path, prefer=PREFER) as first:
        with shared_postgres(tmp_path, prefer=PREFER) as second:
            assert second == first
        server = server_process(tmp_path)
        execute(first.url(), "CREATE DATABASE clone_of_a_killed_run")
    assert wait_until(lambda: not is_locked(tmp_path / "keeper.lock"), seconds=10)
    assert not server.is_running()

    with shared_postgres(tmp_path, prefer=PREFER) as third:
        names = fetch_names(third.url(), "SELECT datname FROM pg_database")
    assert "postgres" in names
    assert "clone_of_a_killed_run" not in names


def test_a_user_that_is_killed_does_not_keep_the_server(tmp_path: Path) -> None:
    hold = "import sys, pathlib, signal; from ar_tools.shared_postgres import shared_postgres\n"
    hold += "with shared_postgres(pathlib.Path(sys.argv[1])): print('holding', flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"holding\n"
        assert is_locked(tmp_path / "keeper.lock")
        os.kill(user.pid, signal.SIGKILL)

    assert wait_until(lambda: not is_locked(tmp_path / "keeper.lock"), seconds=10)


def test_a_cluster_that_does_not_start_is_made_anew(tmp_path: Path) -> None:
    cluster = tmp_path / "cluster"
    (cluster / "data").mkdir(parents=True)
    (cluster / MARKER).write_text(str(find_binaries(prefer=PREFER).major))
    (cluster / "password").write_text("spoilt")

    with shared_postgres(tmp_path, prefer=PREFER) as server:
        assert fetch_names(server.url(), "SELECT current_user::text") == ["postgres"]
