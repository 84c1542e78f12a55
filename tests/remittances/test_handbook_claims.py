"""Handbook 13, items 1-7, 11-17, model 1 and journals E04-E07, E09, E10, E33, E35, E36: what one claim of an 835 does.

One row a rule: what the payer writes on a charge of 200, and the accounts afterwards. 1100 payer, 1110 patient,
1215 withholds, 4100 contract, 4105 cuts by law, 4210 incentives; what does not post stays open with the payer.
"""

from dataclasses import dataclass

import pytest

from claims_api.held_money.unmatch_claim import unmatch_claim
from claims_api.remittances.post_remittance import post_remittance

from .conftest import Billing
from .era import Clp, Era, Svc, era_bytes, sources
from .world import World


@dataclass(frozen=True)
class Row:
    """paid and cas of the line; accounts that are not zero, 1040 (= paid) and 4000 aside; denial cases, reviews."""

    paid: str
    cas: str
    accounts: dict[int, int]
    cases: int = 0
    reviews: int = 0
    state: str = "paid"
    status: str = "1"
    remarks: str = ""


RULES = {
    "E04 E05 E07: contract, share, payment": Row("96", "CO-45 80, PR-2 24", {1110: 2400, 4100: 8000}),
    "13.1 status 4 with money posts, is looked at": Row("120", "CO-45 80", {4100: 8000}, reviews=1, status="4"),
    "13.1 a denial arrives as status 1": Row("0", "CO-197 200", {1100: 20000}, 1, state="denied"),
    "13.2 all deductible is no denial": Row("0", "CO-45 80, PR-1 120", {1110: 12000, 4100: 8000}, state="zero_paid"),
    "13.2 reporting only is no denial": Row("0", "CO-246 200", {1100: 20000}, reviews=1, state="zero_paid"),
    "13.4 MA130 is unprocessable": Row("0", "CO-16 200", {1100: 20000}, 1, state="denied", remarks="MA130"),
    "13.12 45 on the whole charge is looked at": Row("0", "CO-45 200", {4100: 20000}, reviews=1, state="zero_paid"),
    "13.12 E06 sequestration is no contract": Row("117.6", "CO-45 80, CO-253 2.4", {4100: 8000, 4105: 240}),
    "13.13 a share under CO never reaches the patient": Row("176", "CO-2 24", {1100: 2400}, reviews=1),
    "13.13 45 under PR stays open": Row("120", "PR-45 80", {1100: 8000}, reviews=1),
    "13.13 a denial under PR stays open": Row("0", "PR-96 200", {1100: 20000}, 1, state="denied"),
    "13.17 an unknown reason stays open": Row("150", "CO-ZZZ9 50", {1100: 5000}, reviews=1),
    "13.17 a retired contract reason still posts": Row("120", "CO-42 80", {4100: 8000}),
    "E10 an earlier payer's effect is a memo": Row("20", "OA-23 180", {1100: 18000}),
    "E36 withhold": Row("190", "CO-104 10", {1215: 1000}),
    "a negative incentive raises income": Row("210", "CO-144 -10", {4210: -1000}),
    "a negative pricing raises the contract": Row("210", "CO-94 -10", {4100: -1000}),
    "187 nets the patient's share": Row("186", "PR-2 24, PR-187 -10", {1110: 1400}),
    "209 never reaches the patient": Row("180", "OA-209 20", {1100: 2000}, reviews=1),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
async def test_a_rule_of_the_handbook(world: World, bill: Billing, rule: str) -> None:
    row = RULES[rule]
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", row.paid, row.cas, remarks=row.remarks)

    outcome = await world.post(Era((Clp(visit.pcn, "200", row.paid, (line,), status=row.status),)))

    rows = await world.rows(
        "SELECT account, sum(amount_cents)::bigint AS cents FROM claims.ledger_entry WHERE practice_id = $1 "
        "AND account NOT IN (1040, 4000) GROUP BY 1 HAVING sum(amount_cents) <> 0 ORDER BY 1"
    )
    assert outcome.state == "posted"
    assert {one["account"]: one["cents"] for one in rows} == row.accounts
    assert await world.count("denial_case") == row.cases
    assert await world.count("review_item") == row.reviews
    assert await world.claim_state(visit) == row.state


async def capitate(world: World) -> None:
    await world.rows('UPDATE claims.payer SET profile = \'{"capitated": "yes"}\' WHERE practice_id = $1 RETURNING 1')


async def test_e35_a_capitated_service_closes_as_contractual_and_is_no_denial(world: World, bill: Billing) -> None:
    await capitate(world)
    visit = await bill(("G0463", 20000))

    outcome = await world.post(Era((Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-24 200"),)),)))

    assert await world.movements(outcome.remittance_id) == [("E35", 4100, 1100, 20000)]
    assert await world.count("denial_case") == 0
    assert await world.claim_state(visit) == "zero_paid"


async def test_24_of_a_payer_without_capitation_is_a_denial(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))

    await world.post(Era((Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "CO-24 200"),)),)))

    assert await world.count("denial_case") == 1
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_a_capitated_payer_may_deny_another_line(world: World, bill: Billing) -> None:
    await capitate(world)
    visit = await bill(("G0463", 20000), ("G0008", 5000))
    lines = (Svc("G0463", "200", "0", "CO-24 200"), Svc("G0008", "50", "0", "CO-197 50"))

    await world.post(Era((Clp(visit.pcn, "250", "0", lines),)))

    assert await world.one("SELECT denied_cents FROM claims.denial_case WHERE practice_id = $1") == 5000
    assert await world.open_of(visit) == {(1100, "payer"): 5000}


