"""`make up` and `make down`: one stack in the background, described by `.run/stack.json`.

A supervisor process owns the stack and holds a lock while it lives, so a state file that it left behind when it
was killed is told from a live one. The services and PostgreSQL end with it.
"""

import argparse
import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ar_tools.processes import (
    exit_on_sigterm,
    file_lock,
    in_background,
    is_locked,
    last_lines,
    wait_until,
    write_private,
)
from ar_tools.stack import SERVICES, is_ready, running_stack

FOLDER: Final = Path(__file__).resolve().parents[2] / ".run"
STOP_SECONDS: Final = 30
START_SECONDS: Final = 120


def up(folder: Path = FOLDER) -> dict[str, Any]:
    """The facts of the running stack, started unless it already runs and is ready."""
    if facts := _running(folder):
        return facts
    down(folder)
    command = [sys.executable, "-m", "ar_tools.background_stack", "supervise", "--folder", str(folder)]
    subprocess.run(command, check=False)
    # Ours, or that of another `make up` that was quicker.
    if facts := _running(folder):
        return facts
    log = folder / "logs" / "stack.log"
    sys.exit(f"the stack did not start; {log} ends with:\n{last_lines(log)}")


def down(folder: Path = FOLDER) -> bool:
    """Stop the stack; False when none ran. Data and logs stay."""
    lock = _lock(folder)
    running = is_locked(lock)
    for number in (signal.SIGTERM, signal.SIGKILL):
        if is_locked(lock):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int((folder / "supervisor.pid").read_text()), number)
            wait_until(lambda: not is_locked(lock), STOP_SECONDS)
    (folder / "stack.json").unlink(missing_ok=True)
    return running


def supervise(ready: Callable[[], None], *, folder: Path) -> None:
    """Own the stack until SIGTERM. Raises TimeoutError when another supervisor has it."""
    with file_lock(_lock(folder), patience_seconds=1):
        (folder / "stack.json").unlink(missing_ok=True)
        write_private(folder / "supervisor.pid", str(os.getpid()))
        with running_stack(folder, usual_ports=True) as stack:
            write_private(folder / "stack.json", json.dumps(stack.facts(), indent=2) + "\n")
            try:
                ready()
                while True:
                    signal.pause()
            finally:
                (folder / "stack.json").unlink(missing_ok=True)


def _lock(folder: Path) -> Path:
    return folder / "supervisor.lock"


def _running(folder: Path) -> dict[str, Any] | None:
    """The facts of a live stack that is ready; waits for one that is just starting."""
    wait_until(lambda: _facts(folder) is not None or not is_locked(_lock(folder)), START_SECONDS)
    facts = _facts(folder)
    if facts is None or not is_locked(_lock(folder)):
        return None
    return facts if all(is_ready(facts[service.package]) for service in SERVICES) else None


def _facts(folder: Path) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = json.loads((folder / "stack.json").read_text())
    except FileNotFoundError:
        return None
    return facts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ar_tools.background_stack", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "supervise"])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    exit_on_sigterm()
    try:
        _run(options.command, options.folder)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(command: str, folder: Path) -> None:
    if command == "supervise":
        serve = functools.partial(supervise, folder=folder)
        sys.exit(0 if in_background(serve, log=folder / "logs" / "stack.log") else 1)
    if command == "down":
        print("Stopped" if down(folder) else "Nothing was running")
        return
    facts = up(folder)
    for service in SERVICES:
        print(f"{service.name:16} {facts[service.package]}/docs")
    print(f"{'client, secret':16} {folder / 'stack.json'}")


if __name__ == "__main__":
    main()
