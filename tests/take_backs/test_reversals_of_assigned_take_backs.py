"""A payer takes money without a word, a person finds the claim, and then the payer reverses its decision itself.

The receivable is raised once, whichever came first.
"""

from uuid import UUID

import pytest

from claims_api.ledger.prove import prove_claim, prove_practice
from claims_api.take_backs.assign_take_back import Assignment, assign_take_back
from claims_api.take_backs.unassign_take_back import unassign_take_back

from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

WHY = "the payer's letter names the claim"


def paid(visit: Bill, dollars: str = "90") -> Clp:
    """One charge of 200; the rest of the allowed 90 is not the payer's."""
    line = Svc("G0463", "200", dollars, f"CO-45 {200 - int(dollars)}")
    return Clp(visit.pcn, "200", dollars, (line,), icn="ICN1")


def reversed_(visit: Bill) -> Clp:
    return Clp(visit.pcn, "-200", "-90", (Svc("G0463", "-200", "-90", "CO-45 -110"),), status="22", icn="ICN1")


async def take(world: World, bill: Billing, amount: str, reference: str = "LETTER7") -> UUID:
    """A payment that takes so much; the item that is open of it."""
    other = await bill(("G0008", 90000))
    line = Svc("G0008", "900", "500", "CO-45 400")
    plb = ((f"WO:{reference}", amount),)
    await world.post(Era((Clp(other.pcn, "900", "500", (line,)),), trace=f"TAKE{amount}", plb=plb))
    item: UUID = await world.one("SELECT id FROM claims.payer_item WHERE practice_id = $1 AND kind = 'take_back'")
    return item


async def assign(world: World, item: UUID, visit: Bill, *, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await assign_take_back(connection, world.acting(), item, Assignment(visit.id, WHY), if_match=tag)


async def owed(world: World, visit: Bill) -> int:
    """What the payer owes on the claim."""
    cents: int = await world.one(
        "SELECT coalesce(sum(balance_cents), 0)::bigint FROM claims.ar_balance WHERE practice_id = $1 "
        "AND account = 1100 AND charge_id = $2",
        visit.charges[0],
    )
    return cents


async def open_items(world: World) -> dict[str, int]:
    rows = await world.rows(
        "SELECT kind, open_cents FROM claims.payer_item WHERE practice_id = $1 AND open_cents > 0 ORDER BY id"
    )
    return {row["kind"]: row["open_cents"] for row in rows}


async def reviews(world: World) -> list[str]:
    rows = await world.rows("SELECT state FROM claims.review_item WHERE practice_id = $1 ORDER BY id")
    return [row["state"] for row in rows]


async def proofs_hold(world: World, visit: Bill) -> None:
    async with world.database.tenant_tx(world.practice_id) as connection:
        of_claim = await prove_claim(connection, world.practice_id, visit.id)
        of_all = await prove_practice(connection, world.practice_id, world.now.date())
    assert [p.name for p in (*of_claim.proofs, *of_all.proofs) if not p.holds] == []


@pytest.mark.parametrize("amount", ["90", "45"])
async def test_the_payers_reversal_replaces_the_assignment_and_its_entry_settles_the_take_back(
    world: World, bill: Billing, amount: str
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    item = await take(world, bill, amount)
    await assign(world, item, visit)
    assert (await owed(world, visit), await reviews(world)) == (int(amount) * 100, ["closed"])

    corrected = () if amount == "90" else (Clp(visit.pcn, "200", "45", (Svc("G0463", "200", "45", "CO-45 155"),)),)
    entry = (("WO:LETTER7", f"-{amount}"),)
    await world.post(Era((reversed_(visit), *corrected), trace="T3", plb=entry))

    assert await owed(world, visit) == (20000 if amount == "90" else 0)
    assert await open_items(world) == {}
    assert await reviews(world) == ["closed"]
    linked = await world.one(
        "SELECT u.kind FROM claims.journal j JOIN claims.journal u ON u.practice_id = $1 "
        "AND u.reverses_journal_id = j.id WHERE j.practice_id = $1 AND j.id IN ("
        "SELECT p.journal_id FROM claims.posting p "
        "WHERE p.practice_id = $1 AND p.entry = 'E16B' AND p.debit_account = 1100)"
    )
    assert linked == "take_back_replaced"
    await proofs_hold(world, visit)


async def test_a_reversal_that_takes_the_money_a_second_time_leaves_the_take_back_open_for_a_person(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    item = await take(world, bill, "45")
    await assign(world, item, visit)

    await world.post(Era((reversed_(visit),), trace="T3", plb=(("FB:NEXT", "-90"),)))

    assert await owed(world, visit) == 20000, "the charge as it was billed, once"
    assert await open_items(world) == {"take_back": 4500, "forwarded": 9000}
    assert await reviews(world) == ["open"]
    types = await world.event_types()
    assert types.index("payer_item.unassigned") > types.index("payer_item.assigned")
    await proofs_hold(world, visit)


async def test_a_take_back_that_only_a_person_can_place_settles_the_reversal_that_announced_it(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((reversed_(visit),), trace="T3", plb=(("WO:NOTICE1", "-90"),)))
    item = await take(world, bill, "60")
    assert await open_items(world) == {"announced": 9000, "take_back": 6000}

    await assign(world, item, visit)

    assert await owed(world, visit) == 20000, "the reversal raised it already"
    assert await open_items(world) == {"announced": 3000}
    await proofs_hold(world, visit)

    made = await world.one("SELECT id FROM claims.journal WHERE practice_id = $1 AND kind = 'take_back_assigned'")
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await unassign_take_back(connection, world.acting(), item, made, reason=WHY, if_match='"2"')
    assert await owed(world, visit) == 20000
    assert await open_items(world) == {"announced": 9000, "take_back": 6000}
    await proofs_hold(world, visit)


async def test_the_reversal_of_another_claim_leaves_the_assignment_alone(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    await world.post(Era((paid(visit), paid(other))))
    item = await take(world, bill, "90")
    await assign(world, item, visit)

    await world.post(Era((reversed_(other),), trace="T3", plb=(("WO:NOTICE1", "-90"),)))

    assert (await owed(world, visit), await owed(world, other)) == (9000, 20000)
    assert await open_items(world) == {"announced": 9000}


async def test_a_second_payment_taken_back_by_letter_survives_the_reversal_of_the_first(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    again = Clp(visit.pcn, "200", "70", (Svc("G0463", "200", "70", "CO-45 130"),), icn="ICN2")
    await world.post(Era((again,), trace="T4", produced_on="20261120"))
    item = await take(world, bill, "70")
    await assign(world, item, visit)

    await world.post(Era((reversed_(visit),), trace="T3", plb=(("WO:NOTICE1", "-90"),)))

    assert await open_items(world) == {"announced": 9000}, "160 came, 70 and 90 went: both are true"
    await proofs_hold(world, visit)
