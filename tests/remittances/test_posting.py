"""A payment from the first charge to the last cent: what moves, to whom, with which dates."""

from datetime import date

import pytest

from .conftest import Billing
from .era import BLUFF, Clp, Era, Svc
from .world import World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


async def test_charge_payment_contract_and_share_are_e01_e04_e05_and_e07(world: World, bill: Billing) -> None:
    """The worked example: charge 200, allowed 120, coinsurance 24, the payer pays 96."""
    visit = await bill(("G0463", 20000))
    assert await world.open_of(visit) == {(1100, "payer"): 20000}

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


async def test_a_cut_by_law_lowers_the_payment_and_not_the_allowed_amount(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    outcome = await world.post(
        Era((Clp(visit.pcn, "200", "117.6", (Svc("G0463", "200", "117.6", "CO-45 80, CO-253 2.4"),)),))
    )

    assert ("E06", 4105, 1100, 240) in await world.movements(outcome.remittance_id)
    assert await world.one("SELECT allowed_cents FROM claims.remittance_line WHERE practice_id = $1") == 12000


async def test_the_second_payer_pays_and_the_rest_goes_to_the_patient(world: World, bill: Billing) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    second = Clp(visit.pcn, "200", "20", (Svc("G0463", "200", "20", "OA-23 96, CO-45 80, PR-2 4"),), status="2")
    outcome = await world.post(Era((second,), trace="T2", payer=BLUFF, payer_tax="1420000088"))

    assert await world.movements(outcome.remittance_id) == [
        ("E07", 1110, 1100, 400),
        ("E09", 1040, 1100, 2000),
    ]
    assert await world.open_of(visit) == {(1110, "patient"): 400}
    assert await world.count("review_item") == 0, "what a later payer repeats is no new write-off and no work"


async def test_the_second_payer_does_not_change_what_the_first_decided(world: World, bill: Billing) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    denied = Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "OA-23 176, CO-197 24"),), status="2")
    await world.post(Era((denied,), trace="T2", payer=BLUFF, payer_tax="1420000088"))

    assert await world.claim_state(visit) == "paid"
    assert await world.count("denial_case") == 1


async def test_a_share_arrives_with_todays_date_and_unbilled(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.rows("UPDATE claims.ar_balance SET first_bill_on = '2026-11-03' WHERE practice_id = $1 RETURNING 1")

    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    share = await world.one(
        "SELECT credit_first_bill_on, credit_responsible_on, debit_first_bill_on, debit_responsible_on, service_on "
        "FROM claims.posting WHERE practice_id = $1 AND entry = 'E07'"
    )
    assert tuple(share) == (date(2026, 11, 3), date(2026, 11, 23), None, date(2026, 11, 23), date(2026, 11, 2))


@pytest.mark.parametrize(("setting", "expected"), [(None, date(2026, 11, 23)), ("deposit", date(2026, 11, 20))])
async def test_payments_count_on_the_posting_day_or_where_wanted_on_the_deposit_day(
    world: World, bill: Billing, setting: str | None, expected: date
) -> None:
    visit = await bill(("G0463", 20000))
    if setting:
        await world.settings({"payment_effective": setting})

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    journal = await world.one(
        "SELECT effective_on, source_on, posted_at FROM claims.journal WHERE practice_id = $1 AND source_id = $2",
        outcome.remittance_id,
    )
    assert tuple(journal) == (expected, date(2026, 11, 20), world.now)


async def test_a_deposit_day_after_today_counts_today(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.settings({"payment_effective": "deposit"})

    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), paid_on="20261130"))

    assert await world.one("SELECT effective_on FROM claims.remittance WHERE practice_id = $1") == date(2026, 11, 23)


async def test_postings_carry_the_dimensions_reports_slice_by(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    rows = await world.rows(
        "SELECT entry, charge_id, claim_id, coverage_id, payer_id, plan_id, financial_class, billing_entity_id, "
        "location_id, rendering_provider_id FROM claims.posting WHERE practice_id = $1"
    )
    facts = {row["entry"]: tuple(row)[1:] for row in rows}
    assert facts["E04"] == facts["E05"] == facts["E07"] == facts["E01"]
    assert None not in (facts["E04"][0], facts["E04"][1], facts["E04"][2], facts["E04"][3], facts["E04"][5])


async def test_a_payment_above_what_is_open_becomes_a_credit_of_the_payer(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    again = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), trace="T2", produced_on="20261121"))

    assert await world.movements(again.remittance_id) == [("E04", 1040, 1100, 9600), ("E45", 1100, 2020, 9600)]
    assert await world.open_of(visit) == {(1110, "patient"): 2400}, "nobody is billed twice"
    assert await world.credits() == {2020: 9600}
    reasons = await world.rows("SELECT DISTINCT reason FROM claims.review_item WHERE practice_id = $1")
    assert [row["reason"] for row in reasons] == ["more than is open with this payer"]


async def test_a_later_debit_draws_the_credit_back_first(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "250", (Svc("G0463", "200", "250", "CO-94 -50"),)),)))
    over = Era((Clp(visit.pcn, "200", "200", (Svc("G0463", "200", "200"),)),), trace="T2")
    await world.post(over)
    assert await world.credits() == {2020: 20000}

    raised = Clp(visit.pcn, "200", "230", (Svc("G0463", "200", "230", "CO-144 -30"),))
    outcome = await world.post(Era((raised,), trace="T3"))

    assert ("E45", 1100, 2020, 20000) in await world.movements(outcome.remittance_id)
    assert await world.credits() == {2020: 40000}


