"""E16b, second half: a person finds the claim that a payer took money back for, and may have been wrong."""

from uuid import UUID

import httpx
import pytest

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from claims_api.ledger.prove import prove_claim, prove_practice, prove_remittance
from claims_api.take_backs.assign_take_back import Assignment, assign_take_back
from claims_api.take_backs.errors import AssignmentRefusedError, AssignmentUndoneError, ItemNotAssignableError
from claims_api.take_backs.unassign_take_back import unassign_take_back

from ..remittances.books import assert_books_balance  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import BLUFF, Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

WHY = "the payer's letter names the claim"


def paid(visit: Bill) -> Clp:
    """Two charges of 100 and 60, paid 60 and 30."""
    lines = (Svc("G0463", "100", "60", "CO-45 40"), Svc("G0008", "60", "30", "CO-45 30"))
    return Clp(visit.pcn, "160", "90", lines)


async def a_take_back(world: World, bill: Billing, amount: str = "45") -> tuple[UUID, UUID]:
    """(item, payment) of money taken without a word about the claim."""
    other = await bill(("G0008", 90000))
    line = Svc("G0008", "900", "500", "CO-45 400")
    taken = await world.post(Era((Clp(other.pcn, "900", "500", (line,)),), trace="T2", plb=(("WO:LETTER7", amount),)))
    item = await world.one("SELECT id FROM claims.payer_item WHERE practice_id = $1")
    return item, taken.remittance_id


