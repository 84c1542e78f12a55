"""`make check`: every check in order, each with its time, stopping at the first that fails."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ar_tools.processes import bound_to_us, exit_on_sigterm
from ar_tools.test_databases import ROOT

INTERRUPTED_SECONDS: Final = 15


@dataclass(frozen=True)
class Step:
    """One Python module run with its arguments."""

    name: str
    command: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


SERIAL: Final = ("--ignore=tests/tools", "--ignore=tests/journeys")
STEPS: Final = (
    Step("lint", ("ruff", "check", "--quiet", ".")),
    Step("format", ("ruff", "format", "--check", "--quiet", ".")),
    Step("migrations from table models", ("ar_tools.schema", "--check")),
    Step("pages from code", ("ar_tools.docs", "--check")),
    Step("service contracts", ("ar_tools.openapi", "--check")),
    Step("types", ("mypy", "shared", "services", "tools", "tests")),
    Step("import contracts and lock", ("pytest", "-q", "tests/contracts")),
    Step("tests", ("pytest", "-q", "-n", "2", "--dist", "loadgroup", "tests", "--ignore=tests/contracts", *SERIAL)),
    # These take the usual ports, so they run one after the other.
    Step("tests of the local stack", ("pytest", "-q", "tests/tools", "tests/journeys")),
    Step("tests on the other PostgreSQL", ("pytest", "-q", "-m", "smoke", "tests"), {"AR_PG_BIN": "wheel"}),
)


def main() -> None:
    exit_on_sigterm()
    started = time.monotonic()
    for step in STEPS:
        print(f"== {step.name}: {' '.join(step.command)}", flush=True)
        since = time.monotonic()
        code = run(step)
        print(f"== {step.name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - since:.1f} s", flush=True)
        if code != 0:
            sys.exit(f"check failed at: {step.name}")
    print(f"check passed in {time.monotonic() - started:.1f} s")


def run(step: Step) -> int:
    """The step's exit code. When we are interrupted the step may end by itself before it is killed."""
    command = bound_to_us([sys.executable, "-m", *step.command], signal.SIGTERM)
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **step.settings})
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(INTERRUPTED_SECONDS)
        process.kill()
        raise


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
