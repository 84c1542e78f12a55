"""Payments that wait are decided by a person; held claims find theirs when it comes; what was wrong is undone."""

from uuid import UUID

import pytest

from ar_shared.kernel.clock import SystemClock
from claims_api.held_money.errors import (
    DepositDiffersError,
    LaterPostingError,
    RemittanceNotPostedError,
    RemittanceNotQueuedError,
)
from claims_api.held_money.release_remittance import reject_remittance, release_remittance
from claims_api.held_money.rematch_claims import rematch_claims, rematch_practice
from claims_api.held_money.reverse_remittance import reverse_remittance
from claims_api.ledger.prove import prove_remittance

from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
WHY = "the bank shows it"


async def release(world: World, remittance_id: UUID, cents: int, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await release_remittance(
            connection, world.acting(), remittance_id, deposit_cents=cents, reason=WHY, if_match=tag
        )


async def reject(world: World, remittance_id: UUID, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await reject_remittance(connection, world.acting(), remittance_id, reason=WHY, if_match=tag)


async def reverse(world: World, remittance_id: UUID, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await reverse_remittance(connection, world.acting(), remittance_id, reason=WHY, if_match=tag)


async def rematch(world: World, remittance_id: UUID) -> list[int]:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        return await rematch_claims(connection, world.acting(), remittance_id)


async def payment(world: World, remittance_id: UUID) -> tuple[str, int, int]:
    row = await world.one(
        "SELECT state, held_cents, difference_cents FROM claims.remittance WHERE practice_id = $1 AND id = $2",
        remittance_id,
    )
    return row["state"], row["held_cents"], row["difference_cents"]


async def proofs_hold(world: World, remittance_id: UUID) -> None:
    async with world.database.tenant_tx(world.practice_id) as connection:
        found = await prove_remittance(connection, world.practice_id, remittance_id)
    assert [(one.name, one.difference_cents) for one in found.proofs if not one.holds] == []


@pytest.mark.parametrize(("deposit", "entry"), [("97.50", ("E46", 1040, 2000, 150)), ("90", ("E46", 1200, 1040, 600))])
async def test_a_released_payment_posts_what_adds_up_and_holds_what_the_deposit_differs_by(
    world: World, bill: Billing, deposit: str, entry: tuple[str, int, int, int]
) -> None:
    visit = await bill(("G0463", 20000))
    queued = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount=deposit))
    cents = round(float(deposit) * 100)

    await release(world, queued.remittance_id, cents)

    assert await payment(world, queued.remittance_id) == ("posted_with_held", abs(cents - 9600), cents - 9600)
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await world.clearing(queued.remittance_id) == cents
    assert entry in await world.movements(queued.remittance_id)
    assert await world.one("SELECT kind FROM claims.review_item WHERE practice_id = $1") == "suspense"
    await proofs_hold(world, queued.remittance_id)


async def test_a_released_payment_holds_the_claims_that_do_not_match_or_add_up(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    wrong = Clp(other.pcn, "200", "97", (Svc("G0463", "200", "97", "CO-45 80, PR-2 24"),))
    stranger = Clp("NOBODY1", "50", "50", (Svc("G0008", "50", "50"),))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)), wrong, stranger), amount="250", plb=(("L6", "-1"),))
    queued = await world.post(era)

    await release(world, queued.remittance_id, 25000)

    assert await world.held(queued.remittance_id) == {2: "unbalanced", 3: "no_match"}
    assert await world.clearing(queued.remittance_id) == 25000
    assert ("E20", 1040, 4220, 100) in await world.movements(queued.remittance_id)
    await proofs_hold(world, queued.remittance_id)


async def test_another_deposit_than_the_payment_names_releases_nothing(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    queued = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount="97"))

    with pytest.raises(DepositDiffersError):
        await release(world, queued.remittance_id, 9600)

    assert await payment(world, queued.remittance_id) == ("queued", 0, 0)