async def assign(world: World, item: UUID, visit: Bill, cents: int | None = None, *, tag: str | None = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await assign_take_back(connection, world.acting(), item, Assignment(visit.id, WHY, cents), if_match=tag)


async def unassign(world: World, item: UUID, assignment: UUID, *, tag: str = '"2"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await unassign_take_back(connection, world.acting(), item, assignment, reason=WHY, if_match=tag)


async def assignments(world: World) -> list[UUID]:
    rows = await world.rows(
        "SELECT id FROM claims.journal WHERE practice_id = $1 AND kind = 'take_back_assigned' ORDER BY id"
    )
    return [row["id"] for row in rows]


async def item_of(world: World) -> tuple[int, int, bool]:
    row = await world.one(
        "SELECT amount_cents, open_cents, settled_on IS NOT NULL AS settled FROM claims.payer_item "
        "WHERE practice_id = $1"
    )
    return row["amount_cents"], row["open_cents"], row["settled"]


async def by_charge(world: World, visit: Bill) -> list[int]:
    """What the payer owes on each charge."""
    rows = await world.rows(
        "SELECT charge_id, balance_cents FROM claims.ar_balance WHERE practice_id = $1 AND account = 1100"
    )
    cents = {row["charge_id"]: row["balance_cents"] for row in rows}
    return [cents.get(charge, 0) for charge in visit.charges]


async def proofs_hold(world: World, visit: Bill, remittance_id: UUID) -> None:
    async with world.database.tenant_tx(world.practice_id) as connection:
        of_claim = await prove_claim(connection, world.practice_id, visit.id)
        of_payment = await prove_remittance(connection, world.practice_id, remittance_id)
    assert [p.name for p in (*of_claim.proofs, *of_payment.proofs) if not p.holds] == []


async def test_e16b_a_take_back_goes_to_the_charges_in_proportion_to_what_the_payer_paid_on_them(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, payment = await a_take_back(world, bill)

    await assign(world, item, visit)

    assert await by_charge(world, visit) == [3000, 1500]
    assert await item_of(world) == (4500, 0, True)
    moved = await world.rows(
        "SELECT entry, debit_account, credit_account, amount_cents FROM claims.posting "
        "WHERE practice_id = $1 AND claim_id = $2 AND entry = 'E16B' ORDER BY amount_cents DESC",
        visit.id,
    )
    assert [tuple(row) for row in moved] == [("E16B", 1100, 1200, 3000), ("E16B", 1100, 1200, 1500)]
    row = await world.one("SELECT kind, reason, claim_id FROM claims.remittance_action WHERE practice_id = $1")
    assert tuple(row) == ("assign", WHY, visit.id)
    assert "payer_item.assigned" in await world.event_types()
    await proofs_hold(world, visit, payment)


async def test_a_part_is_assigned_and_the_rest_stays_open(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, _ = await a_take_back(world, bill)

    await assign(world, item, visit, 1500)

    assert await item_of(world) == (4500, 3000, False)
    assert await by_charge(world, visit) == [1000, 500]
    await assign(world, item, visit, tag='"2"')
    assert await item_of(world) == (4500, 0, True)
    assert await by_charge(world, visit) == [3000, 1500]


async def test_a_credit_of_the_payer_is_drawn_before_the_payer_owes_again(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 104")
    await world.post(Era((Clp(visit.pcn, "200", "96", (line,), icn="ICN1"),)))
    twice = Clp(visit.pcn, "200", "96", (line,), icn="ICN2")
    await world.post(Era((twice,), trace="T3", produced_on="20261120"))
    assert await world.credits() == {2020: 9600}
    item, _ = await a_take_back(world, bill, "100")

    await assign(world, item, visit)

    assert await world.credits() == {}
    assert await by_charge(world, visit) == [400]


@pytest.mark.parametrize(("amount", "cents", "fits"), [("90", None, True), ("90.01", None, False), ("91", 9000, True)])
async def test_no_more_than_the_payer_paid_is_assigned(
    world: World, bill: Billing, amount: str, cents: int | None, fits: bool
) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, _ = await a_take_back(world, bill, amount)

    if fits:
        await assign(world, item, visit, cents)
    else:
        with pytest.raises(AssignmentRefusedError) as refused:
            await assign(world, item, visit, cents)
        assert [error.code for error in refused.value.errors] == ["above_paid"]

    assert await by_charge(world, visit) == ([6000, 3000] if fits else [0, 0])


async def test_more_than_is_open_is_refused(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, _ = await a_take_back(world, bill)

    with pytest.raises(AssignmentRefusedError) as refused:
        await assign(world, item, visit, 4501)

    assert [error.code for error in refused.value.errors] == ["above_open"]
    assert await item_of(world) == (4500, 4500, False)


async def test_a_claim_on_which_that_payer_paid_nothing_is_refused(world: World, bill: Billing) -> None:
    visit, theirs = await bill(("G0463", 10000)), await bill(("G0463", 10000), ("G0008", 6000))
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    await world.post(Era((paid(theirs),), payer=BLUFF, payer_tax="1420000088"))
    item, _ = await a_take_back(world, bill)

    for other in (visit, theirs):
        with pytest.raises(AssignmentRefusedError) as refused:
            await assign(world, item, other)
        assert [error.code for error in refused.value.errors] == ["nothing_paid"]


async def test_what_is_owed_to_the_payer_is_not_assigned(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),), plb=(("FB:NEXT", "-5"),)))
    item = await world.one("SELECT id FROM claims.payer_item WHERE practice_id = $1 AND kind = 'forwarded'")

    with pytest.raises(ItemNotAssignableError):
        await assign(world, item, visit)


async def test_what_was_changed_since_it_was_read_is_not_assigned(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, _ = await a_take_back(world, bill)

    with pytest.raises(PreconditionFailedError):
        await assign(world, item, visit, tag='"2"')
    with pytest.raises(PreconditionRequiredError):
        await assign(world, item, visit, tag=None)
    await assign(world, item, visit)
    with pytest.raises(ItemNotAssignableError):
        await assign(world, item, visit, tag='"2"')


async def test_a_wrong_assignment_is_taken_back_once_by_a_linked_journal_and_may_go_elsewhere(
    world: World, bill: Billing
) -> None:
    visit, right = await bill(("G0463", 10000), ("G0008", 6000)), await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit), paid(right))))
    item, payment = await a_take_back(world, bill)
    await assign(world, item, visit)
    [made] = await assignments(world)

    await unassign(world, item, made)

    assert await by_charge(world, visit) == [0, 0]
    assert await item_of(world) == (4500, 4500, False)
    linked = await world.one(
        "SELECT kind FROM claims.journal WHERE practice_id = $1 AND reverses_journal_id = $2", made
    )
    assert linked == "take_back_unassigned"
    with pytest.raises(AssignmentUndoneError):
        await unassign(world, item, made, tag='"3"')
    with pytest.raises(NotFoundError):
        await unassign(world, item, payment, tag='"3"')
    await assign(world, item, right, tag='"3"')
    assert await by_charge(world, right) == [3000, 1500]
    await proofs_hold(world, visit, payment)


