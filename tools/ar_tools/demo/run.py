"""The main job, step by step, with a bar for each thing that moves."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ar_tools.demo.api import Api
from ar_tools.demo.half_year import HalfYear, WeeklyFile

BANK_ACCOUNT: Final = {"name": "Operating account", "account_number": "90002"}
"""The account into which simulated payers pay: declared, it gets the statements of its bank."""

Show = Callable[[str, int, int], None]
"""Called with a bar's name, how much is done and how much there is."""


@dataclass(slots=True)
class Run:
    """What went in and came back."""

    claims: int = 0
    charge_cents: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    files: list[WeeklyFile] = field(default_factory=list)


def run_half_year(api: Api, plan: HalfYear, show: Show) -> Run:
    """Send a file each week, let the simulated payers answer and pay, wait until everything has its effect."""
    run = Run()
    api.put("claims_api", "/v1/bank/accounts/by-external-id/OPERATING", BANK_ACCOUNT)
    api.post("claims_api", "/v1/test-clock", {"at": plan.starts_at.isoformat()})
    for week, file in enumerate(plan.files(), start=1):
        _advance(api, run, file.send_at, show)
        send(api, file.content)
        run.files.append(file)
        run.claims += file.claim_count
        run.charge_cents += file.charge_cents
        show("Weeks", week, plan.weeks)
        show("Claims sent", run.claims, plan.claims)
    _advance(api, run, plan.ends_at, show)
    settle(api, show)
    return run


def send(api: Api, content: bytes) -> None:
    """Take the claims of a file in and bill all of them."""
    file = api.upload(content, purpose="submit", key=hashlib.sha256(content).hexdigest())
    refuse_findings(file)
    api.post("claims_api", "/v1/submissions", {"select": "ready"})


def refuse_findings(file: dict[str, Any]) -> None:
    """Raises RuntimeError when a file of our own making was not processed whole."""
    states = {
        transaction["state"]
        for interchange in file["interchanges"]
        for group in interchange["groups"]
        for transaction in group["transactions"]
    }
    if states != {"processed"}:
        raise RuntimeError(f"a file of the demo became {sorted(states)}: {file['id']}")


def settle(api: Api, show: Show) -> None:
    """Until every event is followed up and in the reports."""
    api.wait_for_everything(lambda head, handled: show("Events followed up and reported", handled, head))


def _advance(api: Api, run: Run, to: datetime, show: Show) -> None:
    moved = api.advance(to)
    run.answers.update(moved["delivered"])
    arrived = run.answers.total()
    show("Answers of payers", arrived, arrived)


@contextmanager
def progress_bars(console: Console) -> Iterator[Show]:
    """One bar a name, in the order they are first shown."""
    bars = Progress(
        TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    tasks: dict[str, TaskID] = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bars.add_task(name, total=total)
        bars.update(tasks[name], completed=done, total=total)

    with bars:
        yield show
