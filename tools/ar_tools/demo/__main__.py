"""`python -m ar_tools.demo [FILES]`: a stack of its own, the main job, the figures; then it stays until Ctrl-C.

`DEMO_EXIT=1` ends it by itself. It keeps its data in `.run/demo` and starts from nothing each time.
"""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console

from ar_tools.demo.api import Api, ApiError
from ar_tools.demo.half_year import HalfYear
from ar_tools.demo.own_files import run_own_files
from ar_tools.demo.run import progress_bars, run_half_year
from ar_tools.demo.summary import print_doors, print_summary
from ar_tools.postgres import MARKER, wipe
from ar_tools.processes import exit_on_sigterm, file_lock
from ar_tools.stack import Stack, running_stack

FOLDER: Final = Path(__file__).resolve().parents[3] / ".run" / "demo"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ar_tools.demo", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="X12 files of your own instead of the invented half year")
    files: list[Path] = parser.parse_args().files
    for file in files:
        if not file.is_file():
            sys.exit(f"there is no file {file}")
    exit_on_sigterm()
    console = Console(highlight=False)
    try:
        with _alone():
            _wipe()
            console.print("Starting PostgreSQL and three services")
            with running_stack(FOLDER, profile="fast", usual_ports=True) as stack:
                _show(stack, files, console)
    except KeyboardInterrupt:
        console.print("\nStopped.")
        sys.exit(130)
    except ApiError as error:
        sys.exit(str(error))


def _show(stack: Stack, files: list[Path], console: Console) -> None:
    api = Api(stack.facts())
    try:
        with progress_bars(console) as show:
            if files:
                run_own_files(api, files, show, console)
            else:
                run_half_year(api, HalfYear(), show)
        print_summary(api, console)
        print_doors(api, console, folder=str(FOLDER / "logs"))
    finally:
        api.close()
    if os.environ.get("DEMO_EXIT") != "1":
        signal.pause()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Raises SystemExit when another demo runs: it would lose its data."""
    try:
        with file_lock(FOLDER / "demo.lock", patience_seconds=1):
            yield
    except TimeoutError:
        sys.exit("a demo is running already; stop it first (Ctrl-C in its terminal)")


def _wipe() -> None:
    if (FOLDER / "postgres" / MARKER).exists():
        wipe(FOLDER / "postgres")


if __name__ == "__main__":
    main()
