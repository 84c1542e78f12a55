"""PostgreSQL refuses to run as root: how to start it as somebody else."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Own user namespace: files stay root's on disk, also below folders only root may enter.
AS_MAPPED_USER = ("unshare", "--user", "--map-user=1000")
# Where user namespaces are off: a real account, with leave to pass through folders only root may enter.
AS_NOBODY = (
    "setpriv",
    "--reuid=nobody",
    "--clear-groups",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=+dac_override",
)


class UnprivilegedError(RuntimeError):
    """Running as root, and neither `unshare` nor `setpriv` can change that."""


@dataclass(frozen=True)
class Account:
    """`prefix` goes in front of a command; `user_id`, when set, must own the files it writes."""

    prefix: tuple[str, ...] = ()
    user_id: int | None = None

    def take_over(self, folder: Path) -> None:
        """Make the account the owner of a folder and all in it."""
        if self.user_id is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.user_id, -1)


@cache
def unprivileged() -> Account:
    """The account to run PostgreSQL under: our own unless we are root."""
    if os.geteuid() != 0:
        return Account()
    if _works(AS_MAPPED_USER):
        return Account(AS_MAPPED_USER)
    if _works(AS_NOBODY):
        return Account(AS_NOBODY, user_id=pwd.getpwnam("nobody").pw_uid)
    raise UnprivilegedError("PostgreSQL does not run as root, and unshare and setpriv do not work here")


def _works(prefix: tuple[str, ...]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
