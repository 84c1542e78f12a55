"""Who owes is changed by a person (E40): the total stays, nobody is billed who may not be, all of it is reversible."""

from typing import Any

import httpx
import pytest

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import with_share  # noqa: TID252
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import BLUFF, Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

PATIENTS = {"reason": "patient_responsibility"}


async def transfer(http: httpx.AsyncClient, visit: Bill, **more: Any) -> httpx.Response:
    return await http.post("/v1/transfers", json={"claim_id": str(visit.id), "note": "agreed", **more})


async def reverse(http: httpx.AsyncClient, made: dict[str, Any]) -> httpx.Response:
    headers = {"If-Match": f'"{made["version"]}"'}
    return await http.post(f"/v1/transfers/{made['id']}/reverse", json={"reason": "a mistake"}, headers=headers)


async def denied(world: World, bill: Billing, cas: str, *, remarks: str = "") -> Bill:
    """A visit of 200 of which the payer paid nothing."""
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "0", cas, remarks=remarks)
    await world.post(Era((Clp(visit.pcn, "200", "0", (line,)),), trace=f"D{visit.pcn[-8:]}"))
    return visit


async def state_of_denial(world: World) -> str:
    return str(await world.one("SELECT state FROM claims.denial_case WHERE practice_id = $1"))


async def test_a_denial_to_the_patients_charge_goes_to_the_patient_and_back(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await denied(world, bill, "CO-45 80, PR-96 120")
    assert await world.open_of(visit) == {(1100, "payer"): 12000}

    made = await transfer(http, visit, **PATIENTS)

    assert made.status_code == 201, made.text
    assert await posted_for(world, "transfer", made.json()) == [("E40", 1110, 1100, 12000)]
    assert await world.open_of(visit) == {(1110, "patient"): 12000}
    assert await state_of_denial(world) == "patient_billed"
    again = await transfer(http, visit, **PATIENTS)
    assert again.json()["code"] == "above_transferable"
    back = await reverse(http, made.json())
    assert (back.status_code, back.json()["state"], back.headers["ETag"]) == (200, "reversed", '"2"')
    assert await posted_for(world, "transfer", made.json()) == [("E40", 1110, 1100, 12000), ("E33", 1100, 1110, 12000)]
    assert await world.open_of(visit) == {(1100, "payer"): 12000}
    assert await state_of_denial(world) == "in_review"
    assert (await reverse(http, made.json())).status_code == 412
    assert (await reverse(http, back.json())).json()["code"] == "illegal_transition"
    told = [name for name in await world.event_types() if name.startswith("transfer.")]
    assert told == ["transfer.posted", "transfer.reversed"]
    timeline = (await http.get(f"/v1/claims/{visit.id}/timeline")).json()["entries"]
    journals = [entry["data"] for entry in timeline if entry["kind"] == "journal"]
    assert [one["reason"] for one in journals if one["journal"] == "transfer"] == ["patient_responsibility: agreed"]


async def test_what_a_payer_put_on_the_provider_never_goes_to_the_patient(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await denied(world, bill, "CO-97 150, PR-96 50")
    line = {"charge_id": str(visit.charges[0])}

    above = await http.post("/v1/transfers", json={**PATIENTS, "note": "x", "lines": [{**line, "amount_cents": 5001}]})
    exact = await http.post("/v1/transfers", json={**PATIENTS, "note": "x", "lines": [{**line, "amount_cents": 5000}]})

    assert (above.status_code, above.json()["detail"]) == (409, "5000 cents may move")
    assert exact.status_code == 201
    assert await world.open_of(visit) == {(1100, "payer"): 15000, (1110, "patient"): 5000}
    assert await state_of_denial(world) == "new"  # not all of the balance moved


async def test_a_payer_that_has_the_claim_is_awaited(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit = await bill(("G0463", 20000))
    second = await world.cover("COV-2", "PAY-BLUFF", rank=2)

    to_patient = await transfer(http, visit, **PATIENTS)
    to_payer = await transfer(http, visit, reason="wrong_payer", coverage_id=str(second))

    assert [one.json()["code"] for one in (to_patient, to_payer)] == ["payer_awaited", "payer_awaited"]


async def test_a_coverage_that_had_ended_leaves_the_patient_uninsured(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000), state="payer_rejected")

    in_force = await transfer(http, visit, reason="coverage_ended")
    await world.cover("COV-1", "PAY-PRAIRIE", member_id="M0001", ends_on="2026-11-01")
    made = await transfer(http, visit, reason="coverage_ended")

    assert in_force.json()["code"] == "reason_unproven"
    assert made.status_code == 201, made.text
    assert await world.open_of(visit) == {(1115, "patient"): 20000}


async def test_a_protected_patient_is_never_billed_and_what_was_moved_goes_back_to_the_payer(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await denied(world, bill, "CO-45 80, PR-96 100, PR-2 20")
    back_to = {"reason": "patient_protected", "coverage_id": str(visit.coverage_id)}
    unknown = await transfer(http, visit, **back_to)

    await world.cover("COV-1", "PAY-PRAIRIE", member_id="M0001", patient_billing_block="qmb")
    refused = await transfer(http, visit, **PATIENTS)
    made = await transfer(http, visit, **back_to)

    assert unknown.json()["code"] == "reason_unproven"
    assert (refused.status_code, refused.json()["code"]) == (409, "patient_protected")
    assert refused.json()["errors"][0]["code"] == "qmb"
    assert made.status_code == 201, made.text
    assert await world.open_of(visit) == {(1100, "payer"): 12000}


async def test_the_patient_owes_only_after_a_later_payer_has_decided(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await denied(world, bill, "CO-45 80, PR-96 120")
    second = await world.cover("COV-2", "PAY-BLUFF", rank=2)

    too_early = await transfer(http, visit, **PATIENTS)
    made = await transfer(http, visit, reason="next_payer", coverage_id=str(second))

    assert too_early.json()["code"] == "later_payer_first"
    assert made.status_code == 201, made.text
    assert await posted_for(world, "transfer", made.json()) == [("E40", 1100, 1100, 12000)]
    assert await world.open_of(visit) == {(1100, "COV-2"): 12000}
    assert await state_of_denial(world) == "payer_billed"
    next_claim = await http.post(f"/v1/claims/{visit.id}/bill-next")
    assert (next_claim.status_code, next_claim.json()["sequence"]) == (200, 2)
    on_its_way = await transfer(http, visit, **PATIENTS, from_party_id=str(second))
    assert on_its_way.status_code == 409
    assert (await reverse(http, made.json())).status_code == 200  # it has not gone out


async def test_a_crossover_is_awaited(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    await world.cover("COV-2", "PAY-BLUFF", rank=2)
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
    await world.post(Era((Clp(visit.pcn, "200", "96", (line,), status="19", extra=("NM1*TT*2*BLUFF*****PI*TBC02",)),)))

    refused = await transfer(http, visit, reason="wrong_payer", coverage_id=str(visit.coverage_id))

    assert refused.json()["code"] == "payer_awaited"


async def test_insurance_found_later_owes_what_the_patient_owed_but_is_not_paid_by_its_own_credit(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await with_share(world, bill)
    found = await world.cover("COV-2", "PAY-BLUFF", rank=2, starts_on="2026-11-03")
    to_found = {"reason": "coverage_found", "coverage_id": str(found)}

    too_new = await transfer(http, visit, **to_found)
    await world.cover("COV-2", "PAY-BLUFF", rank=2, starts_on="2026-11-02")
    made = await transfer(http, visit, **to_found)
    assert (await reverse(http, made.json())).status_code == 200
    early = Clp(visit.pcn, "200", "5", (Svc("G0463", "200", "5", "OA-23 195"),), status="2")
    await world.post(Era((early,), trace="EARLY", payer=BLUFF))
    held_back = await transfer(http, visit, **to_found)

    assert too_new.json()["code"] == "reason_unproven"
    assert made.status_code == 201, made.text
    assert await world.credits() == {2020: 500}
    assert held_back.json()["code"] == "payer_credit_open"
    assert await world.open_of(visit) == {(1110, "patient"): 2400}


async def test_a_transfer_is_not_taken_back_after_the_new_party_paid(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await denied(world, bill, "CO-45 80, PR-96 120")
    made = (await transfer(http, visit, **PATIENTS)).json()
    await world.patient_pays(visit, 1)

    assert (await reverse(http, made)).json()["code"] == "above_transferable"


async def test_a_payer_that_decides_again_decides_on_what_a_person_had_moved_away_from_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await denied(world, bill, "CO-45 80, PR-96 120")
    made = (await transfer(http, visit, **PATIENTS)).json()
    undone = Svc("G0463", "-200", "0", "CO-45 -80, PR-96 -120")
    decided = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")

    await world.post(
        Era(
            (Clp(visit.pcn, "-200", "0", (undone,), status="22"), Clp(visit.pcn, "200", "96", (decided,))),
            trace="AGAIN",
        )
    )

    assert (await world.open_of(visit), await world.credits()) == ({(1110, "patient"): 2400}, {})
    found = (await http.get(f"/v1/transfers/{made['id']}")).json()
    assert (found["state"], found["reversed_reason"]) == ("reversed", "the payer decided again")
    assert await posted_for(world, "transfer", made) == [("E40", 1110, 1100, 12000), ("E33", 1100, 1110, 12000)]
    assert (await reverse(http, found)).json()["code"] == "illegal_transition"


async def test_what_is_not_covered_needs_the_patients_consent(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000), state="draft")
    body = {"kind": "consent", "media_type": "application/pdf", "sha256": "0" * 64, "received_on": "2026-11-02"}

    async def papers(name: str, kind: str) -> str:
        links = [{"kind": "claim", "id": str(visit.id)}]
        made = await http.put(f"/v1/documents/by-external-id/{name}", json={**body, "kind": kind, "links": links})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    letter, consent = await papers("D-1", "correspondence"), await papers("D-2", "consent")
    without = await transfer(http, visit, reason="not_covered")
    unfit = await transfer(http, visit, reason="not_covered", document_id=letter)
    made = await transfer(http, visit, reason="not_covered", document_id=consent)

    assert (without.status_code, unfit.json()["code"]) == (422, "reason_unproven")
    assert made.status_code == 201, made.text
    assert await world.open_of(visit) == {(1110, "patient"): 20000}


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "next_payer"},
        {"reason": "patient_responsibility", "coverage_id": "0190b0a4-0000-7000-8000-000000000001"},
        {"reason": "patient_responsibility", "lines": [{"charge_id": "0190b0a4-0000-7000-8000-000000000001"}]},
    ],
)
async def test_a_request_names_what_its_reason_needs_and_nothing_else(
    http: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    body = {"claim_id": "0190b0a4-0000-7000-8000-000000000001", "note": "x", **wrong}

    assert (await http.post("/v1/transfers", json=body)).status_code == 422
