"""Spoilt files never crash the service, never post in part, and are never refused without a reason and a place.

`AR_FUZZ_FILES` files (500 unless given; `test_reading.py` reads many more) from seed `AR_FUZZ_FIRST_SEED` on, `CHUNK`
to a practice. A file that fails is kept in `.cache/fuzz/`, named by its seed.
"""

import os
from collections import Counter
from typing import Any

import httpx
import pytest

from ar_tools.test_databases import ROOT

from ..remittances.books import INVARIANTS  # noqa: TID252
from ..support.claims_stack import upload  # noqa: TID252
from .conftest import Sandbox
from .files import a_spoilt_file, make_bases
from .verify import Wrong, transactions, wrong_with

FILES = int(os.environ.get("AR_FUZZ_FILES", "500"))
FIRST_SEED = int(os.environ.get("AR_FUZZ_FIRST_SEED", "1"))
CHUNK = 250
BATCH = 50
"""Files that are looked at together, by a few statements."""


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + FILES, CHUNK))
async def test_spoilt_files_are_taken_whole_or_refused_with_a_reason(sandbox: Sandbox, first: int) -> None:
    bases = make_bases()
    for base in bases:
        taken = await upload(sandbox.http, base.claims_837, purpose="already_submitted")
        assert taken.status_code == 201, taken.text
    seen: Counter[str] = Counter()
    last = min(first + CHUNK, FIRST_SEED + FILES)
    for start in range(first, last, BATCH):
        batch = {seed: a_spoilt_file(seed, bases) for seed in range(start, min(start + BATCH, last))}
        if wrong := await take(sandbox, batch, seen):
            pytest.fail("\n".join([kept(batch, wrong), *(line for lines in wrong.values() for line in lines)]))
    assert {"posted", "posted_with_held", "queued", "processed"} <= set(seen) or last - first < CHUNK, seen


async def take(sandbox: Sandbox, batch: dict[int, bytes], seen: Counter[str]) -> Wrong:
    """What is wrong with how the files were taken, by seed; counts the states of what was inside.

    Books that do not add up are not one file's: then every file of the batch is named.
    """
    wrong: Wrong = {}
    files: dict[str, int] = {}
    answers: list[dict[str, Any]] = []
    for seed, content in batch.items():
        if not content:
            continue
        try:
            answer = await upload(sandbox.http, content)
        except Exception as error:  # the app is called in this process: what it does not handle comes through
            wrong[str(seed)] = [f"it crashes: {error!r}"]
            continue
        if answer.status_code != 201:
            wrong |= {} if is_explained(answer) else {str(seed): [f"{answer.status_code}: {answer.text[:500]}"]}
            continue
        file: dict[str, Any] = answer.json()
        files[file["id"]] = seed
        answers.append(file)
        seen.update(transaction["state"] for transaction in transactions(file))
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        found = await wrong_with(connection, sandbox.practice_id, answers)
    wrong |= {str(files[file_id]): lines for file_id, lines in found.items()}
    if broken := await broken_books(sandbox):
        wrong |= {str(seed): [] for seed in batch if str(seed) not in wrong} | {str(min(batch)): broken}
    return wrong


def kept(batch: dict[int, bytes], wrong: Wrong) -> str:
    """Where the files are that something is wrong with."""
    folder = ROOT / ".cache" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in wrong:
        (folder / f"{seed}.edi").write_bytes(batch[int(seed)])
    return f"kept in {folder}: seeds {', '.join(wrong)}"


def is_explained(answer: httpx.Response) -> bool:
    return 400 <= answer.status_code < 500 and bool(answer.json().get("code"))


async def broken_books(sandbox: Sandbox) -> list[str]:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        found = {name: await connection.fetch(query, sandbox.practice_id) for name, query in INVARIANTS.items()}
    return [f"{name}: {len(rows)}, first {dict(rows[0])}" for name, rows in found.items() if rows]
