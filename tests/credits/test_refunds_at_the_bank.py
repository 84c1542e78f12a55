"""A refund leaves cash when it is issued and is outstanding until its bank line comes; never both paid and taken."""

from typing import Any

import httpx

# Relative, because the tests are not on the import path.
from ..bank.teller import Movement, Teller  # noqa: TID252
from ..receipts.front_desk import with_share  # noqa: TID252
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252
from .desk import Overpayments

WHY = {"reason": "agreed"}


class Office(Overpayments):
    """Refunds, and the bank as a teller sees it."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__(http)
        self.bank = Teller(http)

    async def moved(self, refund: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
        seen = await self.ok("GET", f"/v1/refunds/{refund['id']}")
        headers = {"If-Match": f'"{seen["version"]}"'}
        return await self.ok("POST", f"/v1/refunds/{refund['id']}/{verb}", body or WHY, headers=headers)

    async def state(self, refund: dict[str, Any]) -> str:
        found: str = (await self.ok("GET", f"/v1/refunds/{refund['id']}"))["state"]
        return found


async def of_26_dollars(world: World, bill: Billing, http: httpx.AsyncClient) -> tuple[Office, dict[str, Any]]:
    """A patient's 26 dollars, deposited, and a check for them that is out."""
    visit, office = await with_share(world, bill), Office(http)
    await office.bank.open_account()
    receipt = await office.ok(
        "POST",
        "/v1/receipts",
        {
            "kind": "patient",
            "method": "check",
            "amount_cents": 2600,
            "received_on": "2026-11-20",
            "guarantor_id": str(visit.guarantor_id),
        },
        201,
    )
    return office, await office.refund(receipt_id=receipt["id"], amount_cents=2600)


