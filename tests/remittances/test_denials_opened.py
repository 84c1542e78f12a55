"""Denied or not is decided line by line from the reasons; a case is opened for each denied line, with its route."""

import pytest

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

# claim status, paid, adjustments, remarks: outcome of the line, of the claim, cases
OUTCOMES = {
    "a denial arrives as status 1 with nothing paid": ("1", "0", "CO-197 200", "denied", "denied", ["197 20000"]),
    "all of it deductible is no denial": ("1", "0", "PR-1 200", "zero_paid_patient_share", "zero_paid", []),
    "covered by an earlier payer is no denial": ("2", "0", "OA-23 200", "zero_paid_prior_payer", "zero_paid", []),
    "reporting only counts nowhere": ("1", "0", "CO-246 200", "informational", "zero_paid", []),
    "contract pricing of everything is a riddle": ("1", "0", "CO-45 200", "zero_paid_review", "zero_paid", []),
    "paid in part, denied in part": (
        "1", "96", "CO-45 80, CO-197 24", "partially_denied", "partially_denied", ["197 2400"],
    ),
    "a pend is not final": ("1", "0", "OA-133 200", "pended", "pended", []),
    "status 4 is the patient not known": ("4", "0", "PR-31 200", "denied", "denied", ["31 20000"]),
    "the largest amount names the case": ("1", "0", "CO-16 50, CO-197 150", "denied", "denied", ["197 20000"]),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTCOMES)
async def test_a_line_is_judged_by_its_reasons(world: World, bill: Billing, name: str) -> None:
    status, paid, cas, line_outcome, claim_outcome, cases = OUTCOMES[name]
    visit = await bill(("G0463", 20000))

    await world.post(Era((Clp(visit.pcn, "200", paid, (Svc("G0463", "200", paid, cas),), status=status),)))

    assert await world.one("SELECT outcome FROM claims.remittance_line WHERE practice_id = $1") == line_outcome
    assert await world.one("SELECT outcome FROM claims.remittance_claim WHERE practice_id = $1") == claim_outcome
    assert await world.claim_state(visit) == claim_outcome
    rows = await world.rows("SELECT carc, denied_cents FROM claims.denial_case WHERE practice_id = $1")
    assert [f"{row['carc']} {row['denied_cents']}" for row in rows] == cases


async def test_a_case_knows_its_line_its_route_and_its_remarks(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 10000))
    lines = (Svc("G0463", "100", "80", "CO-45 20"), Svc("G0008", "100", "0", "CO-16 100", remarks="MA130 N382"))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "80", lines),)))

    case = await world.one(
        "SELECT charge_id, remittance_id, remittance_line_n, rarcs, appeal_path, recommended_action, state "
        "FROM claims.denial_case WHERE practice_id = $1"
    )
    assert tuple(case) == (
        visit.charges[1], outcome.remittance_id, 2, ["MA130", "N382"], "new_claim", "correct_and_resubmit", "new",
    )  # fmt: skip


async def test_a_claim_denied_as_a_whole_is_one_case(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 10000), ("G0008", 10000))
    lines = (Svc("G0463", "100", "100"), Svc("G0008", "100", "100"))

    await world.post(Era((Clp(visit.pcn, "200", "0", lines, cas="CO-29 200"),)))

    case = await world.one(
        "SELECT carc, remittance_line_n, denied_cents FROM claims.denial_case WHERE practice_id = $1"
    )
    assert tuple(case) == ("29", 0, 20000)
    assert await world.claim_state(visit) == "denied"
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_a_claim_level_remark_takes_the_appeal_away(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    clp = Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-16 200"),), extra=("MOA***MA130",))

    await world.post(Era((clp,)))

    assert await world.one("SELECT appeal_path FROM claims.denial_case WHERE practice_id = $1") == "new_claim"


async def test_held_claims_open_no_case(world: World, bill: Billing) -> None:
    await bill(("G0463", 20000))

    await world.post(Era((Clp("NOBODY1", "200", "0", (Svc("G0463", "200", "0", "CO-197 200"),)),)))

    assert await world.count("denial_case") == 0