async def test_what_was_paid_after_a_wrong_assignment_becomes_a_credit_when_it_is_taken_back(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, _ = await a_take_back(world, bill)
    await assign(world, item, visit)
    again = (Svc("G0463", "100", "30", "OA-23 70"), Svc("G0008", "60", "15", "OA-23 45"))
    await world.post(Era((Clp(visit.pcn, "160", "45", again),), trace="T4"))
    [made] = await assignments(world)

    await unassign(world, item, made)

    assert await by_charge(world, visit) == [0, 0]
    assert await world.credits() == {2020: 4500}


async def test_a_take_back_is_assigned_and_taken_off_by_http(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, payment = await a_take_back(world, bill)
    path = f"/v1/remittances/payer-items/{item}"
    tag = (await http.get(path)).headers["ETag"]
    said = {"claim_id": str(visit.id), "reason": WHY}
    keyed = {"If-Match": tag, "Idempotency-Key": "ASSIGN-1"}

    first = await http.post(f"{path}/assign", json=said, headers=keyed)
    again = await http.post(f"{path}/assign", json=said, headers=keyed)
    body = first.json()
    undo = {"assignment_id": body["assignments"][0]["id"], "reason": WHY}
    undone = await http.post(f"{path}/unassign", json=undo, headers={"If-Match": first.headers["ETag"]})

    assert (first.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (200, body, "true")
    assert (body["open_cents"], body["assignments"][0]["amount_cents"]) == (0, 4500)
    assert undone.json()["open_cents"] == 4500
    assert undone.json()["assignments"][0]["undone_by"] is not None
    history = (await http.get(f"/v1/remittances/{payment}")).json()["history"]
    assert [one["kind"] for one in history] == ["assign", "unassign"]
    told = (await http.get(f"/v1/claims/{visit.id}/timeline")).json()["entries"]
    assert sum("take_back" in str(one) for one in told) == 2


async def review_of(world: World) -> tuple[str, int]:
    row = await world.one("SELECT state, row_version FROM claims.review_item WHERE practice_id = $1")
    return row["state"], row["row_version"]


async def test_the_review_of_a_take_back_ends_when_all_of_it_is_assigned_and_waits_again_when_that_was_wrong(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 6000))
    await world.post(Era((paid(visit),)))
    item, _ = await a_take_back(world, bill)
    assert await review_of(world) == ("open", 1)

    await assign(world, item, visit, 1500)
    assert await review_of(world) == ("open", 1), "30.00 of it are still open"
    await assign(world, item, visit, tag='"2"')
    assert await review_of(world) == ("closed", 2)
    await unassign(world, item, (await assignments(world))[0], tag='"3"')

    assert await review_of(world) == ("open", 3)
    told = await world.rows(
        "SELECT type, data->>'state' AS state, (data->>'version')::int AS version FROM claims.outbox "
        "WHERE practice_id = $1 AND type LIKE 'review.%' ORDER BY id"
    )
    assert [tuple(row) for row in told] == [
        ("review.opened", "open", 1),
        ("review.closed", "closed", 2),
        ("review.opened", "open", 3),
    ]


async def test_the_review_of_a_take_back_ends_when_the_payer_gives_the_money_back(world: World, bill: Billing) -> None:
    await a_take_back(world, bill)
    other = await bill(("G0008", 90000))
    line = Svc("G0008", "900", "500", "CO-45 400")

    await world.post(Era((Clp(other.pcn, "900", "500", (line,)),), trace="T3", plb=(("WO:LETTER7", "-45"),)))

    assert await review_of(world) == ("closed", 2)


async def test_an_item_whose_open_amount_drifts_from_its_postings_is_found(world: World, bill: Billing) -> None:
    await a_take_back(world, bill)
    drift = "UPDATE claims.payer_item SET open_cents = open_cents + $2 WHERE practice_id = $1 RETURNING 1"

    await world.rows(drift, -1)
    with pytest.raises(AssertionError, match="an open item of a payer is the sum of its postings"):
        await assert_books_balance(world)
    async with world.database.tenant_tx(world.practice_id) as connection:
        proofs = await prove_practice(connection, world.practice_id, world.now.date())
    assert [(p.name, p.difference_cents) for p in proofs.proofs if not p.holds] == [
        ("payer_items_are_their_postings", 1)
    ]
    await world.rows(drift, 1)
