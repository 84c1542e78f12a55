"""Money that cannot be posted is never lost: held with a reason, queued with findings, recognised when it repeats."""

import pytest

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


async def test_a_stranger_is_held_and_clearing_shows_the_whole_payment(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    stranger = Clp("NOBODY1", "50", "50", (Svc("G0008", "50", "50"),))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)), stranger)))

    assert outcome.state == "posted_with_held"
    assert await world.held(outcome.remittance_id) == {2: "no_match"}
    assert ("E46", 1040, 2000, 5000) in await world.movements(outcome.remittance_id)
    assert await world.clearing(outcome.remittance_id) == 14600
    assert await world.open_of(visit) == {(1110, "patient"): 2400}, "the rest of the payment posts"


async def test_a_reversal_of_nothing_we_posted_is_held_on_the_other_side(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    other = await bill(("G0008", 30000))
    back = Clp(visit.pcn, "-200", "-96", (Svc("G0463", "-200", "-96", "CO-45 -80, PR-2 -24"),), status="22")
    paid = Clp(other.pcn, "300", "200", (Svc("G0008", "300", "200", "CO-45 100"),))

    outcome = await world.post(Era((back, paid)))

    assert await world.held(outcome.remittance_id) == {1: "reversal_unmatched"}
    assert ("E46", 1200, 1040, 9600) in await world.movements(outcome.remittance_id)
    assert await world.clearing(outcome.remittance_id) == 10400
    assert await world.claim_state(visit) == "none"


async def test_a_claim_that_does_not_add_up_is_held_and_its_neighbour_posts(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    wrong = Clp(visit.pcn, "200", "100", (Svc("G0463", "200", "100", "CO-45 80, PR-2 24"),))

    outcome = await world.post(Era((wrong, Clp(other.pcn, "200", "96", (LINE,)))))

    assert await world.held(outcome.remittance_id) == {1: "unbalanced"}
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.open_of(other) == {(1110, "patient"): 2400}
    assert {finding["code"] for finding in outcome.findings} >= {"claim_unbalanced"}


@pytest.mark.parametrize(
    ("status", "paid", "cas", "reason"),
    [
        ("5", "96", "CO-45 104", "status_not_supported"),
        ("25", "96", "CO-45 104", "money_without_decision"),
        ("23", "96", "CO-45 104", "money_without_decision"),
        ("1", "-10", "CO-45 210", "negative_payment"),
    ],
)
async def test_what_is_no_decision_never_posts(
    world: World, bill: Billing, status: str, paid: str, cas: str, reason: str
) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    odd = Clp(visit.pcn, "200", paid, (Svc("G0463", "200", paid, cas),), status=status)

    outcome = await world.post(Era((odd, Clp(other.pcn, "200", "96", (LINE,)))))

    assert await world.held(outcome.remittance_id) == {1: reason}
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


@pytest.mark.parametrize(("status", "state"), [("25", "none"), ("23", "forwarded")])
async def test_an_estimate_is_a_memo_and_a_forwarded_claim_moves_on(
    world: World, bill: Billing, status: str, state: str
) -> None:
    visit = await bill(("G0463", 20000))
    memo = Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-45 200"),), status=status)

    outcome = await world.post(Era((memo,)))

    assert (outcome.state, outcome.counts["memo"]) == ("posted", 1)
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.claim_state(visit) == state


async def test_a_payment_that_does_not_add_up_posts_nothing_and_waits_with_its_findings(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    postings = await world.count("posting")

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount="96.01"))

    assert outcome.state == "queued"
    assert "payment_unbalanced" in {finding["code"] for finding in outcome.findings}
    assert await world.count("posting") == postings
    assert await world.one("SELECT state FROM claims.remittance_claim WHERE practice_id = $1") == "waiting"
    assert (await world.event_types())[-1] == "remittance.queued"


async def test_the_corrected_copy_of_a_payment_that_never_posted_posts(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    good = Era((Clp(visit.pcn, "200", "96", (LINE,)),))
    await world.post(good.but(claims=(Clp(visit.pcn, "200", "97", (LINE,)),), amount="96"))

    outcome = await world.post(good)

    assert outcome.state == "posted"


async def test_the_same_payment_again_is_a_duplicate_whatever_file_it_comes_in(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)),))
    first = await world.post(era)
    postings = await world.count("posting")

    again = await world.post(era.but(control="0042", produced_on="20261121"))

    assert (again.state, again.duplicate_of) == ("duplicate", first.remittance_id)
    assert await world.count("posting") == postings
    assert (await world.event_types())[-1] == "remittance.duplicate"


async def test_a_duplicate_of_a_duplicate_names_the_first_payment(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)),))
    first = await world.post(era)
    await world.post(era)

    assert (await world.post(era)).duplicate_of == first.remittance_id


async def test_the_same_payment_with_other_claims_is_left_to_a_person(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    first = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    outcome = await world.post(Era((Clp(other.pcn, "200", "96", (LINE,)),)))

    assert (outcome.state, outcome.duplicate_of) == ("queued", first.remittance_id)
    assert outcome.findings[0]["code"] == "payment_looks_like_a_posted_one"
    assert await world.open_of(other) == {(1100, "payer"): 20000}
    assert (await world.event_types())[-1] == "remittance.review"


@pytest.mark.parametrize(
    "changes", [{"trace": "T2"}, {"paid_on": "20261119"}, {"payee": "1111111112"}, {"payer_tax": "1420000001"}]
)
async def test_any_other_part_of_the_identity_makes_another_payment(
    world: World, bill: Billing, changes: dict[str, str]
) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    outcome = await world.post(Era((Clp(other.pcn, "200", "96", (LINE,)),)).but(**changes))

    assert outcome.state == "posted"


async def test_notices_without_money_may_repeat_their_trace_number(world: World, bill: Billing) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    nothing = Svc("G0463", "200", "0", "CO-197 200")
    first = Era((Clp(visit.pcn, "200", "0", (nothing,)),), trace="NOPAY", method="NON")

    one = await world.post(first)
    two = await world.post(first.but(claims=(Clp(other.pcn, "200", "0", (nothing,)),)))
    again = await world.post(first)

    assert [one.state, two.state, again.state] == ["posted", "posted", "duplicate"]


async def test_the_same_decision_under_another_payment_is_held(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    claim = Clp(visit.pcn, "200", "96", (LINE,), icn="ICN1")
    await world.post(Era((claim,)))

    reissued = await world.post(Era((claim,), trace="T2"))
    later = await world.post(Era((claim,), trace="T3", produced_on="20261120"))

    assert await world.held(reissued.remittance_id) == {1: "look_alike"}
    assert later.state == "posted", "another adjudication date is another decision"
