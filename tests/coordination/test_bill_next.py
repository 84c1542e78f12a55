"""The secondary claim tells the second payer exactly what the first one decided, once, and only when it may."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ar_shared.kernel.clock import SystemClock
from claims_api.coordination.follow_decisions import follow_decisions
from claims_api.events.sequence_events import sequence_events

# Relative, because the tests are not on the import path.
from ..remittances.era import BLUFF, Clp, Svc  # noqa: TID252
from ..versions.world import Office, reversed_  # noqa: TID252
from ..x12.claims_837 import passes_pyx12, read  # noqa: TID252


def primary(claim: dict[str, Any], **changes: Any) -> Clp:
    """120, 30 and 150 charged; 60, 20 and 100 allowed; a fifth is the patient's."""
    numbers = [line["line_control_number"] for line in claim["lines"]]
    lines = (
        Svc("G0463", "120", "48", "CO-45 60, PR-2 12", number=numbers[0]),
        Svc("G0008", "30", "16", "CO-45 10, PR-2 4", number=numbers[1]),
        Svc("J3420", "150", "80", "CO-45 50, PR-1 15, PR-2 5", number=numbers[2]),
    )
    facts = {"icn": "ICN0001", **changes}
    return Clp(claim["patient_control_number"], "300", "144", lines, **facts)


async def decided(office: Office, **changes: Any) -> dict[str, Any]:
    claim = await office.claim()
    await office.send()
    made = await office.pay(primary(claim, **changes))
    assert made["state"] == "posted", made
    return claim


async def bill(office: Office, claim: dict[str, Any], status: int = 200) -> dict[str, Any]:
    return await office.ask("POST", f"/v1/claims/{claim['id']}/bill-next", status)


async def coordination(office: Office, claim: dict[str, Any]) -> dict[str, Any]:
    return await office.ask("GET", f"/v1/claims/{claim['id']}/coordination")


async def follow(office: Office) -> int:
    """The rule runs, after the feed was numbered."""
    database, practice_id = office.sandbox.database, office.sandbox.practice_id
    await sequence_events(database, practice_id)
    return await follow_decisions(database, SystemClock(), practice_id)


async def events(office: Office) -> list[str]:
    await sequence_events(office.sandbox.database, office.sandbox.practice_id)
    rows = await office.rows("SELECT type FROM claims.event WHERE practice_id = $1 ORDER BY sequence")
    return [row["type"] for row in rows]


async def test_the_secondary_claim_copies_the_primarys_decision_and_passes_as_an_837(office: Office) -> None:
    claim = await decided(office)

    second = await bill(office, claim)
    text = (await office.send()).replace("\n", "")

    assert (second["submission_state"], second["sequence"], second["origin_claim_id"]) == ("ready", 2, claim["id"])
    assert second["patient_control_number"] != claim["patient_control_number"]
    assert (second["charge_cents"], second["insurance_cents"]) == (30000, 3600)
    assert "SBR*S*18*GRP2" in text
    assert "SBR*P*18*" in text
    assert "AMT*D*144~AMT*EAF*36~" in text
    assert "NM1*PR*2*Prairie Mutual Health*****PI*TPM01~" in text
    assert "SVD*TPM01*48*HC:G0463**1~CAS*CO*45*60~CAS*PR*2*12~DTP*573*D8*20261120~AMT*EAF*12~" in text
    assert "SVD*TPM01*80*HC:J3420**1~CAS*CO*45*50~CAS*PR*1*15**2*5~DTP*573*D8*20261120~AMT*EAF*20~" in text
    assert passes_pyx12(text)
    assert [one.facts.coverage.sequence for one in read(text.encode()) if one.facts] == ["S"]


async def test_what_the_next_payer_owes_is_open_on_its_claim_and_billed_when_it_is_sent(office: Office) -> None:
    claim = await decided(office)
    second = await bill(office, claim)
    assert ((await office.read(claim))["balance_cents"], second["balance_cents"]) == (0, 3600)

    await office.send()

    [billed] = await office.rows(
        "SELECT sum(amount_cents)::bigint AS cents FROM claims.posting WHERE practice_id = $1 AND entry = 'E47' "
        "AND claim_id = $2",
        UUID(second["id"]),
    )
    assert billed["cents"] == 3600
    for one in (claim, second):
        await office.proofs_hold(one)


