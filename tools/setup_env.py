"""Make `.venv` from requirements.lock; runs on a bare Python, before anything is installed.

Does nothing when the environment already matches this folder, this Python and the lock.
The stamp is written last, so an interrupted run is taken up by the next one.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
SOURCES = ("shared", "services/claims-api", "services/followup-worker", "services/reporting-api", "tools")


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # this script is what an older Python gets to run
        sys.exit(f"Ledgerwell needs Python 3.11 or later; this is {sys.version.split()[0]}")
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with (cache / "setup.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        bring_up_to_date()


def bring_up_to_date() -> None:
    place = f"{ROOT} {sys.version_info.major}.{sys.version_info.minor}"
    wanted = f"{place}\n{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"
    stamp = VENV / "ledgerwell.stamp"
    found = stamp.read_text() if stamp.exists() else ""
    if found == wanted:
        return
    print("Setting up .venv (once per change of requirements.lock) ...", flush=True)
    if not found.startswith(f"{place}\n"):
        make_environment(clear=bool(found))
        stamp.write_text(f"{place}\n")
    install()
    stamp.write_text(wanted)


def make_environment(*, clear: bool) -> None:
    """`clear` replaces an environment made for another folder or by another Python."""
    run(
        [sys.executable, "-m", "venv", *(["--clear"] if clear else []), str(VENV)],
        or_say="python3 -m venv failed; on Debian and Ubuntu it needs the package python3-venv",
    )


def install() -> None:
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        run([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"], or_say="could not install uv into .venv")
    run(
        [str(uv), "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", str(LOCK)],
        or_say="could not install requirements.lock into .venv",
    )
    paths = "".join(f"{ROOT / source}\n" for source in SOURCES)
    (site_packages() / "ledgerwell.pth").write_text(paths)


def site_packages() -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV), "platbase": str(VENV)}))


def run(command: list[str], *, or_say: str) -> None:
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if subprocess.run(command, cwd=ROOT, check=False, env=quiet).returncode != 0:
        sys.exit(or_say)


if __name__ == "__main__":
    main()
