"""A payer takes a decision back, and decides again: in one payment or several, in any order."""

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

PAID = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
BACK = Svc("G0463", "-200", "-96", "CO-45 -80, PR-2 -24")
LESS = Svc("G0463", "200", "80", "CO-45 100, PR-2 20")


async def test_a_reversal_is_the_mirror_and_the_correction_posts_anew(world: World, bill: Billing) -> None:
    """E29 and E30 of the worked example, in one payment: the total simply drops."""
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 30000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,), icn="ICN1"),)))
    back = Clp(visit.pcn, "-200", "-96", (BACK,), status="22", icn="ICN1")
    again = Clp(visit.pcn, "200", "80", (LESS,), icn="ICN2")
    paid = Clp(other.pcn, "300", "200", (Svc("G0008", "300", "200", "CO-45 100"),))

    outcome = await world.post(Era((back, again, paid), trace="T2"))

    moved = await world.movements(outcome.remittance_id)
    assert [row for row in moved if row[0] == "E29"] == [
        ("E29", 1100, 1040, 9600),
        ("E29", 1100, 1110, 2400),
        ("E29", 1100, 4100, 8000),
    ]
    assert await world.open_of(visit) == {(1110, "patient"): 2000}
    assert await world.clearing(outcome.remittance_id) == 20000 - 9600 + 8000
    assert await world.claim_state(visit) == "paid"
    assert await world.count("denial_case") == 0, "a reversal is never a denial"


async def test_a_correction_that_stands_before_its_reversal_posts_the_same(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 30000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    back, again = Clp(visit.pcn, "-200", "-96", (BACK,), status="22"), Clp(visit.pcn, "200", "80", (LESS,))
    paid = Clp(other.pcn, "300", "200", (Svc("G0008", "300", "200", "CO-45 100"),))

    await world.post(Era((again, back, paid), trace="T2"))

    assert await world.open_of(visit) == {(1110, "patient"): 2000}
    assert await world.credits() == {}


async def test_between_reversal_and_correction_the_payer_owes_again(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 30000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    paid = Clp(other.pcn, "300", "200", (Svc("G0008", "300", "200", "CO-45 100"),))

    await world.post(Era((Clp(visit.pcn, "-200", "-96", (BACK,), status="22"), paid), trace="T2"))
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.claim_state(visit) == "reversed"

    await world.post(Era((Clp(visit.pcn, "200", "80", (LESS,)),), trace="T3"))
    assert await world.open_of(visit) == {(1110, "patient"): 2000}
    kinds = await world.rows(
        "SELECT kind FROM claims.journal WHERE practice_id = $1 AND source_type = 'remittance' "
        "AND id IN (SELECT journal_id FROM claims.remittance_claim WHERE practice_id = $1 AND claim_id = $2) "
        "ORDER BY id",
        visit.id,
    )
    assert [row["kind"] for row in kinds] == ["remittance", "reversal", "correction"]


async def test_a_correction_that_was_taken_back_posts_nothing_when_the_decision_before_it_is_reversed(
    world: World, bill: Billing
) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 30000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,), icn="ICN1"),)))
    await world.post(Era((Clp(visit.pcn, "200", "80", (LESS,), icn="ICN2"),), trace="T2"))
    paid = Clp(other.pcn, "300", "200", (Svc("G0008", "300", "200", "CO-45 100"),))
    less_back = Svc("G0463", "-200", "-80", "CO-45 -100, PR-2 -20")

    await world.post(Era((Clp(visit.pcn, "-200", "-80", (less_back,), status="22", icn="ICN2"), paid), trace="T3"))
    await world.post(
        Era((Clp(visit.pcn, "-200", "-96", (BACK,), status="22", icn="ICN1"),), trace="T4", plb=(("FB", "-96"),))
    )

    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.credits() == {}


async def test_what_the_patient_paid_meanwhile_becomes_the_patients_credit(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 30000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    await world.patient_pays(visit, 2400)
    paid = Clp(other.pcn, "300", "200", (Svc("G0008", "300", "200", "CO-45 100"),))

    await world.post(Era((Clp(visit.pcn, "-200", "-96", (BACK,), status="22"), paid), trace="T2"))

    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.credits() == {2030: 2400}

    await world.post(Era((Clp(visit.pcn, "200", "80", (LESS,)),), trace="T3"))
    assert await world.open_of(visit) == {}
    assert await world.credits() == {2030: 400}, "the new share draws the credit back first"


async def test_a_decision_is_reversed_once(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 90000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    back = Clp(visit.pcn, "-200", "-96", (BACK,), status="22")
    paid = Clp(other.pcn, "900", "500", (Svc("G0008", "900", "500", "CO-45 400"),))

    outcome = await world.post(Era((back, back, paid), trace="T2"))

    assert await world.held(outcome.remittance_id) == {2: "reversal_unmatched"}
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_a_reversal_of_another_amount_is_held(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0008", 90000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    wrong = Clp(visit.pcn, "-200", "-95", (Svc("G0463", "-200", "-95", "CO-45 -81, PR-2 -24"),), status="22")
    paid = Clp(other.pcn, "900", "500", (Svc("G0008", "900", "500", "CO-45 400"),))

    outcome = await world.post(Era((wrong, paid), trace="T2"))

    assert await world.held(outcome.remittance_id) == {1: "reversal_unmatched"}


async def test_a_reversal_in_a_payment_below_zero_is_carried_forward(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    back = Clp(visit.pcn, "-200", "-96", (BACK,), status="22")

    outcome = await world.post(Era((back,), trace="T2", plb=(("FB", "-96"),), method="NON"))

    assert outcome.state == "posted"
    assert await world.clearing(outcome.remittance_id) == 0
    assert ("E18", 1040, 2040, 9600) in await world.movements(outcome.remittance_id)


async def test_a_take_back_announced_now_restores_the_total(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,)),)))
    back, again = Clp(visit.pcn, "-200", "-96", (BACK,), status="22"), Clp(visit.pcn, "200", "80", (LESS,))

    outcome = await world.post(Era((back, again), trace="T2", plb=(("WO", "-16"),), method="NON"))

    assert await world.clearing(outcome.remittance_id) == 0
    assert ("E17", 1040, 2040, 1600) in await world.movements(outcome.remittance_id)