async def test_the_second_payers_payment_closes_its_claim_and_leaves_the_rest_to_the_patient(office: Office) -> None:
    claim = await decided(office)
    second = await bill(office, claim)
    await office.send()
    assert (await coordination(office, claim))["patient"]["billable_cents"] == 0
    numbers = [line["line_control_number"] for line in second["lines"]]
    lines = (
        Svc("G0463", "120", "12", "OA-23 108", number=numbers[0]),
        Svc("G0008", "30", "0", "OA-23 26, PR-3 4", number=numbers[1]),
        Svc("J3420", "150", "20", "OA-23 130, CO-45 0", number=numbers[2]),
    )

    made = await office.pay(
        Clp(second["patient_control_number"], "300", "32", lines, status="2", icn="B1"), payer=BLUFF
    )

    assert made["state"] == "posted"
    final = await office.read(second)
    assert (final["adjudication_state"], final["insurance_cents"], final["patient_cents"]) == ("paid", 0, 400)
    assert (await office.read(claim))["adjudication_state"] == "paid"
    share = (await coordination(office, second))["patient"]
    assert (share["patient_cents"], share["insurance_cents"], share["billable_cents"], share["blockers"]) == (
        400,
        0,
        400,
        [],
    )
    for one in (claim, second):
        await office.proofs_hold(one)


async def test_a_contractual_amount_that_the_second_payer_repeats_is_capped_at_what_it_owes(office: Office) -> None:
    claim = await decided(office)
    second = await bill(office, claim)
    await office.send()
    numbers = [line["line_control_number"] for line in second["lines"]]
    lines = (
        Svc("G0463", "120", "12", "CO-45 60, OA-23 48", number=numbers[0]),
        Svc("G0008", "30", "4", "CO-45 10, OA-23 16", number=numbers[1]),
        Svc("J3420", "150", "20", "CO-45 50, OA-23 80", number=numbers[2]),
    )

    await office.pay(Clp(second["patient_control_number"], "300", "36", lines, status="2", icn="B1"), payer=BLUFF)

    assert await office.open(claim) == {4000: -30000}
    await office.proofs_hold(second)


async def test_a_repeat_makes_no_second_claim(office: Office) -> None:
    claim = await decided(office)

    first, again = await bill(office, claim), await bill(office, claim)

    assert first["id"] == again["id"]
    assert (await office.ask("GET", "/v1/claims"))["items"][-1]["id"] == first["id"]


async def test_no_secondary_claim_before_the_primary_has_decided_or_after_it_took_its_decision_back(
    office: Office,
) -> None:
    claim = await office.claim()
    assert (await bill(office, claim, 409))["code"] == "payer_not_decided"
    await office.send()
    assert (await bill(office, claim, 409))["code"] == "payer_not_decided"
    await office.pay(primary(claim))
    await office.pay(reversed_(primary(claim)), plb=(("FB", "-144"),))

    assert (await bill(office, claim, 409))["code"] == "payer_not_decided"


