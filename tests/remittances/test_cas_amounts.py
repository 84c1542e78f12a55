"""What each kind of amount does, one line of 200.00 each: the table of posting rules, read from the books."""

import pytest

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

# name: paid, adjustments, movements besides the payment, open with the payer, open with the patient, what waits
ROWS: dict[str, tuple[str, str, list[tuple[str, int, int, int]], int, int, list[str]]] = {
    "contract price, CO": ("120", "CO-45 80", [("E05", 4100, 1100, 8000)], 0, 0, []),
    "cut by law, CO": ("197.6", "CO-253 2.4", [("E06", 4105, 1100, 240)], 0, 0, []),
    "contract price, PR: stays open for a person": ("120", "PR-45 80", [], 8000, 0, ["review PR-45 8000"]),
    "209 without another coverage: never the patient": ("120", "OA-209 80", [], 8000, 0, ["review OA-209 8000"]),
    "deductible, PR": ("0", "PR-1 200", [("E07", 1110, 1100, 20000)], 0, 20000, []),
    "copay, PR": ("170", "PR-3 30", [("E07", 1110, 1100, 3000)], 0, 3000, []),
    "patient share under CO: stays open": ("170", "CO-3 30", [], 3000, 0, ["review CO-3 3000"]),
    "earlier payer's effect: memo": ("50", "OA-23 150", [], 15000, 0, []),
    "denial, CO: stays open, a case": ("0", "CO-197 200", [], 20000, 0, ["case CO-197 20000"]),
    "denial, PR: stays open, a case, not the patient": ("0", "PR-204 200", [], 20000, 0, ["case PR-204 20000"]),
    "reduction of the contractual class": ("150", "CO-59 50", [("E05", 4100, 1100, 5000)], 0, 0, []),
    "withhold": ("180", "CO-104 20", [("E36", 1215, 1100, 2000)], 0, 0, []),
    "pend: stays open, a watch": ("0", "OA-133 200", [], 20000, 0, ["watch OA-133 20000"]),
    "information about money: stays open": ("100", "OA-100 100", [], 10000, 0, ["review OA-100 10000"]),
    "incentive on top, CO negative": ("210", "CO-144 -10", [("E23", 1100, 4210, 1000)], 0, 0, []),
    "priced above the charge, CO negative": ("210", "CO-94 -10", [("E05", 1100, 4100, 1000)], 0, 0, []),
    "spending account nets the share": (
        "150", "PR-1 80, PR-187 -30", [("E07", 1110, 1100, 5000)], 0, 5000, [],
    ),
    "a code that is in no list: stays open": ("150", "CO-ZZ9 50", [], 5000, 0, ["unknown_code CO-ZZ9 5000"]),
    "old group CR: held": ("150", "CR-45 50", [("E46", 1040, 2000, 15000)], 20000, 0, []),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
async def test_an_amount_does_what_its_row_says(world: World, bill: Billing, name: str) -> None:
    paid, cas, movements, payer, patient, waiting = ROWS[name]
    visit = await bill(("G0463", 20000))

    outcome = await world.post(Era((Clp(visit.pcn, "200", paid, (Svc("G0463", "200", paid, cas),)),)))

    posted = [row for row in await world.movements(outcome.remittance_id) if row[0] != "E04"]
    open_now = await world.open_of(visit)
    assert posted == movements
    assert (open_now.get((1100, "payer"), 0), open_now.get((1110, "patient"), 0)) == (payer, patient)
    assert await waiting_on(world) == waiting


async def test_209_goes_to_the_next_coverage_when_there_is_one(world: World, bill: Billing) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    visit = await bill(("G0463", 20000))

    await world.post(Era((Clp(visit.pcn, "200", "120", (Svc("G0463", "200", "120", "OA-209 80"),)),)))

    assert await world.open_of(visit) == {(1100, "COV-2"): 8000}
    assert await waiting_on(world) == []


async def test_the_share_goes_to_the_next_coverage_before_the_patient(world: World, bill: Billing) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    visit = await bill(("G0463", 20000))

    await world.post(Era((Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CO-45 80, PR-2 24"),)),)))

    assert await world.open_of(visit) == {(1100, "COV-2"): 2400}


@pytest.mark.parametrize(("ends_on", "owner"), [("2026-11-01", "patient"), ("2026-11-02", "COV-2")])
async def test_a_coverage_that_ended_before_the_service_owes_nothing(
    world: World, bill: Billing, ends_on: str, owner: str
) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2, ends_on=ends_on)
    visit = await bill(("G0463", 20000))

    await world.post(Era((Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CO-45 80, PR-2 24"),)),)))

    account = 1110 if owner == "patient" else 1100
    assert await world.open_of(visit) == {(account, owner): 2400}


async def waiting_on(world: World) -> list[str]:
    """Denial cases and review items, as `kind group-code cents`."""
    rows = await world.rows(
        "SELECT 'case' AS kind, group_code, carc, denied_cents AS cents FROM claims.denial_case WHERE practice_id = $1 "
        "UNION ALL SELECT kind, group_code, carc, amount_cents FROM claims.review_item WHERE practice_id = $1 "
        "AND carc IS NOT NULL ORDER BY 1, 2, 3"
    )
    return [f"{row['kind']} {row['group_code']}-{row['carc']} {row['cents']}" for row in rows]