@pytest.mark.parametrize("status", ["5", "10", "11", "13", "15", "16", "17", "27"])
async def test_an_old_status_is_held_with_its_money(world: World, bill: Billing, status: str) -> None:
    visit = await bill(("G0463", 20000))
    old = Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CO-45 104"),), status=status)

    outcome = await world.post(Era((old,)))

    assert await world.held(outcome.remittance_id) == {1: "status_not_supported"}
    assert await world.movements(outcome.remittance_id) == [("E46", 1040, 2000, 9600)]


async def test_group_cr_outside_a_reversal_is_held_with_its_money(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    old = Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CR-45 104"),))

    outcome = await world.post(Era((old,)))

    assert await world.held(outcome.remittance_id) == {1: "group_not_supported"}


async def test_a_predetermination_posts_nothing(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    estimate = Clp(visit.pcn, "200", "0", (Svc("G0463", "200", "0", "OA-101 200"),), status="25")

    outcome = await world.post(Era((estimate,), method="NON"))

    assert await world.movements(outcome.remittance_id) == []
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_13_15_a_line_that_the_payer_split_lands_on_its_one_charge(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    number = visit.numbers[0]
    lines = (
        Svc("G0463", "120", "60", "CO-45 60", number=number),
        Svc("G0463", "80", "36", "CO-45 20, PR-2 24", number=number),
    )

    await world.post(Era((Clp(visit.pcn, "200", "96", lines),)))

    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    charges = await world.rows("SELECT DISTINCT charge_id FROM claims.remittance_line WHERE practice_id = $1")
    assert [row["charge_id"] for row in charges] == visit.charges


async def test_13_15_a_bundled_line_pays_one_code_and_leaves_the_other_at_nothing(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000), ("G0008", 5000))
    lines = (
        Svc("G0463", "200", "120", "CO-45 80", number=visit.numbers[0], submitted="G0463"),
        Svc("G0463", "50", "0", "CO-97 50", number=visit.numbers[1], submitted="G0008"),
    )

    await world.post(Era((Clp(visit.pcn, "250", "120", lines),)))

    assert await world.open_of(visit) == {(1100, "payer"): 5000}
    assert await world.count("denial_case") == 1


async def test_everything_the_payer_wrote_beside_the_money_is_kept(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 104", extra=("AMT*B6*96", "AMT*KH*3", "QTY*ZK*2", "LQ*RX*75"))
    extra = ("MOA***MA01", "AMT*AU*96", "QTY*CA*1", "REF*EA*REC9", "DTM*050*20261105")

    await world.post(Era((Clp(visit.pcn, "200", "96", (line,), extra=extra),)))

    claim = await world.one("SELECT facts FROM claims.remittance_claim WHERE practice_id = $1")
    assert claim == {
        "outpatient": ["", "", "MA01"],
        "amounts": [["AU", 9600]],
        "quantities": [["CA", "1"]],
        "references": [["EA", "REC9"]],
        "dates": [["050", "2026-11-05"]],
    }
    kept = await world.one("SELECT facts FROM claims.remittance_line WHERE practice_id = $1")
    assert kept == {"amounts": [["KH", 300]], "quantities": [["ZK", "2"]], "other_remarks": [["RX", "75"]]}


async def test_a_corrected_member_is_proposed_and_changes_nothing(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    extra = ("NM1*74*1*SANDBOXER*PATRICIA****C*M9999", "NM1*PR*2*OTHER PLAN*****PI*OTH01")
    clp = Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CO-45 104"),), extra=extra)

    await world.post(Era((clp,)))

    rows = await world.rows("SELECT kind, stated, state FROM claims.correction_proposal WHERE practice_id = $1")
    assert {row["kind"]: row["stated"]["id"] for row in rows} == {"member": "M9999", "other_payer": "OTH01"}
    assert {row["state"] for row in rows} == {"open"}
    assert await world.one("SELECT member_id FROM claims.coverage WHERE practice_id = $1") == "M0001"


async def test_a_member_repeated_as_we_have_it_is_no_proposal(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    extra = ("NM1*74*1*SANDBOXER*PAT****C*M0001",)

    await world.post(Era((Clp(visit.pcn, "200", "96", (Svc("G0463", "200", "96", "CO-45 104"),), extra=extra),)))

    assert await world.count("correction_proposal") == 0


async def test_e33_posted_to_the_wrong_claim_is_mirrored_and_linked_to_what_it_undoes(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
    wrong = await world.post(Era((Clp(visit.pcn, "200", "96", (line,)),)))

    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        why = "another patient of the same name"
        await unmatch_claim(connection, world.acting(), wrong.remittance_id, 1, reason=why, if_match='"1"')

    moved = await world.movements(wrong.remittance_id)
    assert [row for row in moved if row[0] == "E33"] == [
        ("E33", 1100, 1040, 9600),
        ("E33", 1100, 1110, 2400),
        ("E33", 1100, 4100, 8000),
    ]
    undone = await world.one(
        "SELECT k.kind FROM claims.journal j JOIN claims.journal k ON k.practice_id = $1 "
        "AND k.id = j.reverses_journal_id WHERE j.practice_id = $1 AND j.kind = 'unmatch'"
    )
    assert undone == "remittance"


async def test_claims_under_their_own_groups_of_a_payment_post_as_under_one(world: World, bill: Billing) -> None:
    """A payer may open a new LX group for each claim; groups carry no money of their own."""
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 104")
    one = era_bytes(Era((Clp(visit.pcn, "200", "96", (line,)), Clp(other.pcn, "200", "96", (line,)))))
    count = one.partition(b"ST*835")[2].partition(b"SE*")[0].count(b"~") + 1
    second = f"CLP*{other.pcn}".encode()
    grouped = one.replace(second, b"LX*2~" + second).replace(b"SE*%d*" % count, b"SE*%d*" % (count + 1))
    assert grouped.count(b"LX*") == 2

    [read] = sources(grouped)
    outcome = await post_remittance(world.database, world.acting(), read)

    assert (outcome.state, outcome.counts["posted"]) == ("posted", 2)
    assert await world.open_of(visit) == await world.open_of(other) == {}
    assert await world.clearing(outcome.remittance_id) == 19200
