"""Spoilt 835 files, read and judged without a database: each payment adds up to the cent, or says where and why not.

`AR_FUZZ_READ` files (3,000 unless given) from seed `AR_FUZZ_FIRST_SEED` on; `test_files.py` sends spoilt files
through the whole product. The report of a failure names the seed; `a_spoilt_payment` makes the file again.
"""

import os
from collections import Counter
from dataclasses import replace
from typing import Any

from ar_shared.x12.envelope import EnvelopeReader, Transaction
from ar_shared.x12.findings import UnreadableFileError
from ar_shared.x12.remittance_reader import read_835
from claims_api.remittances.domain.claim_status import ClaimHandling
from claims_api.remittances.source import StagedChunk
from claims_api.remittances.stage_835 import Source835, shown
from claims_api.remittances.staging import CLAIM, LINE

from .files import a_spoilt_payment, make_bases
from .verify import explains

FILES = int(os.environ.get("AR_FUZZ_READ", "3000"))
FIRST_SEED = int(os.environ.get("AR_FUZZ_FIRST_SEED", "1"))


def test_a_spoilt_payment_adds_up_or_says_where_it_does_not() -> None:
    bases, seen = make_bases(), Counter[str]()
    for seed in range(FIRST_SEED, FIRST_SEED + FILES):
        wrong = wrong_in_reading(a_spoilt_payment(seed, bases), seen)
        assert not wrong, f"seed {seed}: {'; '.join(wrong)}"
    assert {"posts", "waits", "holds a claim", "unreadable"} <= set(seen) or FILES < 1_000, seen


def test_a_cent_off_is_noticed() -> None:
    (content, *_) = make_bases()[0].remittances.values()
    (first, *_) = EnvelopeReader([content]).transactions()
    source, chunks = _read(first)
    assert _money_off(source, chunks) == []
    source.header = replace(source.header, payment_cents=source.header.payment_cents + 1)
    assert _money_off(source, chunks) == ["a payment that posts is not what its claims and entries come to"]


def wrong_in_reading(content: bytes, seen: Counter[str]) -> list[str]:
    """A line for each thing that must not be; counts what became of the payments."""
    reader = EnvelopeReader([content])
    try:
        return [line for one in reader.transactions() for line in _wrong_in(one, seen)]
    except UnreadableFileError as error:
        seen["unreadable"] += 1
        return [] if explains(shown(error.finding)) else [f"unreadable without a reason: {error.finding}"]


def _wrong_in(transaction: Transaction, seen: Counter[str]) -> list[str]:
    if transaction.set_id != "835":
        return []
    source, chunks = _read(transaction)
    totals = source.totals()
    seen["posts" if totals.postable else "waits"] += 1
    seen["holds a claim"] += any(claim["problem"] for claim in _claims(chunks))
    if totals.postable:
        return _money_off(source, chunks)
    return [] if any(explains(finding) for finding in totals.findings) else ["it waits and does not say why"]


def _read(transaction: Transaction) -> tuple[Source835, list[StagedChunk]]:
    source = Source835(read_835(transaction))
    return source, list(source.chunks_in_order())


def _money_off(source: Source835, chunks: list[StagedChunk]) -> list[str]:
    """Of a payment that posts: claims less entries are the payment, and each claim's lines are the claim."""
    totals, claims, lines = source.totals(), _claims(chunks), Counter[int]()
    for chunk in chunks:
        for line in chunk.lines:
            row = dict(zip(LINE, line, strict=True))
            lines[row["claim_n"]] += row["cash_cents"] or 0
    entries = sum(entry.amount_cents for entry in totals.provider_entries)
    found = []
    if sum(claim["paid_cents"] for claim in claims) - entries != source.header.payment_cents:
        found.append("a payment that posts is not what its claims and entries come to")
    found += [
        f"the lines of claim {claim['n']} pay {lines[claim['n']]}, the claim {claim['paid_cents']}"
        for claim in claims
        if claim["handling"] == ClaimHandling.ADJUDICATED and not (claim["problem"] or claim["unsplit"])
        if lines[claim["n"]] != claim["paid_cents"]
    ]
    return found


def _claims(chunks: list[StagedChunk]) -> list[dict[str, Any]]:
    return [dict(zip(CLAIM, row, strict=True)) for chunk in chunks for row in chunk.claims]
