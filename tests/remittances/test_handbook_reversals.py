"""Handbook 3.6 and 13.8, 13.9, 13.21: a payer takes a decision back and decides again, in any order and any files.

Every story ends at the same books, whichever way it came: charge 200, first paid 96, in the end paid 80.
"""

from typing import Any

import pytest

from claims_api.timeline.read_timeline import read_timeline

from .conftest import Billing
from .era import BLUFF, Clp, Era, Svc
from .world import Bill, World

PAID = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
BACK = Svc("G0463", "-200", "-96", "CO-45 -80, PR-2 -24")
LESS = Svc("G0463", "200", "80", "CO-45 100, PR-2 20")
LESS_BACK = Svc("G0463", "-200", "-80", "CO-45 -100, PR-2 -20")


def first(visit: Bill, **more: Any) -> Clp:
    return Clp(visit.pcn, "200", "96", (PAID,), icn="ICN1", **more)


def back(visit: Bill, **more: Any) -> Clp:
    return Clp(visit.pcn, "-200", "-96", (BACK,), status="22", icn="ICN1", **more)


def again(visit: Bill, **more: Any) -> Clp:
    return Clp(visit.pcn, "200", "80", (LESS,), icn="ICN2", **more)


async def other(bill: Billing) -> Clp:
    """Another claim paid in the same payment, so that its total stays above zero."""
    visit = await bill(("G0008", 90000))
    return Clp(visit.pcn, "900", "500", (Svc("G0008", "900", "500", "CO-45 400"),))


async def states(world: World, visit: Bill) -> list[str]:
    rows = await world.rows(
        "SELECT state FROM claims.reversal WHERE practice_id = $1 AND claim_id = $2 ORDER BY id", visit.id
    )
    return [row["state"] for row in rows]


ORDERS = {
    "one payment, reversal first": (("back", "again"),),
    "one payment, correction first": (("again", "back"),),
    "two payments, reversal first": (("back",), ("again",)),
    "two payments, correction first": (("again",), ("back",)),
}


@pytest.mark.parametrize("order", ORDERS)
async def test_the_end_is_the_same_in_any_order_and_is_one_event(world: World, bill: Billing, order: str) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))

    for number, parts in enumerate(ORDERS[order]):
        claims = tuple({"back": back, "again": again}[part](visit) for part in parts)
        await world.post(Era((*claims, await other(bill)), trace=f"T{number + 2}"))

    assert await world.open_of(visit) == {(1110, "patient"): 2000}
    assert await world.credits() == {}
    assert await world.claim_state(visit) == "paid"
    event = await world.one(
        "SELECT state, original_paid_cents, correction_paid_cents FROM claims.reversal "
        "WHERE practice_id = $1 AND claim_id = $2",
        visit.id,
    )
    assert tuple(event) == ("complete", 9600, 8000)


