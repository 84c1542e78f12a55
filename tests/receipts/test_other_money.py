"""Money of nobody yet, money of an insurer before its remittance (E43), and the drawer at the end of the day."""

from typing import Any
from uuid import UUID

import httpx

# Relative, because the tests are not on the import path.
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .front_desk import Desk, standing, to_charge, with_share

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


async def test_unidentified_money_is_applied_once_it_has_an_owner(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, kind="unidentified")
    refused = await desk.tried(receipt, "apply", allocations=[to_charge(visit, 2400)])
    assert refused.json()["code"] == "another_guarantor"

    owned = await desk.change(receipt, "identify", guarantor_id=str(visit.guarantor_id))
    done = await desk.change(owned, "apply", allocations=[to_charge(visit, 2400)])

    assert (owned["kind"], done["unapplied_cents"]) == ("patient", 0)
    assert await posted_for(world, "receipt", receipt) == [("E12", 1030, 2010, 2400), ("E13", 2010, 1110, 2400)]


async def test_unidentified_money_that_is_an_insurers_moves_to_payer_money(
    world: World, http: httpx.AsyncClient
) -> None:
    desk = Desk(http)
    receipt = await desk.receive(9600, kind="unidentified")
    payer = await world.one("SELECT id FROM claims.payer WHERE practice_id = $1 AND external_id = 'PAY-PRAIRIE'")

    owned = await desk.change(receipt, "identify", payer_id=str(payer))

    assert (owned["kind"], owned["payer_id"]) == ("insurer", str(payer))
    assert await standing(world, 2010, receipt["id"]) == 0
    assert await standing(world, 2000, receipt["id"]) == -9600


async def test_e43_a_payers_check_before_its_remittance_settles_it_later(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await bill(("G0463", 20000)), Desk(http)
    receipt = await desk.receive(9600, kind="insurer", reference="CHK77")
    assert await posted_for(world, "receipt", receipt) == [("E43", 1030, 2000, 9600)]
    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), method="CHK", trace="CHK77"))
    part = {"remittance_id": str(outcome.remittance_id), "amount_cents": 9601}
    assert (await desk.tried(receipt, "apply", allocations=[part])).json()["code"] == "not_enough_unapplied"

    done = await desk.change(receipt, "apply", allocations=[{**part, "amount_cents": 9600}])

    assert (await posted_for(world, "receipt", receipt))[1:] == [("E43", 2000, 1040, 9600)]
    assert done["unapplied_cents"] == 0
    assert await world.clearing(outcome.remittance_id) == 0
    again = await desk.receive(100, kind="insurer")
    refused = await desk.tried(again, "apply", allocations=[{**part, "amount_cents": 1}])
    assert refused.json()["code"] == "above_open_balance"
    proofs = await desk.ok("GET", f"/v1/ledger/proofs?remittance_id={outcome.remittance_id}")
    assert proofs["holds"], [proof for proof in proofs["proofs"] if not proof["holds"]]


async def test_a_drawer_that_counts_short_is_closed_with_a_reason_and_moves_no_money(
    world: World, http: httpx.AsyncClient
) -> None:
    desk = Desk(http)
    slip = await a_slip(world, desk)
    await desk.receive(2000, kind="unidentified", method="cash", deposit_slip_id=slip["id"])
    await desk.receive(1000, kind="unidentified", method="check", deposit_slip_id=slip["id"])

    silent = await close(http, slip, counted_cents=2995)
    closed = await close(http, slip, counted_cents=2995, reason="a five-cent coin is missing")

    assert (silent.status_code, silent.json()["code"]) == (409, "over_short_reason_missing")
    body = closed.json()
    assert (body["state"], body["recorded_cents"], body["over_short_cents"]) == ("closed", 3000, -5)
    totals = [(t["method"], t["receipt_count"], t["recorded_cents"]) for t in body["totals"]]
    assert totals == [("cash", 1, 2000), ("check", 1, 1000)]
    late = {"kind": "unidentified", "method": "cash", "amount_cents": 1, "received_on": "2026-11-20"}
    refused = await http.post("/v1/receipts", json={**late, "deposit_slip_id": slip["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "deposit_slip_closed")


async def test_a_drawer_that_counts_right_needs_no_reason(world: World, http: httpx.AsyncClient) -> None:
    desk = Desk(http)
    slip = await a_slip(world, desk)
    await desk.receive(2000, kind="unidentified", method="cash", deposit_slip_id=slip["id"])
    voided = await desk.receive(700, kind="unidentified", method="cash", deposit_slip_id=slip["id"])
    await desk.change(voided, "void", reason="typed twice")

    closed = await close(http, slip, counted_cents=2000)

    assert (closed.status_code, closed.json()["over_short_cents"]) == (200, 0)
    assert (await close(http, closed.json(), counted_cents=2000)).json()["code"] == "deposit_slip_closed"


async def a_slip(world: World, desk: Desk) -> dict[str, Any]:
    location: UUID = await world.one("SELECT id FROM claims.location WHERE practice_id = $1")
    body = {"location_id": str(location), "business_on": "2026-11-20"}
    return await desk.ok("POST", "/v1/deposit-slips", body, 201)


async def close(http: httpx.AsyncClient, slip: dict[str, Any], **body: Any) -> httpx.Response:
    headers = {"If-Match": f'"{slip["version"]}"'}
    return await http.post(f"/v1/deposit-slips/{slip['id']}/close", json=body, headers=headers)
