"""The worked example of the handbook: charge 200, allowed 120, coinsurance 24, the payer pays 96."""

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


async def test_payment_contract_and_share_leave_nothing_with_the_payer(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,), icn="ICN1"),)))

    assert outcome.state == "posted"
    assert await world.movements(outcome.remittance_id) == [
        ("E04", 1040, 1100, 9600),
        ("E05", 4100, 1100, 8000),
        ("E07", 1110, 1100, 2400),
    ]
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await world.claim_state(visit) == "paid"
    assert await world.clearing(outcome.remittance_id) == 9600