async def test_nothing_goes_to_a_second_payer_to_whom_nothing_was_moved(office: Office) -> None:
    claim = await office.claim()
    await office.send()
    numbers = [line["line_control_number"] for line in claim["lines"]]
    lines = tuple(
        Svc(line["procedure_code"], str(line["charge_cents"] // 100), str(line["charge_cents"] // 100), number=number)
        for line, number in zip(claim["lines"], numbers, strict=True)
    )
    await office.pay(Clp(claim["patient_control_number"], "300", "300", lines, icn="ICN0001"))

    assert (await bill(office, claim, 409))["code"] == "nothing_for_next_payer"


async def test_a_decision_that_does_not_add_up_is_refused_with_the_difference(office: Office) -> None:
    claim = await decided(office)
    await office.rows(
        "UPDATE claims.remittance_adjustment SET amount_cents = amount_cents - 400 WHERE practice_id = $1 "
        "AND line_n = 1 AND carc = '45' RETURNING 1"
    )

    refused = await bill(office, claim, 409)

    assert refused["code"] == "cob_unbalanced"
    assert [error["message"] for error in refused["errors"]] == [
        "Line 1: charged 120, paid 48, adjusted 68: 4 is missing.",
        "The claim: charged 300, paid 144, adjusted 152: 4 is missing.",
    ]
    assert await follow(office) == 1
    [first] = (await coordination(office, claim))["payers"]
    assert (first["next_step"], [one["code"] for one in first["blockers"]]) == ("blocked", ["cob_unbalanced"] * 2)


PASSED_ON = [
    {"status": "19"},
    {"extra": ("NM1*TT*2*BLUFF COUNTRY*****PI*TBC02",)},
    {"extra": ("MOA***MA18",)},
    {"extra": ("MOA***N89",)},
]


@pytest.mark.parametrize("how", PASSED_ON)
async def test_while_a_crossover_is_awaited_there_is_no_claim_of_ours(office: Office, how: dict[str, Any]) -> None:
    claim = await decided(office, **how)

    refused = await bill(office, claim, 409)
    await follow(office)

    assert (refused["code"], refused["detail"]) == ("crossover_awaited", "awaited through 2026-12-20")
    [first] = (await coordination(office, claim))["payers"]
    assert (first["next_step"], first["awaited_until"]) == ("crossover_awaited", "2026-12-20")
    assert [one["code"] for one in first["blockers"]] == ["crossover_awaited"]
    assert "claim.crossover_awaited" in await events(office)


@pytest.mark.parametrize(("awaited_until", "step"), [("today", "crossover_awaited"), ("earlier", "crossover_overdue")])
async def test_a_crossover_is_overdue_the_day_after_the_wait_and_then_we_may_bill(
    office: Office, awaited_until: str, step: str
) -> None:
    claim = await decided(office, status="19")
    await follow(office)
    [today] = await office.rows("SELECT (now() AT TIME ZONE 'America/Chicago')::date AS day WHERE $1 > 0")
    day = today["day"] if awaited_until == "today" else date.fromordinal(today["day"].toordinal() - 1)
    await office.rows("UPDATE claims.coordination SET awaited_until = $2 WHERE practice_id = $1 RETURNING 1", day)

    await follow(office)

    [first] = (await coordination(office, claim))["payers"]
    assert first["next_step"] == step
    assert (await events(office)).count("claim.crossover_overdue") == (step == "crossover_overdue")


async def test_after_the_days_that_a_practice_waits_the_biller_sends_it_and_the_rule_does_not(office: Office) -> None:
    claim = await decided(office, status="19")
    async with office.sandbox.database.control_tx() as connection:
        await connection.execute(
            'UPDATE claims.practice SET settings = settings || \'{"coordination": {"crossover_days": 3}}\''
        )

    await follow(office)
    assert (await coordination(office, claim))["payers"][0]["next_step"] == "crossover_overdue"
    second = await bill(office, claim)

    assert (second["sequence"], second["submission_state"]) == (2, "ready")


async def test_a_crossover_that_came_back_needs_no_claim_of_ours(office: Office) -> None:
    claim = await decided(office, status="19")
    numbers = [line["line_control_number"] for line in claim["lines"]]
    lines = (
        Svc("G0463", "120", "12", "OA-23 108", number=numbers[0]),
        Svc("G0008", "30", "4", "OA-23 26", number=numbers[1]),
        Svc("J3420", "150", "10", "OA-23 130, PI-16 10", number=numbers[2]),
    )
    await office.pay(Clp(claim["patient_control_number"], "300", "26", lines, status="2", icn="B1"), payer=BLUFF)

    assert (await bill(office, claim, 409))["code"] == "nothing_for_next_payer"
    await follow(office)
    assert (await coordination(office, claim))["payers"][0]["next_step"] == "crossover_answered"


@pytest.mark.parametrize(("setting", "states"), [("ready", ["ready"]), ("draft", ["draft"]), ("off", [])])
async def test_the_rule_makes_the_secondary_claim_as_the_practice_wants_it_and_once(
    office: Office, setting: str, states: list[str]
) -> None:
    async with office.sandbox.database.control_tx() as connection:
        await connection.execute(
            "UPDATE claims.practice SET settings = jsonb_build_object('coordination', $1::jsonb)",
            {"automatic": setting},
        )
    claim = await decided(office)

    await follow(office)
    await follow(office)

    made = await office.rows(
        "SELECT submission_state FROM claims.claim WHERE practice_id = $1 AND origin_claim_id = $2", UUID(claim["id"])
    )
    assert [row["submission_state"] for row in made] == states


async def test_history_that_was_billed_elsewhere_is_left_alone_by_the_rule(office: Office) -> None:
    claim = await decided(office)
    await office.rows("UPDATE claims.claim SET purpose = 'already_submitted' WHERE practice_id = $1 RETURNING 1")

    assert await follow(office) == 0
    assert len((await coordination(office, claim))["payers"]) == 1


async def test_a_tertiary_claim_tells_what_both_payers_before_decided(office: Office) -> None:
    third = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-RIVER"},
        "member_id": "RIVER-1",
        "rank": 3,
    }
    await office.sandbox.put("/v1/coverages/by-external-id/COV-3", third)
    claim = await decided(office)
    second = await bill(office, claim)
    await office.send()
    numbers = [line["line_control_number"] for line in second["lines"]]
    lines = (
        Svc("G0463", "120", "10", "OA-23 108, PR-2 2", number=numbers[0]),
        Svc("G0008", "30", "4", "OA-23 26", number=numbers[1]),
        Svc("J3420", "150", "20", "OA-23 130", number=numbers[2]),
    )
    await office.pay(Clp(second["patient_control_number"], "300", "34", lines, status="2", icn="B1"), payer=BLUFF)

    last = await bill(office, second)
    text = (await office.send()).replace("\n", "")

    assert (last["sequence"], last["origin_claim_id"], last["insurance_cents"]) == (3, claim["id"], 200)
    assert "SBR*T*18*" in text
    assert "SVD*TPM01*48*HC:G0463**1~" in text
    assert "SVD*TBC02*10*HC:G0463**1~CAS*OA*23*108~CAS*PR*2*2~" in text
    assert passes_pyx12(text)
    payers = (await coordination(office, last))["payers"]
    assert [(one["sequence"], one["next_step"]) for one in payers] == [(1, "billed"), (2, "billed"), (3, None)]
    for one in (claim, second, last):
        await office.proofs_hold(one)


@pytest.mark.parametrize(
    ("block", "plan", "remark", "code"),
    [
        ("qmb", None, None, "qmb"),
        (None, "medicaid", None, "medicaid"),
        (None, "workers_comp", None, "workers_comp"),
        (None, None, "N192", "qmb"),
        (None, None, "N830", "no_surprises_act"),
        (None, "commercial", "N130", None),
    ],
)
async def test_a_patient_whom_the_law_protects_is_never_billed(
    office: Office, block: str | None, plan: str | None, remark: str | None, code: str | None
) -> None:
    await office.rows("DELETE FROM claims.coverage WHERE practice_id = $1 AND external_id = 'COV-2' RETURNING 1")
    claim = await decided(office, extra=(f"MOA***{remark}",) if remark else ())
    await office.rows("UPDATE claims.coverage SET patient_billing_block = $2 WHERE practice_id = $1 RETURNING 1", block)
    if plan:
        await office.rows("UPDATE claims.plan SET line_of_business = $2 WHERE practice_id = $1 RETURNING 1", plan)

    share = (await coordination(office, claim))["patient"]

    assert share["patient_cents"] == 3600
    assert (share["billable_cents"], [one["code"] for one in share["blockers"]]) == (
        (0, [code]) if code else (3600, [])
    )


async def test_both_claims_tell_one_story_and_each_says_what_is_the_others(office: Office) -> None:
    claim = await decided(office)
    second = await bill(office, claim)
    await office.send()

    entries = (await office.ask("GET", f"/v1/claims/{claim['id']}/timeline"))["entries"]
    others = (await office.ask("GET", f"/v1/claims/{second['id']}/timeline"))["entries"]

    assert [(one["kind"], one["data"].get("claim_id")) for one in entries if one["kind"] == "sent"] == [
        ("sent", None),
        ("sent", second["id"]),
    ]
    assert [(one["kind"], one["data"].get("claim_id")) for one in others if one["kind"] == "remittance"] == [
        ("remittance", claim["id"])
    ]
    assert len(entries) == len(others)


async def test_a_secondary_claim_stays_here_while_the_first_payer_has_taken_its_decision_back(office: Office) -> None:
    claim = await decided(office)
    second = await bill(office, claim)
    await office.pay(reversed_(primary(claim)), plb=(("FB", "-144"),))

    answer = await office.ask("POST", "/v1/submissions", json={})

    assert (answer["submissions"], answer["held"][0]["claim_id"]) == ([], second["id"])
    assert [one["code"] for one in answer["held"][0]["blockers"]] == ["payer_before_undecided"]


@pytest.mark.parametrize(
    ("sent", "states", "step"), [(False, ["voided", "ready"], "billed"), (True, ["sent"], "outdated")]
)
async def test_when_the_first_payer_decides_again_an_unsent_claim_is_made_anew_and_a_sent_one_told_to_a_person(
    office: Office, sent: bool, states: list[str], step: str
) -> None:
    claim = await decided(office)
    await bill(office, claim)
    if sent:
        await office.send()
    await office.pay(reversed_(primary(claim)), plb=(("FB", "-144"),))
    await office.pay(primary(claim, icn="ICN0002"))

    await follow(office)

    made = await office.rows(
        "SELECT submission_state FROM claims.claim WHERE practice_id = $1 AND origin_claim_id = $2 ORDER BY id",
        UUID(claim["id"]),
    )
    assert [row["submission_state"] for row in made] == states
    assert (await coordination(office, claim))["payers"][0]["next_step"] == step
    await office.proofs_hold(claim)