async def test_a_check_that_is_out_is_a_reconciling_item_until_its_line_comes(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    office, refund = await of_26_dollars(world, bill, http)
    assert ("refund_not_at_bank", 2600) in await office.bank.open_items()

    await office.bank.bring(Movement("-26.00", reference="0000020417", text="CHECK PAID"))

    line = await office.bank.line()
    assert (line["state"], line["matches"][0]["refund_id"], line["matches"][0]["matched_by"]) == (
        "matched",
        refund["id"],
        "trace",
    )
    assert await posted_for(world, "bank_line", line) == []
    assert await office.state(refund) == "cleared"
    assert "refund_not_at_bank" not in dict(await office.bank.open_items())


async def test_a_check_one_cent_off_or_with_another_number_is_left_to_a_person(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    office, refund = await of_26_dollars(world, bill, http)

    await office.bank.bring(
        Movement("-26.01", reference="20417"),
        Movement("-25.99", reference="20417"),
        Movement("-26.00", reference="204"),
    )

    assert [line["state"] for line in await office.bank.lines()] == ["open", "open", "open"]
    assert await office.state(refund) == "issued"
    more, less, other = await office.bank.lines()
    short = await office.bank.tried(less, "match", payments=[{"refund_id": refund["id"]}])
    assert (short.status_code, short.json()["code"]) == (409, "bank_line_not_open")
    matched = await office.bank.change(other, "match", payments=[{"refund_id": refund["id"]}])
    assert (matched["state"], await office.state(refund)) == ("matched", "cleared")
    twice = await office.bank.tried(more, "match", payments=[{"refund_id": refund["id"]}])
    assert (twice.status_code, twice.json()["code"]) == (409, "payment_not_open")
    await office.bank.prove()

    undone = await office.bank.change(
        matched, "unmatch", match_ids=[matched["matches"][0]["id"]], reason="another check"
    )
    assert (undone["state"], await office.state(refund)) == ("open", "issued")
    assert ("refund_not_at_bank", 2600) in await office.bank.open_items()


async def test_a_refund_cleared_by_hand_is_no_reconciling_item_and_its_late_line_still_fits(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    office, refund = await of_26_dollars(world, bill, http)

    await office.moved(refund, "clear")

    assert "refund_not_at_bank" not in dict(await office.bank.open_items())
    await office.bank.bring(Movement("-26.00", reference="20417"))
    assert (await office.bank.line())["state"] == "matched"
    await office.bank.prove()


async def test_e37_a_stale_check_leaves_the_open_items_goes_to_the_state_and_its_payment_is_one_again(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    office, refund = await of_26_dollars(world, bill, http)

    await office.moved(refund, "mark-stale")
    assert "refund_not_at_bank" not in dict(await office.bank.open_items())
    await office.bank.bring(Movement("-26.00", reference="20417"))
    assert (await office.bank.line())["state"] == "open"  # cashed after all: issue it again, then match
    again = await office.moved(refund, "issue", {"method": "check", "reference": "20417", "issued_on": "2026-11-20"})
    assert again["state"] == "issued"
    await office.ok("POST", "/v1/bank/reassociate")
    assert (await office.bank.line())["state"] == "matched"
    await office.bank.prove()


async def test_unclaimed_property_paid_to_the_state_is_a_reconciling_item_too(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    office, refund = await of_26_dollars(world, bill, http)
    for verb in ("mark-stale", "turn-over", "remit"):
        await office.moved(refund, verb)
    assert ("refund_not_at_bank", 2600) in await office.bank.open_items()

    await office.bank.bring(Movement("-26.00", text="STATE TREASURER"))
    await office.bank.change(await office.bank.line(), "match", payments=[{"refund_id": refund["id"]}])

    assert await office.state(refund) == "remitted"
    assert "refund_not_at_bank" not in dict(await office.bank.open_items())


async def announced(world: World, bill: Billing) -> tuple[Bill, dict[str, Any]]:
    """A visit whose payment of 96 the payer reversed, and takes later: 2040 holds it."""
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 104")
    await world.post(Era((Clp(visit.pcn, "200", "96", (line,), icn="ICN1"),), trace="PAID"))
    back = Svc("G0463", "-200", "-96", "CO-45 -104")
    new = Svc("G0463", "200", "0", "CO-45 200")
    await world.post(
        Era(
            (
                Clp(visit.pcn, "-200", "-96", (back,), status="22", icn="ICN1"),
                Clp(visit.pcn, "200", "0", (new,), icn="ICN2"),
            ),
            trace="TAKEN",
            plb=((f"WO:{visit.pcn}", "-96"),),
        )
    )
    item = await world.one(
        "SELECT id, kind, open_cents FROM claims.payer_item WHERE practice_id = $1 AND claim_id = $2", visit.id
    )
    return visit, dict(item)


async def open_of_item(world: World, item: dict[str, Any]) -> tuple[int, int]:
    """What is open of it by its row, and by the ledger (2040)."""
    row = await world.one("SELECT open_cents FROM claims.payer_item WHERE practice_id = $1 AND id = $2", item["id"])
    books = await world.one(
        "SELECT coalesce(-sum(amount_cents), 0)::bigint FROM claims.ledger_entry "
        "WHERE practice_id = $1 AND account = 2040 AND party_id = $2",
        item["id"],
    )
    return int(row), int(books)


async def test_a_refund_against_an_announced_take_back_is_dr_2040_and_closes_the_item(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    (_, item), office = await announced(world, bill), Office(http)
    assert (item["kind"], item["open_cents"]) == ("announced", 9600)
    above = await http.post("/v1/refunds", json={"payer_item_id": str(item["id"]), "amount_cents": 9601, **WHY})
    assert (above.status_code, above.json()["code"]) == (409, "above_credit")

    refund = await office.refund(payer_item_id=str(item["id"]), amount_cents=9600)

    rows = await world.rows(
        "SELECT p.entry, p.debit_account, p.credit_account, p.amount_cents FROM claims.posting p "
        "JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id "
        "WHERE p.practice_id = $1 AND j.source_id = $2",
        refund["id"],
    )
    assert [tuple(row) for row in rows] == [("E15", 2040, 1000, 9600)]
    assert await open_of_item(world, item) == (0, 0)
    await office.moved(refund, "void")
    assert await open_of_item(world, item) == (9600, 9600)


async def test_what_the_payer_took_meanwhile_is_not_paid_as_well(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    (visit, item), office = await announced(world, bill), Office(http)
    asked = await office.ok("POST", "/v1/refunds", {"payer_item_id": str(item["id"]), "amount_cents": 9600, **WHY}, 201)
    approved = await office.moved(asked, "approve", {})
    other = await bill(("G0463", 20000))
    paid = Clp(other.pcn, "200", "100", (Svc("G0463", "200", "100", "CO-45 100"),))
    await world.post(Era((paid,), trace="NEXT", plb=((f"WO:{visit.pcn}", "96"),)))
    assert await open_of_item(world, item) == (0, 0)

    late = await http.post(
        f"/v1/refunds/{asked['id']}/issue",
        json={"method": "check", "reference": "1", "issued_on": "2026-11-20"},
        headers={"If-Match": f'"{approved["version"]}"'},
    )

    assert (late.status_code, late.json()["code"]) == (409, "above_credit")


async def test_e19_the_payer_acknowledges_the_refund_of_its_announced_take_back_and_nothing_is_left(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    (visit, item), office = await announced(world, bill), Office(http)
    await office.refund(payer_item_id=str(item["id"]), amount_cents=9600)
    before = await world.one("SELECT count(*) FROM claims.review_item WHERE practice_id = $1")

    seen = Era((), trace="SEEN", plb=((f"72:{visit.pcn}", "-96"), (f"WO:{visit.pcn}", "96")))
    await world.post(seen)

    assert await world.rows("SELECT id FROM claims.payer_item WHERE practice_id = $1 AND open_cents > 0") == []
    assert await world.one("SELECT count(*) FROM claims.review_item WHERE practice_id = $1") == before


async def test_a_credit_is_not_refunded_while_a_take_back_for_its_claim_is_not_assigned(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, office = await bill(("G0463", 9600)), Office(http)
    for trace in ("ONE", "TWO"):
        line = Svc("G0463", "96", "96")
        await world.post(Era((Clp(visit.pcn, "96", "96", (line,)),), trace=f"{trace}{visit.pcn}"))
    async with world.database.control_tx() as connection:
        await connection.execute(
            "UPDATE claims.practice SET test_clock_at = '2027-03-01 18:00Z' WHERE id = $1", world.practice_id
        )
    other = await bill(("G0463", 20000))
    paid = Clp(other.pcn, "200", "100", (Svc("G0463", "200", "100", "CO-45 100"),))
    await world.post(Era((paid,), trace="NEXT", plb=((f"WO:{visit.pcn}", "96"),)))
    ask = {"charge_id": str(visit.charges[0]), "side": "payer", "amount_cents": 9600, **WHY}

    refused = await http.post("/v1/refunds", json=ask)

    assert (refused.status_code, refused.json()["code"]) == (409, "payer_took_back")
    item = (await office.ok("GET", "/v1/remittances/payer-items"))["items"][0]
    headers = {"If-Match": f'"{item["version"]}"'}
    body = {"claim_id": str(visit.id), **WHY}
    await office.ok("POST", f"/v1/remittances/payer-items/{item['id']}/assign", body, headers=headers)
    assert await world.credits() == {}
    case = await office.case(visit)
    assert (case["state"], case["close_reason"]) == ("closed", "taken_back")
