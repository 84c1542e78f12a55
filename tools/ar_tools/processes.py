"""Child and background processes that leave nothing behind."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

POLL_SECONDS = 0.02


@cache
def _spawner() -> ThreadPoolExecutor:
    """The kernel counts the thread that forked as the parent, so all children come from one that lasts."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


def bound_to_us(command: Sequence[str], when_we_die: signal.Signals) -> list[str]:
    """The command, run so that the kernel sends it the signal when the thread that starts it ends (Linux)."""
    helper = Path(__file__).with_name("die_with_parent.py")
    return [sys.executable, "-I", "-S", str(helper), str(os.getpid()), str(int(when_we_die)), *command]


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    when_parent_dies: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session (Ctrl-C reaches only us) with its output appended to `log`.

    `before` is put in front of everything, for programs that change the account and then run the rest.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return (
            _spawner()
            .submit(
                subprocess.Popen,
                [*before, *bound_to_us(command, when_parent_dies)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )
            .result()
        )


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience_seconds: float = 10) -> None:
    """Send each signal in turn until the child ends, then kill what is left of its session."""
    for number in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_seconds)
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for the child and everything in its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def exit_on_sigterm() -> None:
    """Make SIGTERM unwind the stack like Ctrl-C does, so that `with` blocks clean up.

    Ctrl-C counts again too: whoever was started in the background inherits that it is ignored.
    """

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def file_lock(path: Path, *, shared: bool = False, patience_seconds: float | None = None) -> Iterator[None]:
    """Hold an advisory lock; the kernel releases it however the process ends.

    Waits for ever, or raises TimeoutError when somebody else still holds it after `patience_seconds`.
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if patience_seconds is None:
            fcntl.flock(file, kind)
        elif not wait_until(lambda: _got_lock(file, kind), patience_seconds):
            raise TimeoutError(f"{path} is held by another process")
        yield


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock exclusively."""
    if not path.exists():
        return False
    with path.open("a") as file:
        return not _got_lock(file, fcntl.LOCK_SH)


def _got_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def last_lines(path: Path, count: int = 10) -> str:
    """The end of a log, for an error message."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:]) if path.exists() else ""


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def wait_until(fact: Callable[[], bool], seconds: float) -> bool:
    """Poll a fact; False when it has not come true in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def in_background(serve: Callable[[Callable[[], None]], None], *, log: Path) -> bool:
    """Run `serve(ready)` in a process that outlives this one.

    True once it has called `ready`, False when it ended without. Interrupting the wait ends it.
    Only for a process without other threads (it forks).
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _detach(log)
        _serve_and_exit(serve, write)
    os.close(write)
    try:
        return os.read(read, 1) == b"1"
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(read)


def _detach(log: Path) -> None:
    os.setsid()
    log.parent.mkdir(parents=True, exist_ok=True)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


def _serve_and_exit(serve: Callable[[Callable[[], None]], None], write: int) -> NoReturn:
    code = 1
    try:
        exit_on_sigterm()
        serve(lambda: os.close(write) if os.write(write, b"1") else None)
        code = 0
    except SystemExit:
        code = 0
    except BaseException:  # the process ends here: its log is the only reader
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