async def test_a_correction_that_came_first_is_undone_whole_by_its_own_reversal(world: World, bill: Billing) -> None:
    """What it could only post with the reversal goes back with it: the payer owes the charge again, nobody else."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    await world.post(Era((again(visit),), trace="T2"))
    await world.post(Era((back(visit), await other(bill)), trace="T3"))
    undo = Clp(visit.pcn, "-200", "-80", (LESS_BACK,), status="22", icn="ICN2")

    await world.post(Era((undo, await other(bill)), trace="T4"))

    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await states(world, visit) == ["complete", "awaiting_correction"]


async def test_a_reversal_alone_waits_thirty_days_for_its_correction(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))

    await world.post(Era((back(visit), await other(bill)), trace="T2"))

    row = await world.one("SELECT state, due_on - opened_on AS days FROM claims.reversal WHERE practice_id = $1")
    assert tuple(row) == ("awaiting_correction", 30)
    assert "claim.correction_awaited" in await world.event_types()


async def test_the_practice_says_how_long_a_correction_may_take(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.settings({"correction_wait_days": "10"})
    await world.post(Era((first(visit),)))

    await world.post(Era((back(visit), await other(bill)), trace="T2"))

    assert await world.one("SELECT due_on - opened_on FROM claims.reversal WHERE practice_id = $1") == 10


async def test_a_correction_alone_waits_for_its_reversal_and_its_credit_is_provisional(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))

    await world.post(Era((again(visit),), trace="T2"))

    assert await states(world, visit) == ["awaiting_reversal"]
    assert "claim.reversal_awaited" in await world.event_types()
    assert await world.credits() == {2020: 8000}
    assert await world.open_of(visit) == {(1110, "patient"): 2400}, "nobody is billed twice meanwhile"


async def test_a_first_decision_awaits_nothing(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    await world.post(Era((first(visit),)))

    assert await states(world, visit) == []


async def test_a_decision_that_follows_one_which_moved_nothing_awaits_no_reversal(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-197 200"),)),)))

    await world.post(Era((first(visit),), trace="T2"))

    assert await states(world, visit) == []


async def test_a_reversal_of_a_claim_we_voided_awaits_no_correction(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    await world.rows("UPDATE claims.claim SET submission_state = 'void_sent' WHERE practice_id = $1 RETURNING 1")

    await world.post(Era((back(visit), await other(bill)), trace="T2"))

    assert (await states(world, visit))[0] == "voided"


async def test_a_reversal_is_found_by_the_payers_number_when_ours_is_garbled(world: World, bill: Billing) -> None:
    """The claim remembers the newest payer number only; each posted decision remembers its own."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    await world.rows("UPDATE claims.claim SET payer_control_number = 'NEWER' WHERE practice_id = $1 RETURNING 1")
    garbled = Clp("UNKNOWN", "-200", "-96", (BACK,), status="22", icn="ICN1")

    outcome = await world.post(Era((garbled, await other(bill)), trace="T2"))

    assert outcome.state == "posted"
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_of_two_equal_decisions_the_payers_number_says_which_is_reversed(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    twice = Clp(visit.pcn, "200", "96", (PAID,), icn="ICN2")
    await world.post(Era((twice,), trace="T2", produced_on="20261121"))

    await world.post(Era((back(visit), await other(bill)), trace="T3"))

    reversed_number = await world.one(
        "SELECT k.payer_control_number FROM claims.journal j JOIN claims.remittance_claim k "
        "ON k.practice_id = $1 AND k.journal_id = j.reverses_journal_id "
        "WHERE j.practice_id = $1 AND j.kind = 'reversal'"
    )
    assert reversed_number == "ICN1"


async def test_another_payers_reversal_does_not_undo_this_payers_decision(world: World, bill: Billing) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    theirs = Era((back(visit), await other(bill)), trace="T2", payer=BLUFF, payer_tax="1420000088")

    outcome = await world.post(theirs)

    assert (await world.held(outcome.remittance_id))[1] == "reversal_unmatched"


async def test_group_cr_in_a_reversal_is_the_mirror_of_the_original(world: World, bill: Billing) -> None:
    """Old files reverse under group CR: the amounts say what is undone, not the group."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    line = Svc("G0463", "-200", "-96", "CR-45 -80, CR-2 -24")
    old = Clp(visit.pcn, "-200", "-96", (line,), status="22", icn="ICN1", patient="0")

    await world.post(Era((old, await other(bill)), trace="T2"))

    assert await world.open_of(visit) == {(1100, "payer"): 20000}


DENIED = Svc("G0463", "200", "0", "CO-197 200")
DENIED_BACK = Svc("G0463", "-200", "0", "CO-197 -200")


async def denied(world: World, bill: Billing) -> Bill:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "0", (DENIED,), icn="ICN1"),)))
    return visit


async def cases(world: World) -> list[tuple[str, int]]:
    rows = await world.rows("SELECT state, recovered_cents FROM claims.denial_case WHERE practice_id = $1 ORDER BY id")
    return [tuple(row) for row in rows]


async def test_a_reversed_denial_is_no_new_denial_and_its_case_stays_open(world: World, bill: Billing) -> None:
    visit = await denied(world, bill)

    await world.post(Era((Clp(visit.pcn, "-200", "0", (DENIED_BACK,), status="22", icn="ICN1"),), trace="T2"))

    assert await cases(world) == [("new", 0)]


@pytest.mark.parametrize("reversed_first", [True, False])
async def test_a_denial_is_overturned_when_the_correction_pays(
    world: World, bill: Billing, reversed_first: bool
) -> None:
    visit = await denied(world, bill)
    undo = Clp(visit.pcn, "-200", "0", (DENIED_BACK,), status="22", icn="ICN1")
    paid = Clp(visit.pcn, "200", "96", (PAID,), icn="ICN2")

    await world.post(Era((undo, paid) if reversed_first else (paid,), trace="T2"))

    assert await cases(world) == [("overturned", 12000)], "the payment and the patient share; the contract is no gain"
    [told] = await world.rows("SELECT data FROM claims.outbox WHERE practice_id = $1 AND type = 'denial.closed'")
    assert told["data"] == {
        "claim_id": str(visit.id),
        "carc": "197",
        "state": "overturned",
        "denied_cents": 20000,
        "recovered_cents": 12000,
        "version": 2,
    }


async def test_a_denial_is_partially_overturned_when_a_part_stays_denied(world: World, bill: Billing) -> None:
    visit = await denied(world, bill)
    part = Svc("G0463", "200", "50", "CO-45 50, CO-197 100")

    await world.post(Era((Clp(visit.pcn, "200", "50", (part,), icn="ICN2"),), trace="T2"))

    assert await cases(world) == [("partially_overturned", 5000), ("new", 0)]


async def test_a_denial_is_upheld_when_the_payer_denies_again(world: World, bill: Billing) -> None:
    visit = await denied(world, bill)

    await world.post(Era((Clp(visit.pcn, "200", "0", (DENIED,), icn="ICN2"),), trace="T2", produced_on="20261120"))

    assert await cases(world) == [("upheld", 0), ("new", 0)], "the newer case goes on"


async def test_a_correction_to_all_deductible_overturns_a_denial_without_a_cent_paid(
    world: World, bill: Billing
) -> None:
    visit = await denied(world, bill)
    share = Svc("G0463", "200", "0", "CO-45 80, PR-1 120")

    await world.post(Era((Clp(visit.pcn, "200", "0", (share,), icn="ICN2"),), trace="T2"))

    assert await cases(world) == [("overturned", 12000)]


async def test_a_take_back_of_the_recovery_opens_the_case_again(world: World, bill: Billing) -> None:
    visit = await denied(world, bill)
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,), icn="ICN2"),), trace="T2"))
    undo = Clp(visit.pcn, "-200", "-96", (BACK,), status="22", icn="ICN2")

    await world.post(Era((undo, await other(bill)), trace="T3"))

    assert await cases(world) == [("in_review", 0)]


async def test_reversal_and_correction_are_one_entry_of_the_timeline(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((first(visit),)))
    await world.post(Era((back(visit), await other(bill)), trace="T2"))
    await world.post(Era((again(visit),), trace="T3"))

    async with world.database.tenant_tx(world.practice_id) as connection:
        story = await read_timeline(connection, world.practice_id, visit.id)

    told = [entry for entry in story.entries if entry.kind in ("remittance", "reversal")]
    assert [entry.kind for entry in told] == ["remittance", "reversal"]
    assert (told[1].data["state"], told[1].data["original_paid_cents"], told[1].data["correction_paid_cents"]) == (
        "complete",
        9600,
        8000,
    )
