"""One payment, one transaction: whatever breaks in the middle leaves nothing, whatever repeats posts once."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from claims_api.ledger.moves import write_moves
from claims_api.remittances import conclude_claims, write_remittance
from claims_api.remittances import post_remittance as module

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
WRITTEN = ("remittance", "remittance_claim", "remittance_line", "remittance_adjustment", "provider_adjustment",
           "journal", "posting", "denial_case", "review_item", "outbox", "ar_balance", "credit_balance")  # fmt: skip


async def written(world: World) -> dict[str, int]:
    return {table: await world.count(table) for table in WRITTEN}


class BrokenError(Exception):
    pass


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (module, "stage"),
        (module, "find_lines"),
        (module, "post_claims"),
        (module, "move_entries"),
        (conclude_claims, "open_denials"),
        (module, "write_moves"),
        (conclude_claims, "record_decisions"),
        (write_remittance, "announce_decisions"),
        (write_remittance, "open_reviews"),
        (write_remittance, "insert_remittance"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_payment_that_breaks_in_the_middle_leaves_nothing_and_posts_when_tried_again(
    world: World, bill: Billing, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    visit = await bill(("G0463", 20000))
    stranger = Clp("NOBODY1", "50", "0", (Svc("G0008", "50", "0", "CO-197 50"),))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)), stranger), plb=(("CS", "5"),))
    before = await written(world)
    step = getattr(place, name)

    async def breaks(*arguments: object, **more: object) -> None:
        await step(*arguments, **more)
        raise BrokenError

    with monkeypatch.context() as patch:
        patch.setattr(place, name, breaks)
        with pytest.raises(BrokenError):
            await world.post(era)
    assert await written(world) == before

    assert (await world.post(era)).state == "posted_with_held"


async def test_a_server_that_goes_away_in_the_middle_leaves_nothing(
    world: World, bill: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await bill(("G0463", 20000))
    before = await written(world)
    step = write_moves

    async def dies(connection: Connection, *arguments: object) -> int:
        posted = await step(connection, *arguments)  # type: ignore[arg-type]
        admin = await asyncpg.connect(world.urls.admin)
        await admin.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
        await admin.close()
        return posted

    monkeypatch.setattr(module, "write_moves", dies)
    with pytest.raises(ServiceUnavailableError):
        await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    assert await written(world) == before


async def test_a_repeat_of_the_same_transaction_of_a_file_answers_as_before(world: World, bill: Billing) -> None:
    """A client that did not hear the commit asks again."""
    visit = await bill(("G0463", 20000))
    era, place = Era((Clp(visit.pcn, "200", "96", (LINE,)),)), {"file_id": uuid7(), "transaction_n": 1}
    first = await world.post(era, **place)
    before = await written(world)

    again = await world.post(era, **place)

    assert again == first
    assert await written(world) == before


@pytest.mark.parametrize("copies", [2, 4])
async def test_copies_posted_at_once_post_exactly_once(world: World, bill: Billing, copies: int) -> None:
    visit = await bill(("G0463", 20000))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)),))

    outcomes = await asyncio.gather(*(world.post(era) for _ in range(copies)))

    states = sorted(outcome.state for outcome in outcomes)
    assert states == ["duplicate"] * (copies - 1) + ["posted"]
    posted = next(outcome.remittance_id for outcome in outcomes if outcome.state == "posted")
    assert {outcome.duplicate_of for outcome in outcomes if outcome.state == "duplicate"} == {posted}
    assert await world.open_of(visit) == {(1110, "patient"): 2400}


async def test_two_payments_of_one_claim_at_once_do_not_lose_each_other(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    part = Svc("G0463", "200", "60", "CO-45 140")
    eras = [Era((Clp(visit.pcn, "200", "60", (part,)),), trace=f"T{n}") for n in range(4)]

    outcomes = await asyncio.gather(*(world.post(era) for era in eras))

    assert [outcome.state for outcome in outcomes] == ["posted"] * 4
    assert await world.open_of(visit) == {}
    assert await world.credits() == {2020: 4 * 6000 + 14000 - 20000}


async def test_a_decision_reissued_at_once_under_two_payments_posts_once(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    claim = Clp(visit.pcn, "200", "96", (LINE,), icn="ICN1")

    outcomes = await asyncio.gather(*(world.post(Era((claim,), trace=f"T{n}")) for n in range(3)))

    assert sorted(outcome.state for outcome in outcomes) == ["posted", "posted_with_held", "posted_with_held"]


@pytest.mark.parametrize("table", ["journal", "posting"])
@pytest.mark.parametrize("verb", ["UPDATE claims.{} SET practice_id = practice_id", "DELETE FROM claims.{}"])
async def test_the_service_cannot_change_what_was_posted(world: World, bill: Billing, table: str, verb: str) -> None:
    await bill(("G0463", 20000))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await world.rows(verb.format(table) + " WHERE practice_id = $1")


async def test_another_practices_claim_is_never_matched(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    admin = await asyncpg.connect(world.urls.admin)
    other: int = await admin.fetchval(
        "INSERT INTO claims.practice (uuid, name, mode, time_zone, settings, created_at) "
        "VALUES ($1, 'Other', 'sandbox', 'America/Chicago', '{}', now()) RETURNING id",
        uuid7(),
    )
    await admin.close()
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)),))

    elsewhere = await world.post_for(other, era)

    assert elsewhere.state == "posted_with_held"
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    here = await world.post(era)
    assert here.state == "posted", "the same payment of another practice is no duplicate"
    assert isinstance(here.remittance_id, UUID)
