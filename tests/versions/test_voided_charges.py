"""What becomes of the charges, and of money that was kept, when the payer has undone a claim that we had voided."""

from dataclasses import replace
from typing import Any

import pytest

# Relative, because the tests are not on the import path.
from ..remittances.era import Clp, Svc  # noqa: TID252
from .conftest import Sandbox, a_claim
from .world import PCCN, Office, denied, paid, reversed_

GOES = ("not_performed", "wrong_patient", "billed_twice")
STAYS = ("wrong_payer", "other")


@pytest.fixture
def office(sandbox: Sandbox, patient: dict[str, Any]) -> Office:
    assert patient
    return Office(sandbox)


def shared(claim: dict[str, Any]) -> Clp:
    """144 paid, 120 by contract, 36 the patient's."""
    numbers = [line["line_control_number"] for line in claim["lines"]]
    lines = (
        Svc("G0463", "120", "48", "CO-45 60, PR-2 12", number=numbers[0]),
        Svc("G0008", "30", "16", "CO-45 10, PR-2 4", number=numbers[1]),
        Svc("J3420", "150", "80", "CO-45 50, PR-1 20", number=numbers[2]),
    )
    return Clp(claim["patient_control_number"], "300", "144", lines, icn=PCCN)


async def voided(office: Office, cause: str, decision: Any = paid) -> dict[str, Any]:
    """Sent, decided, and asked to be undone."""
    claim = await office.claim()
    await office.send()
    await office.pay(decision(claim))
    version = await office.write(claim, "void", cause=cause)
    assert version["void_cause"] == cause
    await office.send()
    return claim


async def told(office: Office) -> list[tuple[str, bool]]:
    rows = await office.rows(
        "SELECT data->>'cause' AS cause, (data->>'charges_taken_back')::boolean AS gone FROM claims.outbox "
        "WHERE practice_id = $1 AND type = 'claim.voided'"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("cause", [*GOES, *STAYS])
async def test_the_payers_reversal_ends_the_claim_and_its_charges_go_or_are_free_by_the_reason(
    office: Office, cause: str
) -> None:
    claim = await voided(office, cause)
    assert await office.open(claim) == {4000: -30000}

    await office.take_back(paid(claim))

    gone = cause in GOES
    assert (await office.read(claim))["submission_state"] == "voided"
    assert await office.open(claim) == ({} if gone else {1100: 30000, 4000: -30000})
    assert await told(office) == [(cause, gone)]
    posted = await office.rows(
        "SELECT DISTINCT p.entry FROM claims.posting p JOIN claims.journal j ON j.practice_id = $1 "
        "AND j.id = p.journal_id WHERE p.practice_id = $1 AND j.kind = 'claim_voided'"
    )
    assert [row["entry"] for row in posted] == (["E03"] if gone else [])
    charges = await office.rows("SELECT DISTINCT void_reason FROM claims.charge WHERE practice_id = $1")
    assert [row["void_reason"] for row in charges] == [cause if gone else None]
    named = [{"charge": {"id": line["charge_id"]}} for line in claim["lines"]]
    answer = await office.sandbox.http.post("/v1/claims", json=a_claim(external_id="CLM-NEW", lines=named))
    assert answer.status_code == (422 if gone else 201), answer.text
    await office.proofs_hold(claim)
    if not gone:
        await office.proofs_hold(answer.json())
        await office.send()


async def test_a_reversal_with_its_correction_leaves_the_claim_asked_for_and_the_charges_alone(office: Office) -> None:
    claim = await voided(office, "not_performed")

    again = replace(shared(claim), icn="ICN0002")
    await office.pay(reversed_(paid(claim)), again, plb=(("FB", "-156"),))

    assert (await office.read(claim))["submission_state"] == "void_sent"
    assert (await office.open(claim), await told(office)) == ({1110: 3600, 4000: -30000}, [])


async def test_a_payer_that_only_says_so_is_believed_and_what_it_left_with_us_is_a_credit_to_refund(
    office: Office,
) -> None:
    claim = await voided(office, "not_performed", shared)
    assert await office.open(claim) == {1110: 3600, 4000: -30000}

    said = {"evidence": "Status answer: finalized, nothing payable."}
    answer = await office.sandbox.http.post(f"/v1/claims/{claim['id']}/confirm-void", json=said)
    again = await office.sandbox.http.post(f"/v1/claims/{claim['id']}/confirm-void", json=said)

    assert (answer.status_code, again.json()["code"]) == (200, "void_not_sent")
    assert await office.open(claim) == {2020: -14400}, "the payer's money; nobody owes and nothing was earned"
    to_refund = (await office.ask("GET", "/v1/credits"))["items"]
    assert sum(one["amount_cents"] for one in to_refund) == 14400
    await office.proofs_hold(claim)


async def test_charges_are_not_billed_again_while_the_payers_money_is_on_them(office: Office) -> None:
    claim = await voided(office, "wrong_payer", shared)

    refused = await office.write(claim, "confirm-void", 422)
    kept = await office.ask("POST", f"/v1/claims/{claim['id']}/confirm-void", 409, json={"evidence": "A letter."})

    assert (refused["code"], kept["code"]) == ("invalid_request", "payer_money_kept")


async def test_a_denied_claim_of_a_wrong_payer_is_free_as_soon_as_the_payer_confirms(office: Office) -> None:
    claim = await voided(office, "wrong_payer", denied)

    await office.ask("POST", f"/v1/claims/{claim['id']}/confirm-void", json={"evidence": "A letter."})

    assert await told(office) == [("wrong_payer", False)]
    assert await office.open(claim) == {1100: 30000, 4000: -30000}


async def test_what_a_person_wrote_off_keeps_the_charges_until_that_is_undone(office: Office) -> None:
    claim = await voided(office, "not_performed", denied)
    given_up = {"kind": "administrative", "cause": "timely_filing", "amount_cents": 3000, "reason": "Not worth it."}
    await office.ask("POST", "/v1/write-offs", 201, json={**given_up, "charge_id": claim["lines"][1]["charge_id"]})

    await office.pay(reversed_(denied(claim)))

    assert (await office.read(claim))["submission_state"] == "voided"
    assert await office.open(claim) == {1100: 27000, 4000: -30000}
    [review] = await office.rows(
        "SELECT reason, amount_cents FROM claims.review_item WHERE practice_id = $1 AND reason LIKE 'voided,%'"
    )
    assert (review["amount_cents"], "undo that" in review["reason"]) == (30000, True)
