"""The launcher: whose folder it takes, what survives a kill, and that nothing outlives its parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ar_tools.postgres import MARKER, Postgres, PostgresError, running_postgres, wipe
from ar_tools.processes import wait_until
from ar_tools.sql import execute, fetch_names


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cluster for the tests of this file: making it takes most of a second."""
    return tmp_path_factory.mktemp("launcher") / "cluster"


@pytest.fixture
def server(folder: Path) -> Iterator[Postgres]:
    with running_postgres(folder, profile="chaos") as running:
        yield running


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).is_relative_to(folder):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    treasure = tmp_path / "treasure.txt"
    treasure.write_text("somebody's")

    with pytest.raises(PostgresError, match="left alone"), running_postgres(tmp_path):
        pass
    with pytest.raises(PostgresError, match="left alone"):
        wipe(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["treasure.txt"]


def test_a_folder_made_by_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text("9")

    with pytest.raises(PostgresError, match="made by PostgreSQL 9"), running_postgres(tmp_path):
        pass


def test_a_killed_server_comes_back_on_its_port_with_all_that_was_committed(server: Postgres) -> None:
    url = server.url()
    execute(url, "DROP TABLE IF EXISTS fact", "CREATE TABLE fact (n text)", "INSERT INTO fact VALUES ('kept')")

    server.kill()
    assert not server.is_running
    server.start()

    assert server.url() == url
    assert fetch_names(url, "SELECT n FROM fact") == ["kept"]


def test_only_the_folder_s_owner_can_read_its_password(server: Postgres) -> None:
    assert (server.folder / "password").stat().st_mode & 0o777 == 0o600


def test_a_pid_file_that_names_a_process_of_somebody_else_does_not_hold_up_the_start(server: Postgres) -> None:
    pid_file = server.folder / "data" / "postmaster.pid"
    content = pid_file.read_text().splitlines()
    server.kill()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *content[1:]]))
        server.start()
        stranger.kill()

    assert server.is_running


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux kernel tells children of their parent's death")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_however_its_parent_ends_the_server_ends_too(folder: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "ar_tools.postgres", str(folder), "--profile", "chaos"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith(b"postgresql://")
        assert len(processes_in(folder)) > 1
        os.kill(parent.pid, number)

    assert wait_until(lambda: processes_in(folder) == [], seconds=10), processes_in(folder)
