"""Patients' money at the bank: card batches net of fees, deposit slips, bounced checks (E11, E31, E38)."""

from typing import Any

import httpx
import pytest

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import Desk, to_charge, with_share  # noqa: TID252
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .teller import Movement, Teller, paid


@pytest.fixture
async def teller(http: httpx.AsyncClient) -> Teller:
    teller = Teller(http)
    await teller.open_account()
    return teller


async def test_a_card_batch_reaches_the_bank_less_its_fee_e38(
    http: httpx.AsyncClient, world: World, teller: Teller
) -> None:
    desk = Desk(http)
    receipts = [await desk.receive(cents, kind="unidentified", method="card") for cents in (6000, 4000)]
    assert await teller.open_items() == [("receipt_not_deposited", -6000), ("receipt_not_deposited", -4000)]
    await teller.bring(Movement("97.00", text="CARD SETTLEMENT"))

    first, second = receipts
    payments = [{"receipt_id": first["id"], "fee_cents": 180}, {"receipt_id": second["id"], "fee_cents": 120}]
    line = await teller.change(await teller.line(), "match", payments=payments)

    assert sorted(await posted_for(world, "bank_line", line)) == [
        ("E08", 1000, 1030, 3880),
        ("E08", 1000, 1030, 5820),
        ("E38", 6210, 1030, 120),
        ("E38", 6210, 1030, 180),
    ]
    assert await teller.open_items() == []


async def test_a_deposit_slip_is_matched_as_a_whole(http: httpx.AsyncClient, world: World, teller: Teller) -> None:
    desk = Desk(http)
    slip = await a_slip(world, desk)
    for cents in (2000, 1000):
        await desk.receive(cents, kind="unidentified", method="check", deposit_slip_id=slip["id"])
    await teller.bring(Movement("30.00"))

    line = await teller.change(await teller.line(), "match", payments=[{"deposit_slip_id": slip["id"]}])

    assert (line["state"], len(line["matches"])) == ("matched", 2)
    assert await teller.open_items() == []


async def test_e31_a_bounced_check_on_the_statement_opens_the_line_it_paid(
    http: httpx.AsyncClient, world: World, bill: Billing, teller: Teller
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])
    await teller.bring(Movement("24.00"), Movement("-24.00", text="RETURNED ITEM", day="2026-11-22"))
    deposit, bounced = await teller.lines()
    await teller.change(deposit, "match", payments=[{"receipt_id": receipt["id"]}])

    await teller.change(bounced, "match", payments=[{"receipt_id": receipt["id"]}], reason="not sufficient funds")

    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await posted_for(world, "bank_line", bounced) == [("E31", 1030, 1000, 2400)]
    found = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    assert (found["state"], found["deposited_cents"]) == ("returned", 0)
    items = await teller.open_items()
    assert [item for item in items if item[0] != "remittance_without_money"] == []


async def test_a_return_known_before_the_bank_shows_it_is_not_taken_twice(
    http: httpx.AsyncClient, world: World, bill: Billing, teller: Teller
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])
    await teller.bring(Movement("24.00"))
    (deposit,) = await teller.lines()
    await teller.change(deposit, "match", payments=[{"receipt_id": receipt["id"]}])
    receipt = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    await desk.change(receipt, "return", reason="chargeback")
    assert ("return_not_at_bank", 2400) in await teller.open_items()

    await teller.bring(Movement("-24.00", text="CHARGEBACK", day="2026-11-22"))
    await teller.change((await teller.lines())[-1], "match", payments=[{"receipt_id": receipt["id"]}])

    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert ("return_not_at_bank", 2400) not in await teller.open_items()


async def test_a_deposited_receipt_is_not_voided(http: httpx.AsyncClient, world: World, teller: Teller) -> None:
    desk = Desk(http)
    receipt = await desk.receive(2400, kind="unidentified")
    await teller.bring(Movement("24.00"))
    line = await teller.change(await teller.line(), "match", payments=[{"receipt_id": receipt["id"]}])
    receipt = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    refused = await desk.tried(receipt, "void", reason="typed wrong")
    assert (refused.status_code, refused.json()["code"]) == (409, "receipt_deposited")

    await teller.change(line, "unmatch", match_ids=[line["matches"][0]["id"]], reason="not this check")
    receipt = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    assert (await desk.change(receipt, "void", reason="typed wrong"))["state"] == "voided"
    assert await teller.open_items() == [("money_without_remittance", 2400)]


async def test_an_insurers_check_settles_its_remittance_and_reaches_the_bank_as_a_receipt(
    http: httpx.AsyncClient, world: World, bill: Billing, teller: Teller
) -> None:
    desk = Desk(http)
    receipt = await desk.receive(9600, kind="insurer", reference="CHK77")
    remittance = await paid(world, bill, "CHK77", method="CHK")
    assert await teller.open_items() == [("receipt_not_deposited", -9600), ("remittance_without_money", -9600)]

    part = {"remittance_id": remittance, "amount_cents": 9600}
    await desk.change(receipt, "apply", allocations=[part])
    assert await teller.open_items() == [("receipt_not_deposited", -9600)]
    await teller.bring(Movement("96.00"))
    await teller.change(await teller.line(), "match", payments=[{"receipt_id": receipt["id"]}])

    assert await teller.open_items() == []


async def a_slip(world: World, desk: Desk) -> dict[str, Any]:
    location = await world.one("SELECT id FROM claims.location WHERE practice_id = $1")
    return await desk.ok("POST", "/v1/deposit-slips", {"location_id": str(location), "business_on": "2026-11-20"}, 201)
