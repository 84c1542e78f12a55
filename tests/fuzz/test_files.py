"""Spoilt files never crash the service, never post in part, and are never refused without a reason and a place.

`AR_FUZZ_FILES` files (300 unless given) from seed `AR_FUZZ_FIRST_SEED` on, `CHUNK` to a practice. A file that fails
is kept in `.cache/fuzz/`, named by its seed.
"""

import os
import random
from collections import Counter
from typing import Any

import httpx
import pytest

from ar_tools.test_databases import ROOT

from ..chaos.files import Files, make_files  # noqa: TID252
from ..remittances.books import INVARIANTS  # noqa: TID252
from ..support.claims_stack import upload  # noqa: TID252
from .conftest import Sandbox
from .mutate import mutated
from .verify import transactions, wrong_with

FILES = int(os.environ.get("AR_FUZZ_FILES", "300"))
FIRST_SEED = int(os.environ.get("AR_FUZZ_FIRST_SEED", "1"))
CHUNK = 150
BASES = 8
BALANCED_EVERY = 50


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + FILES, CHUNK))
async def test_spoilt_files_are_taken_whole_or_refused_with_a_reason(sandbox: Sandbox, first: int) -> None:
    bases = [make_files(number) for number in range(BASES)]
    for base in bases:
        taken = await upload(sandbox.http, base.claims_837, purpose="already_submitted")
        assert taken.status_code == 201, taken.text
    seen: Counter[str] = Counter()
    seeds = range(first, min(first + CHUNK, FIRST_SEED + FILES))
    for n, seed in enumerate(seeds, start=1):
        content = a_spoilt_file(seed, bases)
        wrong = await take(sandbox, content, seen)
        if n % BALANCED_EVERY == 0 or n == len(seeds):
            wrong += await broken_books(sandbox)
        if wrong:
            kept = ROOT / ".cache" / "fuzz" / f"{seed}.edi"
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(content)
            pytest.fail("\n".join([f"seed {seed}, kept as {kept}", *wrong]))
    assert {"posted", "posted_with_held", "queued", "processed"} <= set(seen) or len(seeds) < CHUNK, seen


def a_spoilt_file(seed: int, bases: list[Files]) -> bytes:
    """Mostly payments for claims that the practice has, each under traces of its own; claims and answers as well."""
    rng = random.Random(f"fuzz {seed}")
    base = rng.choice(bases)
    kind = rng.random()
    if kind < 0.75:
        content = rng.choice(list(base.remittances.values())).replace(b"TRC", f"T{seed}Z".encode())
    elif kind < 0.9:
        content = base.claims_837
    else:
        content = rng.choice((ACCEPTED_999, ANSWERS_277CA))
    return mutated(content, rng)


async def take(sandbox: Sandbox, content: bytes, seen: Counter[str]) -> list[str]:
    """What is wrong with how the file was taken; counts the states of what was inside."""
    if not content:
        return []
    try:
        answer = await upload(sandbox.http, content)
    except Exception as error:  # the app is called in this process: what it does not handle comes through
        return [f"it crashes: {error!r}"]
    if answer.status_code != 201:
        return [] if is_explained(answer) else [f"answered {answer.status_code}: {answer.text[:500]}"]
    file: dict[str, Any] = answer.json()
    seen.update(transaction["state"] for transaction in transactions(file))
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await wrong_with(connection, sandbox.practice_id, file)


def is_explained(answer: httpx.Response) -> bool:
    return 400 <= answer.status_code < 500 and bool(answer.json().get("code"))


async def broken_books(sandbox: Sandbox) -> list[str]:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        found = {name: await connection.fetch(query, sandbox.practice_id) for name, query in INVARIANTS.items()}
    return [f"{name}: {len(rows)}, first {dict(rows[0])}" for name, rows in found.items() if rows]


def a_file(group: str, version: str, *body: str) -> bytes:
    segments = [
        "ISA*00*          *00*          *ZZ*LWSIM          *ZZ*JUNIPER        *261020*0600*^*00501*000000009*0*T*:",
        f"GS*{group}*LWSIM*JUNIPER*20261020*0600*9*X*{version}",
        f"ST*{'999' if group == 'FA' else '277'}*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*9",
        "IEA*1*000000009",
    ]
    return ("~".join(segments) + "~").encode()


ACCEPTED_999 = a_file(
    "FA", "005010X231A1", "AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK3*CLM*22**8", "CTX*CLM01:C0X0001",
    "IK4*2*782*1", "IK5*R*5", "AK9*P*1*1*0",
)  # fmt: skip
ANSWERS_277CA = a_file(
    "HN", "005010X214", "BHT*0085*08*B1*20261020*0600*TH", "HL*1**20*1", "NM1*PR*2*PRAIRIE*****PI*TPM01", "TRN*1*B1",
    "DTP*050*D8*20261020", "DTP*009*D8*20261020", "HL*2*1*21*1", "NM1*41*2*JUNIPER*****46*JUNIPER", "TRN*2*B1",
    "STC*A1:19:PR*20261020*WQ*100", "HL*3*2*19*1", "NM1*85*2*JUNIPER*****XX*1234567893", "TRN*1*0",
    "STC*A1:19:PR**WQ*100",
    "HL*4*3*PT", "NM1*QC*1*NAME1*PAT****MI*M0001", "TRN*2*C0X0001", "STC*A2:20:PR*20261020*WQ*100",
    "REF*1K*ICN1", "DTP*472*D8*20261012",
)  # fmt: skip
