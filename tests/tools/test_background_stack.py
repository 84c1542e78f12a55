"""`make up` and `make down`, with services that only say they are ready in place of the real ones."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from ar_tools.processes import is_locked, wait_until

APP = """
def create_app():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                event = (await receive())["type"]
                await send({"type": f"{event}.complete"})
                if event == "lifespan.shutdown":
                    return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    return app
"""
SERVICE_NAMES = ("claims_api", "followup_worker", "reporting_api")
SANDBOX = """print('{"client_id": "c", "client_secret": "s", "practice": "p"}')"""
FAKES = {
    "ar_shared/platform/bootstrap.py": "",
    "ar_shared/platform/migrate.py": "",
    "claims_api/main.py": APP,
    "claims_api/sandbox.py": SANDBOX,
    "followup_worker/main.py": APP,
    "reporting_api/main.py": APP,
}

# `make up` takes the usual ports when they are free, so such tests take turns.
pytestmark = pytest.mark.xdist_group("usual_ports")


@pytest.fixture(scope="module")
def fakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fakes")
    for name, text in FAKES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for package in list(file.relative_to(root).parents)[:-1]:
            (root / package / "__init__.py").touch()
        file.write_text(text)
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@dataclass(frozen=True)
class Make:
    """Runs `make up` and `make down` on the test's own folder."""

    folder: Path
    fakes: Path

    def start(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ar_tools.background_stack", command, "--folder", str(self.folder)],
            env={**os.environ, "PYTHONPATH": str(self.fakes)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> str:
        """What it printed."""
        with self.start(command) as process:
            assert process.stdout is not None
            printed = process.stdout.read()
        assert process.returncode == 0, printed
        return printed


@pytest.fixture
def make(fakes: Path, folder: Path) -> Iterator[Make]:
    made = Make(folder, fakes)
    yield made
    made.run("down")


def supervisor(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "supervisor.pid").read_text()))


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_up_twice_is_one_stack_and_down_leaves_no_process(make: Make, folder: Path) -> None:
    first = make.run("up")
    before = supervisor(folder)
    facts = json.loads((folder / "stack.json").read_text())
    family = [before, *before.children(recursive=True)]

    assert make.run("up") == first
    assert supervisor(folder) == before
    assert len(family) >= 5
    assert (folder / "stack.json").stat().st_mode & 0o777 == 0o600
    assert facts.keys() == {*SERVICE_NAMES, "token_url", "database_url", "client_id", "client_secret", "practice"}

    assert make.run("down") == "Stopped\n"
    assert all_gone(family)
    assert not (folder / "stack.json").exists()
    assert make.run("down") == "Nothing was running\n"


def test_after_a_killed_supervisor_up_starts_anew_over_the_stale_state(make: Make, folder: Path) -> None:
    make.run("up")
    old = supervisor(folder)
    family = old.children(recursive=True)
    old.kill()
    assert wait_until(lambda: all_gone(family), seconds=10)
    assert (folder / "stack.json").exists()

    make.run("up")

    assert supervisor(folder) != old
    assert is_locked(folder / "supervisor.lock")


def test_a_stack_whose_service_died_is_started_anew(make: Make, folder: Path) -> None:
    make.run("up")
    old = supervisor(folder)
    next(child for child in old.children() if "reporting_api.main:create_app" in child.cmdline()).kill()

    make.run("up")

    assert supervisor(folder) != old


def test_interrupting_up_ends_what_it_began(make: Make, folder: Path) -> None:
    (folder / "supervisor.pid").unlink(missing_ok=True)
    with make.start("up") as process:
        assert wait_until(lambda: is_locked(folder / "supervisor.lock"), seconds=10)
        os.kill(process.pid, signal.SIGINT)

    assert wait_until(lambda: not is_locked(folder / "supervisor.lock"), seconds=10)
    assert not (folder / "stack.json").exists()