async def test_a_look_alike_is_released_when_it_is_another_payment(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))
    queued = await world.post(Era((Clp(other.pcn, "200", "96", (LINE,)),)))
    assert queued.state == "queued"

    await release(world, queued.remittance_id, 9600)

    assert await payment(world, queued.remittance_id) == ("posted", 0, 0)
    assert await world.open_of(other) == {(1110, "patient"): 2400}


async def test_a_rejected_payment_posts_nothing_now_or_when_it_comes_again(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount="97")
    queued = await world.post(era)

    await reject(world, queued.remittance_id)
    again = await world.post(era)

    assert await payment(world, queued.remittance_id) == ("rejected", 0, 0)
    assert (again.state, again.duplicate_of) == ("duplicate", queued.remittance_id)
    assert await world.one("SELECT state FROM claims.remittance_claim WHERE practice_id = $1") == "dropped"
    assert await world.one("SELECT reason FROM claims.remittance_action WHERE practice_id = $1") == WHY
    with pytest.raises(RemittanceNotQueuedError):
        await release(world, queued.remittance_id, 9700, tag='"2"')


async def test_a_claim_taken_in_after_its_remittance_is_found_by_rule(world: World, bill: Billing) -> None:
    held = await world.post(Era((Clp("LATER1", "200", "96", (LINE,), member="M0001", rendering="1549012304"),)))
    assert await world.held(held.remittance_id) == {1: "no_match"}
    assert await rematch(world, held.remittance_id) == []
    world.now = SystemClock().now()
    visit = await bill(("G0463", 20000))

    posted = await rematch_practice(world.database, SystemClock(), world.practice_id)

    assert posted == 1
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await payment(world, held.remittance_id) == ("posted", 0, 0)
    row = await world.one("SELECT kind, actor_kind FROM claims.remittance_action WHERE practice_id = $1")
    assert tuple(row) == ("rematch", "rule")


async def test_two_claims_that_fit_are_left_to_a_person_also_later(world: World, bill: Billing) -> None:
    held = await world.post(Era((Clp("LATER1", "200", "96", (LINE,), member="M0001", rendering="1549012304"),)))
    await bill(("G0463", 20000))
    await bill(("G0463", 20000))

    assert await rematch(world, held.remittance_id) == []

    assert await world.held(held.remittance_id) == {1: "ambiguous"}
    assert await world.clearing(held.remittance_id) == 9600


async def test_a_reversed_payment_leaves_nothing_in_the_books_and_may_come_again(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    stranger = Clp("NOBODY1", "50", "50", (Svc("G0008", "50", "50"),))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)), stranger), plb=(("L6", "-1"),))
    wrong = await world.post(era)

    await reverse(world, wrong.remittance_id)

    assert await payment(world, wrong.remittance_id) == ("reversed", 0, 0)
    assert await world.clearing(wrong.remittance_id) == 0
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.claim_state(visit) == "none"
    await proofs_hold(world, wrong.remittance_id)
    again = await world.post(era)
    assert again.state == "posted_with_held"
    assert await world.open_of(visit) == {(1110, "patient"): 2400}


async def test_a_payment_on_which_a_later_one_stands_is_not_reversed(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    first = await world.post(Era((Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-197 200"),)),)))
    later = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), trace="T2"))

    with pytest.raises(LaterPostingError, match="T2"):
        await reverse(world, first.remittance_id)
    await reverse(world, later.remittance_id)
    await reverse(world, first.remittance_id)

    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    with pytest.raises(RemittanceNotPostedError):
        await reverse(world, first.remittance_id, tag='"2"')


async def test_a_reversal_that_is_taken_off_leaves_the_decision_it_undid(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))
    back = Svc("G0463", "-200", "-96", "CO-45 -80, PR-2 -24")
    taken = await world.post(
        Era((Clp(visit.pcn, "-200", "-96", (back,), status="22"),), trace="T2", plb=(("FB", "-96"),), method="NON")
    )
    assert await world.claim_state(visit) == "reversed"

    await reverse(world, taken.remittance_id)

    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await world.claim_state(visit) == "paid"
    assert await world.count("reversal") == 0