async def test_a_claim_level_amount_is_spread_over_the_lines_and_marked_as_ours(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 5000))
    lines = (Svc("G0463", "100", "80", "CO-45 20"), Svc("G0008", "50", "40", "CO-45 10"))

    outcome = await world.post(Era((Clp(visit.pcn, "150", "117.6", lines, cas="CO-253 2.4"),)))

    assert await world.movements(outcome.remittance_id) == [
        ("E04", 1040, 1100, 11760),
        ("E05", 4100, 1100, 3000),
        ("E06", 4105, 1100, 240),
    ]
    derived = await world.rows(
        "SELECT line_n, amount_cents FROM claims.remittance_adjustment WHERE practice_id = $1 AND derived ORDER BY 1"
    )
    assert [tuple(row) for row in derived] == [(1, 160), (2, 80)]
    assert await world.open_of(visit) == {}


async def test_a_claim_without_lines_is_spread_over_what_is_open(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 5000))

    outcome = await world.post(Era((Clp(visit.pcn, "150", "90", cas="CO-45 45, PR-1 15", day="20261102"),)))

    assert outcome.state == "posted"
    lines = await world.rows(
        "SELECT n, cash_cents, derived FROM claims.remittance_line WHERE practice_id = $1 ORDER BY n"
    )
    assert [tuple(row) for row in lines] == [(1, 6000, True), (2, 3000, True)]
    assert await world.open_of(visit) == {(1110, "patient"): 1500}


async def test_interest_on_a_claim_is_information_and_its_money_is_in_the_plb(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    clp = Clp(visit.pcn, "200", "96", (LINE,), extra=("AMT*I*5",))

    outcome = await world.post(Era((clp,), plb=(("L6", "-5"),)))

    assert await world.clearing(outcome.remittance_id) == 10100
    assert ("E20", 1040, 4220, 500) in await world.movements(outcome.remittance_id)


PLB = {
    ("WO", "30"): ("E16B", 1200, 1040),
    ("WO", "-30"): ("E17", 1040, 2040),
    ("FB", "-30"): ("E18", 1040, 2040),
    ("FB", "30"): ("E18", 1200, 1040),
    ("72", "-30"): ("E19", 1040, 1200),
    ("L6", "30"): ("E20", 4230, 1040),
    ("CS", "30"): ("E21", 1200, 1040),
    ("CS", "-30"): ("E21", 1040, 2000),
    ("50", "30"): ("E22", 4140, 1040),
    ("CT", "-30"): ("E23", 1040, 4200),
    ("QQ", "-30"): ("E21", 1040, 2000),
}


@pytest.mark.parametrize(("code", "amount"), PLB)
async def test_a_provider_entry_moves_its_money_and_lowers_the_deposit_when_positive(
    world: World, bill: Billing, code: str, amount: str
) -> None:
    visit = await bill(("G0463", 20000))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), plb=((code, amount),)))

    event, debit, credit = PLB[code, amount]
    assert (event, debit, credit, 3000) in await world.movements(outcome.remittance_id)
    assert await world.clearing(outcome.remittance_id) == (6600 if amount == "30" else 12600)


async def test_a_posted_payment_tells_the_world_in_one_go(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 5000))
    before = len(await world.event_types())
    lines = (Svc("G0463", "100", "80", "CO-45 20"), Svc("G0008", "50", "0", "CO-197 50"))

    outcome = await world.post(Era((Clp(visit.pcn, "150", "80", lines),), plb=(("CS", "10"),)))

    told = (await world.event_types())[before:]
    assert sorted(told) == ["claim.adjudicated", "denial.opened", "remittance.posted", "review.opened"]
    announced = await world.rows(
        "SELECT DISTINCT o.type FROM claims.journal j JOIN claims.outbox o ON o.practice_id = $1 "
        "AND o.id = j.event_outbox_id WHERE j.practice_id = $1 AND j.source_id = $2",
        outcome.remittance_id,
    )
    assert [row["type"] for row in announced] == ["remittance.posted"]


async def test_a_decision_on_a_draft_posts_and_is_flagged(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000), state="draft")

    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))

    assert outcome.state == "posted"
    assert await world.one("SELECT out_of_order FROM claims.remittance_claim WHERE practice_id = $1") is True
    assert await world.one("SELECT kind FROM claims.review_item WHERE practice_id = $1") == "out_of_order"


@pytest.mark.parametrize(("before", "after"), [("sent", "payer_accepted"), ("file_accepted", "payer_accepted"),
                                               ("payer_rejected", "payer_rejected"), ("voided", "voided")])  # fmt: skip
async def test_a_decision_proves_that_a_sent_claim_arrived(
    world: World, bill: Billing, before: str, after: str
) -> None:
    visit = await bill(("G0463", 20000), state=before)

    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,), icn="ICN9"),)))

    row = await world.one(
        "SELECT submission_state, payer_control_number, adjudicated_on FROM claims.claim WHERE practice_id = $1"
    )
    assert tuple(row) == (after, "ICN9", date(2026, 11, 19))
