"""A decided claim is replaced or voided by one call; a rejected one goes out anew; money follows the payer."""

from dataclasses import replace
from typing import Any

import pytest

from .conftest import Sandbox
from .world import PCCN, Office, denied, paid, reversed_

pytestmark = pytest.mark.usefixtures("patient")

COST = {"procedure_code": "G0463", "charge_cents": 12000, "service_from": "2026-11-02"}


@pytest.fixture
def office(sandbox: Sandbox) -> Office:
    return Office(sandbox)


async def decided(office: Office, how: Any = denied, **claim: Any) -> dict[str, Any]:
    made = await office.claim(**claim)
    await office.send()
    await office.pay(how(made))
    return made


def lines(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The three lines of the claim as they are, changed one by one."""
    present = [("G0463", 12000), ("G0008", 3000), ("J3420", 15000)]
    return [
        {"line": n, "procedure_code": code, "charge_cents": cents, "service_from": "2026-11-02", **change}
        for n, ((code, cents), change) in enumerate(zip(present, changes, strict=True), start=1)
    ]


async def test_a_denied_claim_is_replaced_with_the_payers_number_and_new_line_numbers(office: Office) -> None:
    claim = await decided(office)

    version = await office.write(claim, "correct", diagnoses=["E1165"])

    assert (version["n"], version["frequency"], version["state"], version["reason"]) == (2, "7", "ready", "asked")
    waiting = await office.read(claim)
    assert (waiting["version"], waiting["pending_version"], waiting["submission_state"]) == (1, 2, "payer_accepted")
    assert (waiting["adjudication_state"], waiting["diagnoses"]) == ("denied", ["E119"])
    text = await office.send()
    assert f"CLM*{claim['patient_control_number']}*300***11:B:7*" in text
    assert f"REF*F8*{PCCN}~" in text
    assert "HI*ABK:E1165~" in text
    assert f"REF*6R*{claim['patient_control_number']}-2-001~" in text
    sent = await office.read(claim)
    assert (sent["version"], sent["pending_version"], sent["submission_state"]) == (2, None, "sent")
    assert (sent["adjudication_state"], sent["diagnoses"], sent["display_status"]) == ("none", ["E1165"], "submitted")
    assert [(one["n"], one["state"], one["adjudication_state"]) for one in await office.versions(claim)] == [
        (1, "replaced", "denied"),
        (2, "sent", "none"),
    ]
    await office.proofs_hold(claim)


async def test_the_newest_number_of_the_payer_is_the_one_that_is_named(office: Office) -> None:
    claim = await decided(office)
    await office.pay(reversed_(denied(claim)))
    await office.pay(replace(denied(claim), icn="ICN0002"))

    await office.write(claim, "void")

    assert "REF*F8*ICN0002~" in await office.send()


async def test_charges_change_only_when_the_replacement_is_sent_and_keep_their_age(office: Office) -> None:
    claim = await decided(office, paid)
    assert await office.open(claim) == {4000: -30000}

    await office.write(claim, "correct", lines=lines({}, {"charge_cents": 4000}, {}))
    assert await office.open(claim) == {4000: -30000}
    await office.send()

    # 40.00 is charged in place of 30.00; the 30.00 the payer paid on the old charge is a credit until it reverses.
    assert await office.open(claim) == {1100: 4000, 2020: -3000, 4000: -31000}
    entries = await office.rows(
        "SELECT p.entry, p.amount_cents, p.service_on::text, p.debit_first_bill_on IS NOT NULL AS billed "
        "FROM claims.posting p JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id "
        "WHERE p.practice_id = $1 AND j.kind = 'charge_replaced' ORDER BY p.entry, p.n"
    )
    assert [tuple(row)[:3] for row in entries] == [
        ("E01", 4000, "2026-11-02"),
        ("E03", 3000, "2026-11-02"),
        ("E45", 3000, "2026-11-02"),
    ]
    assert entries[0]["billed"]
    [aged] = await office.rows(
        "SELECT n.first_bill_on = o.first_bill_on AND n.responsible_on = o.responsible_on AS same "
        "FROM claims.charge h JOIN claims.ar_balance n ON n.practice_id = $1 AND n.charge_id = h.id "
        "JOIN claims.ar_balance o ON o.practice_id = $1 AND o.charge_id = h.replaces_charge_id WHERE h.practice_id = $1"
    )
    assert aged["same"]
    await office.proofs_hold(claim)


async def test_the_payers_reversal_and_its_new_decision_close_the_replacement_to_the_cent(office: Office) -> None:
    claim = await decided(office, paid)
    await office.write(claim, "correct", lines=lines({}, {"charge_cents": 4000}, {}))
    await office.send()
    now = await office.read(claim)

    await office.take_back(paid(claim))
    assert await office.open(claim) == {1100: 31000, 4000: -31000}
    await office.pay(replace(paid(now), charge="310", paid="310", icn="ICN0002"))

    assert await office.open(claim) == {4000: -31000}
    final = await office.read(claim)
    assert (final["adjudication_state"], final["payer_control_number"]) == ("paid", "ICN0002")
    await office.proofs_hold(claim)


async def test_a_line_that_only_points_elsewhere_keeps_its_charge(office: Office) -> None:
    claim = await decided(office)
    version = await office.write(
        claim, "correct", diagnoses=["E119", "I10"], lines=lines({"diagnosis_pointers": [2]}, {}, {})
    )

    assert [line["charge_id"] for line in version["lines"]] == [line["charge_id"] for line in claim["lines"]]
    assert "SV1*HC:G0463*120*UN*1***2~" in (await office.send()).replace("*11**", "***")
    assert await office.open(claim) == {1100: 30000, 4000: -30000}


async def test_a_void_is_asked_for_and_stands_once_the_payer_reverses(office: Office) -> None:
    claim = await decided(office, paid)

    version = await office.write(claim, "void")
    text = await office.send()

    assert version["frequency"] == "8"
    assert "11:B:8*" in text
    assert f"REF*F8*{PCCN}~" in text
    assert (await office.read(claim))["display_status"] == "void_requested"
    assert await office.open(claim) == {4000: -30000}
    await office.take_back(paid(claim))
    assert (await office.read(claim))["submission_state"] == "voided"
    assert await office.open(claim) == {1100: 30000, 4000: -30000}
    await office.proofs_hold(claim)


async def test_a_decision_in_spite_of_the_void_leaves_it_asked_for(office: Office) -> None:
    claim = await decided(office)
    await office.write(claim, "void")
    await office.send()

    await office.pay(paid(claim))

    assert (await office.read(claim))["submission_state"] == "void_sent"


@pytest.mark.parametrize("verb", ["correct", "void"])
@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("payer_control_number = NULL", ["no_payer_control_number"]),
        ("adjudication_state = 'none'", ["original_not_finalized"]),
        ("adjudication_state = 'reversed'", ["original_not_finalized"]),
        ("submission_state = 'payer_rejected'", ["original_rejected"]),
        ("submission_state = 'ch_rejected', payer_control_number = NULL",
         ["original_rejected", "no_payer_control_number"]),
    ],
)  # fmt: skip
async def test_no_replacement_and_no_void_without_a_finalised_original_and_its_number(
    office: Office, verb: str, change: str, codes: list[str]
) -> None:
    claim = await decided(office)
    await office.rows(f"UPDATE claims.claim SET {change} WHERE practice_id = $1 RETURNING 1")

    refused = await office.write(claim, verb, 409, **({"diagnoses": ["I10"]} if verb == "correct" else {}))

    assert (refused["code"], [error["code"] for error in refused["errors"]]) == ("version_refused", codes)
    assert len(await office.versions(claim)) == 1


@pytest.mark.parametrize(
    ("payer", "plan", "refused"),
    [(True, None, False), (False, None, True), (False, True, False), (True, False, True)],
)
async def test_whether_a_payer_takes_replacements_is_its_plans_word_before_its_own(
    office: Office, payer: bool, plan: bool | None, refused: bool
) -> None:
    claim = await decided(office)
    await office.rows("UPDATE claims.payer SET supports_replacement = $2 WHERE practice_id = $1 RETURNING 1", payer)
    await office.rows("UPDATE claims.plan SET supports_replacement = $2 WHERE practice_id = $1 RETURNING 1", plan)

    answer = await office.write(claim, "void", 409 if refused else 201)

    assert [error["code"] for error in answer.get("errors", [])] == ["payer_refuses_replacements"] * refused


@pytest.mark.parametrize(
    ("line_of_business", "claim_type", "refused"),
    [("medicare", "professional", True), ("medicare_advantage", "professional", False),
     ("medicare", "institutional", False)],
)  # fmt: skip
async def test_original_medicare_takes_no_replacement_of_a_professional_claim(
    office: Office, line_of_business: str, claim_type: str, refused: bool
) -> None:
    claim = await decided(office)
    await office.rows(
        "UPDATE claims.plan SET line_of_business = $2 WHERE practice_id = $1 RETURNING 1", line_of_business
    )
    await office.rows("UPDATE claims.claim SET type = $2 WHERE practice_id = $1 RETURNING 1", claim_type)

    answer = await office.write(claim, "void", 409 if refused else 201)

    assert [error["code"] for error in answer.get("errors", [])] == ["original_medicare_professional"] * refused


async def test_a_rejected_claim_goes_out_again_as_a_new_claim(office: Office) -> None:
    claim = await office.claim()
    await office.send()
    await office.rows("UPDATE claims.claim SET submission_state = 'payer_rejected' WHERE practice_id = $1 RETURNING 1")

    version = await office.write(claim, "resubmit", lines=lines({"charge_cents": 13000}, {}, {}))
    text = await office.send()

    assert (version["frequency"], version["n"]) == ("1", 2)
    assert f"CLM*{claim['patient_control_number']}*310***11:B:1*" in text
    assert "REF*F8" not in text
    assert [(one["n"], one["state"]) for one in await office.versions(claim)] == [(1, "rejected"), (2, "sent")]
    assert await office.open(claim) == {1100: 31000, 4000: -31000}
    await office.proofs_hold(claim)


async def test_a_claim_that_the_payer_decided_is_not_resubmitted(office: Office) -> None:
    claim = await decided(office)

    assert (await office.write(claim, "resubmit", 409))["code"] == "claim_not_rejected"


@pytest.mark.parametrize("remark", ["MA130", "MA113"])
async def test_an_unprocessable_claim_is_treated_like_a_rejection(office: Office, remark: str) -> None:
    claim = await decided(office)
    await office.rows(
        "UPDATE claims.remittance_claim SET remark_codes = ARRAY[$2] WHERE practice_id = $1 RETURNING 1", remark
    )

    refused = await office.write(claim, "correct", 409, diagnoses=["I10"])
    assert [error["code"] for error in refused["errors"]] == ["original_unprocessable"]
    assert (await office.write(claim, "resubmit"))["frequency"] == "1"


async def test_a_replacement_that_was_itself_rejected_goes_out_as_a_replacement_again(office: Office) -> None:
    claim = await decided(office)
    await office.write(claim, "correct", diagnoses=["I10"])
    await office.send()
    await office.rows("UPDATE claims.claim SET submission_state = 'ch_rejected' WHERE practice_id = $1 RETURNING 1")

    assert (await office.write(claim, "resubmit"))["frequency"] == "7"
    text = await office.send()
    assert "11:B:7*" in text
    assert f"REF*F8*{PCCN}~" in text


async def test_one_call_makes_one_version_however_often_it_is_repeated(office: Office) -> None:
    claim = await decided(office)
    headers = {"Idempotency-Key": "correct-1"}
    body = {"reason": "wrong diagnosis", "diagnoses": ["I10"]}

    first, again = [
        await office.sandbox.http.post(f"/v1/claims/{claim['id']}/correct", json=body, headers=headers)
        for _ in range(2)
    ]

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await office.versions(claim)) == 2
    assert (await office.write(claim, "correct", 409, diagnoses=["I10"]))["code"] == "version_pending"


async def test_a_version_is_withdrawn_before_it_is_sent_and_the_claim_stands(office: Office) -> None:
    claim = await decided(office)
    await office.write(claim, "correct", lines=lines({"charge_cents": 99}, {}, {}))

    versions = (await office.ask("POST", f"/v1/claims/{claim['id']}/withdraw"))["versions"]

    assert [one["state"] for one in versions] == ["payer_accepted", "withdrawn"]
    assert (await office.ask("POST", "/v1/submissions", json={}))["submissions"] == []
    assert await office.open(claim) == {1100: 30000, 4000: -30000}
    assert (await office.ask("POST", f"/v1/claims/{claim['id']}/withdraw", 409))["code"] == "nothing_pending"
    assert (await office.write(claim, "void"))["n"] == 3


async def test_a_replacement_whose_original_is_reversed_meanwhile_is_held(office: Office) -> None:
    claim = await decided(office, paid)
    await office.write(claim, "correct", diagnoses=["I10"])
    await office.take_back(paid(claim))

    answer = await office.ask("POST", "/v1/submissions", json={})

    assert answer["submissions"] == []
    assert [blocker["code"] for blocker in answer["held"][0]["blockers"]] == ["original_not_finalized"]
    stands = await office.read(claim)
    assert (stands["submission_state"], stands["blockers"][0]["code"]) == ("payer_accepted", "original_not_finalized")
    await office.pay(replace(paid(claim), icn="ICN0002"))
    await office.ask("POST", f"/v1/claims/{claim['id']}/release")
    assert "11:B:7*" in await office.send()


async def test_late_charges_are_a_replacement_with_all_services_or_a_further_claim(office: Office) -> None:
    claim = await decided(office, paid)
    late = {"procedure_code": "G0009", "charge_cents": 2500, "service_from": "2026-11-02"}

    answer = await office.write(claim, "late-charges", lines=[late])
    assert (answer["way"], answer["version"]["frequency"], answer["version"]["charge_cents"]) == (
        "replacement",
        "7",
        32500,
    )
    await office.send()
    assert await office.open(claim) == {1100: 2500, 4000: -32500}
    await office.proofs_hold(claim)


async def test_late_charges_to_a_payer_without_replacements_are_a_further_claim(office: Office) -> None:
    claim = await decided(office, paid)
    await office.rows("UPDATE claims.payer SET supports_replacement = false WHERE practice_id = $1 RETURNING 1")
    late = {"procedure_code": "G0009", "charge_cents": 2500, "service_from": "2026-11-02"}

    answer = await office.write(claim, "late-charges", lines=[late])

    assert (answer["way"], answer["version"]) == ("further_claim", None)
    further = await office.ask("GET", f"/v1/claims/{answer['claim_id']}")
    assert (further["charge_cents"], further["submission_state"], further["patient_id"]) == (
        2500,
        "ready",
        claim["patient_id"],
    )
    await office.proofs_hold(further)


async def test_services_of_an_unsent_claim_are_no_late_charges(office: Office) -> None:
    claim = await office.claim()

    assert (await office.write(claim, "late-charges", 409, lines=[COST]))["code"] == "claim_not_sent"


async def test_a_correction_that_changes_nothing_and_one_of_a_line_that_is_not_there_are_refused(
    office: Office,
) -> None:
    claim = await decided(office)

    nothing = await office.write(claim, "correct", 422)
    unknown = await office.write(claim, "correct", 422, lines=[{**COST, "line": 7}])
    twice = await office.write(claim, "correct", 422, lines=[{**COST, "line": 1}, {**COST, "line": 1}])

    assert [error["code"] for error in nothing["errors"]] == ["nothing_changed"]
    assert [error["code"] for error in unknown["errors"]] == ["line_unknown"]
    assert [error["code"] for error in twice["errors"]] == ["line_continued_twice"]
