"""The services' own programs, run as in production: bootstrap, migrations, sandbox."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

ROLES: Final = ("claims", "followup", "reporting")
LAST_LINES: Final = 12


class ProgramError(RuntimeError):
    """A program failed; the message ends with what it said last."""


def run_program(module: str, *arguments: str, settings: Mapping[str, str]) -> str:
    """What `python -m module` prints, run with these variables on top of ours. Raises ProgramError."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ProgramError(f"python -m {module} failed:\n" + "\n".join(done.stderr.splitlines()[-LAST_LINES:]))
    return done.stdout


def bring_up_to_date(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Roles, grants and the three schemas. `passwords`: one per service role. Raises ProgramError."""
    settings = {f"AR_{role.upper()}_PASSWORD": passwords[role] for role in ROLES}
    settings["AR_ADMIN_DATABASE_URL"] = admin_url
    run_program("ar_shared.platform.bootstrap", settings=settings)
    run_program("ar_shared.platform.migrate", "--service", "all", settings=settings)
