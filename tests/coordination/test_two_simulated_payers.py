"""From the first bill to the patient's share: two simulated payers decide the same charges, one after the other."""

from claims_api.coordination.follow_decisions import follow_decisions
from claims_api.events.sequence_events import sequence_events

# Relative, because the tests are not on the import path.
from ..versions.world import Office  # noqa: TID252


async def until(office: Office, at: str) -> None:
    await office.ask("POST", "/v1/test-clock/advance", json={"to": f"{at}T15:00:00Z"})
    wiring, practice_id = office.sandbox.app.state.wiring, office.sandbox.practice_id
    await sequence_events(wiring.database, practice_id)
    await follow_decisions(wiring.database, wiring.clock, practice_id)


async def test_two_payers_pay_one_after_the_other_and_the_patient_owes_the_rest(office: Office) -> None:
    await office.ask("POST", "/v1/test-clock", json={"at": "2026-11-24T15:00:00Z"})
    second = {"patient": {"external_id": "PAT-1"}, "payer": {"external_id": "PAY-BLUFF"}, "rank": 2}
    await office.sandbox.put("/v1/coverages/by-external-id/COV-2", {**second, "member_id": "TEST-PAID"})
    claim = await office.claim()
    await office.send()

    await until(office, "2027-01-20")
    path = f"/v1/claims/{claim['id']}/coordination"
    billed = await office.ask("GET", path)
    await office.send()
    await until(office, "2027-04-20")
    final = await office.ask("GET", path)

    assert [(one["submission_state"], one["next_step"]) for one in billed["payers"]] == [
        ("payer_accepted", "billed"),
        ("ready", None),
    ]
    assert (billed["patient"]["billable_cents"], billed["patient"]["insurance_cents"] > 0) == (0, True)
    assert [one["adjudication_state"] for one in final["payers"]] == ["paid", "paid"]
    assert final["patient"]["insurance_cents"] == 0
    assert final["patient"]["billable_cents"] == final["patient"]["patient_cents"]
    await office.proofs_hold(claim)
