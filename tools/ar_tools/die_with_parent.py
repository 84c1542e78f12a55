"""Run a command that the kernel signals when its parent dies.

`die_with_parent.py PARENT_PID SIGNAL COMMAND ...`, run as a script. Outside Linux it only runs the command.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, signal, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal))
        if os.getppid() != int(parent):
            sys.exit("the parent ended before the command started")
    os.execvp(command[0], command)  # noqa: S606  # the caller's own command, no shell


if __name__ == "__main__":
    main()
