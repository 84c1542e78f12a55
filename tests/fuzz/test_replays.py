"""A payment that comes again, as it was or changed, is never paid twice.

`AR_FUZZ_REPLAYS` replays (300 unless given; 10,000 in `make fuzz`) from seed `AR_FUZZ_FIRST_SEED` on. Each takes a
payment that was posted and sends it in another form; afterwards not one posting is new, and what is not the same
content waits for a person.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest

from ar_shared.kernel.money import cents_from_decimal, decimal_from_cents

from ..chaos.files import Files, make_files  # noqa: TID252
from ..support.claims_stack import upload  # noqa: TID252
from .conftest import Sandbox
from .test_files import broken_books
from .verify import transactions

REPLAYS = int(os.environ.get("AR_FUZZ_REPLAYS", "300"))
FIRST_SEED = int(os.environ.get("AR_FUZZ_FIRST_SEED", "1"))
CHUNK = 150
BASES = 3
POSTED: Final = {"posted", "posted_with_held"}
_POSTINGS: Final = "SELECT count(*), coalesce(sum(amount_cents), 0)::bigint FROM claims.posting WHERE practice_id = $1"

Segments = list[str]


def same_bytes(segments: Segments, _rng: random.Random) -> Segments:
    return segments


def other_control_numbers(segments: Segments, rng: random.Random) -> Segments:
    """As a clearinghouse sends it again: other envelope numbers, dates and times."""
    number = rng.randrange(2, 999_999_999)
    envelope = {
        "ISA": lambda e: [*e[:9], "261121", "0701", *e[11:13], f"{number:09d}", *e[14:]],
        "GS": lambda e: [*e[:4], "20261121", "0701", str(number), *e[7:]],
        "ST": lambda e: [*e[:2], f"{int(e[2]) + 5000:04d}", *e[3:]],
        "SE": lambda e: [*e[:2], f"{int(e[2]) + 5000:04d}"],
        "GE": lambda e: [*e[:2], str(number)],
        "IEA": lambda e: [*e[:2], f"{number:09d}"],
    }
    return ["*".join(envelope.get(e[0], list)(e)) for e in (segment.split("*") for segment in segments)]


def other_order(segments: Segments, rng: random.Random) -> Segments:
    """The claims of each payment in another order."""
    return _claims_of_each(segments, lambda claims: rng.sample(claims, len(claims)))


def moved_cents(segments: Segments, rng: random.Random) -> Segments:
    """A dollar of the first claim's payment goes to the last one: the same total, other content."""

    def move(claims: list[Segments]) -> list[Segments]:
        if len(claims) < 2:
            return claims
        cents = rng.randrange(1, 100)
        return [_paid_more(claims[0], -cents), *claims[1:-1], _paid_more(claims[-1], cents)]

    return _claims_of_each(segments, move)


def another_total(segments: Segments, rng: random.Random) -> Segments:
    """One claim of each payment is paid a little more or less, and so is the whole."""
    cents = rng.choice((-1, 1)) * rng.randrange(1, 90)

    def total(segment: str) -> str:
        elements = segment.split("*")
        if elements[0] == "BPR":
            elements[2] = decimal_from_cents(cents_from_decimal(elements[2]) + cents)
        return "*".join(elements)

    return _claims_of_each([total(one) for one in segments], lambda claims: [_paid_more(claims[0], cents), *claims[1:]])


FORMS: Final[tuple[Callable[[Segments, random.Random], Segments], ...]] = (
    same_bytes,
    other_control_numbers,
    other_order,
    moved_cents,
    another_total,
)


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + REPLAYS, CHUNK))
async def test_a_payment_that_comes_again_is_not_paid_twice(sandbox: Sandbox, first: int) -> None:
    files = await _posted(sandbox, [make_files(number) for number in range(first, first + BASES)])
    before = await _postings(sandbox)
    seen: Counter[str] = Counter()
    for seed in range(first, min(first + CHUNK, FIRST_SEED + REPLAYS)):
        rng = random.Random(f"replay {seed}")
        form = rng.choice(FORMS)
        content = ("~".join(form(rng.choice(files).decode().rstrip("~").split("~"), rng)) + "~").encode()
        answer = await upload(sandbox.http, content)
        assert answer.status_code in {200, 201}, f"seed {seed}, {form.__name__}: {answer.text}"
        seen.update(_states(answer.json()))
        assert await _postings(sandbox) == before, f"seed {seed}, {form.__name__}: something was posted again"
    assert {"duplicate", "queued"} <= set(seen), seen
    assert await broken_books(sandbox) == []


async def _posted(sandbox: Sandbox, bases: list[Files]) -> list[bytes]:
    """Files all of whose payments are posted."""
    files = []
    for base in bases:
        taken = await upload(sandbox.http, base.claims_837, purpose="already_submitted")
        assert taken.status_code == 201, taken.text
        for content in base.remittances.values():
            answer = (await upload(sandbox.http, content)).json()
            if set(_states(answer)) <= POSTED:
                files.append(content)
    return files


async def _postings(sandbox: Sandbox) -> tuple[int, int]:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        row = await connection.fetchrow(_POSTINGS, sandbox.practice_id)
    assert row is not None
    return row[0], row[1]


def _states(file: dict[str, Any]) -> list[str]:
    return [transaction["state"] for transaction in transactions(file)]


def _claims_of_each(segments: Segments, change: Callable[[list[Segments]], list[Segments]]) -> Segments:
    """`change` the claims of each transaction, each a list of segments; all else stays where it is."""
    result: Segments = []
    claims: list[Segments] = []
    for segment in segments:
        name = segment.partition("*")[0]
        if name == "CLP":
            claims.append([segment])
        elif claims and name not in {"PLB", "SE"}:
            claims[-1].append(segment)
        else:
            result += [one for claim in change(claims) for one in claim] if claims else []
            claims = []
            result.append(segment)
    return result


def _paid_more(claim: Segments, cents: int) -> Segments:
    """The claim with `cents` more paid on its first line and as much less cut by contract."""
    changed: Segments = []
    for place, segment in enumerate(claim):
        elements = segment.split("*")
        if elements[0] == "CLP":
            elements[4] = decimal_from_cents(cents_from_decimal(elements[4]) + cents)
        elif elements[0] == "SVC" and not any(one.startswith("SVC") for one in claim[:place]):
            elements[3] = decimal_from_cents(cents_from_decimal(elements[3]) + cents)
            changed.append("*".join(elements))
            elements = ["CAS", "CO", "144", decimal_from_cents(-cents)]
        changed.append("*".join(elements))
    return changed
