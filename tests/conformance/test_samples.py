"""Every public sample through the front door: kept, understood or refused with a reason, and never half posted."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
import pytest

from ar_shared.x12.claim_model import ClaimImage, from_json
from ar_shared.x12.claim_reader import read_837
from ar_shared.x12.envelope import EnvelopeReader
from ar_tools.stack import Stack

from ..chaos.verify import broken_books  # noqa: TID252
from ..support.claims_stack import Tenant, admin, look_at, upload  # noqa: TID252
from ..x12.claims_837 import body, written  # noqa: TID252
from ..x12.test_835_samples import EXPLAINED, oxedi_sums  # noqa: TID252
from ..x12.test_837_samples import EQUAL_LEVELS_REPEATED, normalised  # noqa: TID252
from . import samples
from .outcomes import OUTCOMES
from .practice import practice_for

pytestmark = pytest.mark.xdist_group("conformance")

CLAIMS: Final = samples.names("837P", "837I")
REMITTANCES: Final = [name for name in samples.names("835") if OUTCOMES.get(name)]
OTHERS: Final = [name for name in samples.names(*samples.SETS) if name not in (*CLAIMS, *REMITTANCES)]
NONE: Final = ["none"]
# What a file that comes again must leave as it is.
KEPT: Final = (
    "claim", "claim_line", "charge", "journal", "posting", "ar_balance", "patient", "coverage", "payer", "provider",
    "remittance_claim", "provider_adjustment", "denial_case", "review_item",
)  # fmt: skip


class Door:
    """Uploads one sample to a practice of its own, and looks at what that did."""

    def __init__(self, name: str, http: httpx.AsyncClient, connection: Any, practice_id: int) -> None:
        self.data = samples.content(name)
        self._http = http
        self._connection = connection
        self._practice_id = practice_id

    async def upload(self, purpose: str | None = None) -> dict[str, Any]:
        """The file as answered; the books balance and the bytes are kept whatever became of it."""
        answer = await upload(self._http, self.data, purpose=purpose)
        assert answer.status_code == 201, answer.text
        file: dict[str, Any] = answer.json()
        assert file["state"] == "processed"
        kept = await self._http.get(file["content"])
        assert kept.content == self.data
        proofs = (await self._http.get("/v1/ledger/proofs")).json()
        assert proofs["holds"], proofs
        assert not await broken_books(self._connection, self._practice_id)
        return file

    async def counts(self) -> dict[str, int]:
        return {name: len(await self.rows(f"SELECT 1 FROM claims.{name} WHERE practice_id = $1")) for name in KEPT}

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        """$1 is the practice."""
        found: list[Any] = await self._connection.fetch(query, self._practice_id, *arguments)
        return found


@pytest.fixture
async def door(stack: Stack, first: Tenant, name: str) -> AsyncIterator[Door]:
    async with admin(stack) as connection:
        tenant = await practice_for(connection, first, samples.content(name))
        await look_at(connection, tenant.practice_id)
        async with tenant.http(timeout=60) as http:
            yield Door(name, http, connection, tenant.practice_id)


def test_every_sample_has_an_outcome_written_down() -> None:
    if samples.names(*samples.SETS):
        assert samples.names(*samples.SETS) == sorted(OUTCOMES)


@pytest.mark.parametrize("name", CLAIMS or NONE)
async def test_claims_come_in_once_for_each_purpose_and_go_out_as_they_came(door: Door, name: str) -> None:
    tried = await door.upload("test")
    assert outcomes(tried) == OUTCOMES[name]
    assert await door.rows("SELECT 1 FROM claims.posting WHERE practice_id = $1") == [], "a test posts nothing"
    await assert_comes_back(door, name, tried)

    taken = await door.upload()
    assert outcomes(taken) == OUTCOMES[name]
    await assert_comes_back(door, name, taken)

    before = await door.counts()
    again = await door.upload()
    assert [state.split()[0] for state in outcomes(again)] == [
        "duplicate" if state.startswith("processed") else state.split()[0] for state in OUTCOMES[name]
    ]
    assert await door.counts() == before


@pytest.mark.parametrize("name", REMITTANCES or NONE)
async def test_a_payment_is_booked_or_waits_as_a_whole_and_once(door: Door, name: str) -> None:
    file = await door.upload()

    assert outcomes(file) == OUTCOMES[name]
    kept = await stored_sums(door, file["id"])
    assert kept == EXPLAINED.get(name, oxedi_sums(door.data))

    before = await door.counts()
    again = await door.upload()
    assert set(outcomes(again)) == {"duplicate"}
    assert await door.counts() == before


@pytest.mark.parametrize("name", OTHERS or NONE)
async def test_other_files_are_kept_and_move_nothing(door: Door, name: str) -> None:
    before = await door.counts()

    for _ in range(2):
        file = await door.upload()
        assert outcomes(file) == OUTCOMES[name]
        assert outcomes(file) or [finding["code"] for finding in file["findings"]] == ["no_interchange"]

    assert await door.counts() == before


def outcomes(file: dict[str, Any]) -> list[str]:
    """As `OUTCOMES` tells them; of findings only those that are expected there."""
    return [_outcome(transaction) for transaction in transactions(file)]


def transactions(file: dict[str, Any]) -> list[dict[str, Any]]:
    found = [
        transaction
        for interchange in file["interchanges"]
        for group in interchange["groups"]
        for transaction in group["transactions"]
    ]
    return sorted(found, key=lambda transaction: transaction["n"])


def _outcome(transaction: dict[str, Any]) -> str:
    state: str = transaction["state"]
    if state == "processed":
        return f"processed {transaction['counts']['created']}"
    if state == "posted_with_held":
        return f"posted_with_held {transaction['counts']['held']}"
    if state == "rejected":
        told = {finding["code"] for finding in transaction["findings"] if finding["severity"] == "error"}
        return " ".join(["rejected", *sorted(told)])
    return state


async def assert_comes_back(door: Door, name: str, file: dict[str, Any]) -> None:
    """Written from what the database keeps, each transaction whose claims all came in is the one that was sent."""
    query = (
        "SELECT v.image FROM claims.claim c JOIN claims.claim_version v "
        "ON v.practice_id = $1 AND v.claim_id = c.id AND v.n = c.version "
        "WHERE c.practice_id = $1 AND c.source_file_id = $2 ORDER BY c.id"
    )
    images = iter([from_json(row["image"]) for row in await door.rows(query, file["id"])])
    states = transactions(file)
    for n, transaction in enumerate(EnvelopeReader([door.data]).transactions()):
        read = [claim.image for claim in read_837(transaction)]
        created = states[n]["counts"].get("created", 0)
        kept = [next(images) for _ in range(created)]
        if created != len(read) or not created or name == EQUAL_LEVELS_REPEATED:
            continue
        start, end = transaction.header.offset, transaction.end_offset
        came = [normalised(segment) for segment in body(door.data) if start < segment.offset < end]
        assert list(went(kept)) == came
    assert next(images, None) is None


def went(images: list[ClaimImage]) -> Iterator[list[list[str]]]:
    return (normalised(segment) for segment in body(written(images)))


async def stored_sums(door: Door, file_id: str) -> list[tuple[int, int, dict[str, int]]]:
    """Count of claims, cents paid and cents per CAS group, of each payment in the order of the file."""
    found = []
    query = (
        "SELECT id, claim_count FROM claims.remittance WHERE practice_id = $1 AND file_id = $2 ORDER BY transaction_n"
    )
    for remittance in await door.rows(query, file_id):
        paid = await door.rows(
            "SELECT paid_cents FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2",
            remittance["id"],
        )
        groups: Counter[str] = Counter()
        for row in await door.rows(
            "SELECT group_code, amount_cents FROM claims.remittance_adjustment "
            "WHERE practice_id = $1 AND remittance_id = $2 AND NOT derived",
            remittance["id"],
        ):
            groups[row["group_code"]] += row["amount_cents"]
        assert len(paid) == remittance["claim_count"]
        found.append((len(paid), sum(row["paid_cents"] for row in paid), dict(groups)))
    return found
