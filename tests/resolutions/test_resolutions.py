"""Held money that is not ours, differences of deposits and what the bank never shows find an owner, and back."""

from typing import Any

import httpx
import pytest

from claims_api.access.limits import LIMITS
from claims_api.ledger.events import MOVEMENTS, LedgerEvent
from claims_api.remittances.post_remittance import RemittanceOutcome
from claims_api.resolutions.domain import WAYS, NotResolvableError, Outcome, amount_of

# Relative, because the tests are not on the import path.
from ..bank.teller import Movement, Teller, paid  # noqa: TID252
from ..receipts.front_desk import Desk  # noqa: TID252
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
FOREIGN = Clp("NOTOURS1", "200", "96", (LINE,), icn="ICN-FOREIGN")


async def resolve(http: httpx.AsyncClient, remittance: Any, subject: str, outcome: str, **more: Any) -> httpx.Response:
    body = {"remittance_id": str(remittance), "subject": subject, "outcome": outcome, "note": "asked the payer"}
    return await http.post("/v1/resolutions", json={**body, **more})


async def reverse(http: httpx.AsyncClient, made: dict[str, Any]) -> httpx.Response:
    headers = {"If-Match": f'"{made["version"]}"'}
    return await http.post(f"/v1/resolutions/{made['id']}/reverse", json={"reason": "a mistake"}, headers=headers)


async def queue(http: httpx.AsyncClient) -> list[tuple[str, int]]:
    items = (await http.get("/v1/held-money")).json()["items"]
    return [(item["kind"], item["amount_cents"]) for item in items]


async def items(http: httpx.AsyncClient) -> list[tuple[str, int, int]]:
    found = (await http.get("/v1/remittances/payer-items")).json()["items"]
    return [(item["kind"], item["account"], item["open_cents"]) for item in found]


async def proofs_hold(http: httpx.AsyncClient, remittance: Any) -> None:
    found = (await http.get(f"/v1/ledger/proofs?remittance_id={remittance}")).json()
    assert [proof for proof in found["proofs"] if not proof["holds"]] == []


async def with_foreign_claim(world: World, bill: Billing) -> RemittanceOutcome:
    """A payment of 192: half of it for a claim of ours, half for one of somebody else."""
    visit = await bill(("G0463", 20000))
    outcome = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)), FOREIGN), trace="MIXED"))
    assert outcome.state == "posted_with_held"
    return outcome


async def test_held_money_that_is_not_ours_is_owed_to_the_payer_and_the_rest_stays_posted(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    payment = (await with_foreign_claim(world, bill)).remittance_id
    assert await queue(http) == [("claim", 9600)]

    ours = await resolve(http, payment, "held_claim", "owed_to_payer", n=1)
    answer = await resolve(http, payment, "held_claim", "owed_to_payer", n=2)

    assert ours.json()["code"] == "not_resolvable"
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert await posted_for(world, "resolution", made) == [("E46", 2000, 2040, 9600)]
    assert await queue(http) == []
    assert await items(http) == [("announced", 2040, 9600)]
    assert (await http.get(f"/v1/remittances/{payment}")).json()["state"] == "posted"
    await proofs_hold(http, payment)
    whole = await http.post(f"/v1/remittances/{payment}/reverse", json={"reason": "x"}, headers={"If-Match": '"2"'})
    assert whole.json()["code"] == "remittance_in_use"
    back = await reverse(http, made)
    assert (back.status_code, back.json()["state"]) == (200, "reversed")
    assert await posted_for(world, "resolution", made) == [("E46", 2000, 2040, 9600), ("E46", 2040, 2000, 9600)]
    assert await queue(http) == [("claim", 9600)]
    assert await items(http) == []
    await proofs_hold(http, payment)
    assert (await reverse(http, back.json())).json()["code"] == "illegal_transition"


async def test_a_later_payment_takes_what_was_not_ours(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    payment = (await with_foreign_claim(world, bill)).remittance_id
    made = (await resolve(http, payment, "held_claim", "owed_to_payer", n=2)).json()
    visit = await bill(("G0463", 20000))

    later = await world.post(
        Era((Clp(visit.pcn, "200", "96", (LINE,)),), trace="LATER", plb=(("WO:ICN-FOREIGN", "96"),))
    )

    assert ("E16", 2040, 1040, 9600) in await world.movements(later.remittance_id)
    assert await items(http) == []
    assert (await reverse(http, made)).json()["code"] == "payer_item_used"


async def test_what_was_not_ours_is_refunded_with_approval(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    payment = (await with_foreign_claim(world, bill)).remittance_id
    made = (await resolve(http, payment, "held_claim", "owed_to_payer", n=2)).json()
    asked = {"payer_item_id": made["payer_item_id"], "amount_cents": 9600, "reason": "not our claim"}

    refund = await http.post("/v1/refunds", json=asked)
    assert refund.status_code == 201, refund.text
    assert (await reverse(http, made)).json()["code"] == "payer_item_used"
    path = f"/v1/refunds/{refund.json()['id']}"
    approved = await http.post(f"{path}/approve", headers={"If-Match": '"1"'})
    assert approved.status_code == 200, approved.text
    body = {"method": "check", "reference": "20417", "issued_on": "2026-11-23"}
    issued = await http.post(f"{path}/issue", json=body, headers={"If-Match": f'"{approved.json()["version"]}"'})

    assert issued.status_code == 200, issued.text
    assert await items(http) == []


@pytest.mark.parametrize(
    ("deposit", "outcome", "wrong", "posted", "item"),
    [
        (9700, "owed_to_payer", "bank_fee", ("E46", 2000, 2040, 100), [("announced", 2040, 100)]),
        (9500, "owed_by_payer", "owed_to_payer", ("E46", 1200, 1200, 100), [("take_back", 1200, 100)]),
        (9500, "bank_fee", "owed_to_payer", ("E46", 6210, 1200, 100), []),
    ],
)
async def test_what_a_deposit_differs_by_finds_its_owner(
    world: World,
    bill: Billing,
    http: httpx.AsyncClient,
    deposit: int,
    outcome: str,
    wrong: str,
    posted: tuple[str, int, int, int],
    item: list[tuple[str, int, int]],
) -> None:
    visit = await bill(("G0463", 20000))
    era = Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount=f"{deposit // 100}")
    queued = (await world.post(era)).remittance_id
    body = {"reason": "the bank shows it", "deposit_cents": deposit}
    released = await http.post(f"/v1/remittances/{queued}/release", json=body, headers={"If-Match": '"1"'})
    assert released.status_code == 200, released.text

    refused = await resolve(http, queued, "difference", wrong)
    made = await resolve(http, queued, "difference", outcome)

    assert refused.json()["code"] == "not_resolvable"
    assert made.status_code == 201, made.text
    assert await posted_for(world, "resolution", made.json()) == [posted]
    assert await queue(http) == []
    assert await items(http) == item
    await proofs_hold(http, queued)
    assert (await resolve(http, queued, "difference", outcome)).json()["code"] == "not_resolvable"
    assert (await reverse(http, made.json())).status_code == 200
    assert await queue(http) == [("difference", deposit - 9600)]
    await proofs_hold(http, queued)


async def test_what_the_bank_never_shows_of_a_payment_is_a_fee_or_the_payers_debt(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    teller = Teller(http)
    await teller.open_account()
    payment = await paid(world, bill, "SHORT")
    await teller.bring(Movement("93.00"))
    await teller.change(await teller.line(), "match", payments=[{"remittance_id": payment}])
    assert await teller.open_items() == [("remittance_without_money", -300)]

    above = await resolve(http, payment, "clearing", "bank_fee", amount_cents=301)
    fee = await resolve(http, payment, "clearing", "bank_fee", amount_cents=100)
    rest = await resolve(http, payment, "clearing", "owed_by_payer")

    assert above.json()["detail"] == "300 cents are open there"
    assert (fee.status_code, rest.status_code) == (201, 201), (fee.text, rest.text)
    assert await posted_for(world, "resolution", fee.json()) == [("E38", 6210, 1040, 100)]
    assert await posted_for(world, "resolution", rest.json()) == [("E46", 1200, 1040, 200)]
    assert await items(http) == [("take_back", 1200, 200)]
    assert await teller.open_items() == []
    await proofs_hold(http, payment)
    assert (await reverse(http, fee.json())).status_code == 200
    assert (await reverse(http, rest.json())).status_code == 200
    assert await teller.open_items() == [("remittance_without_money", -300)]
    await proofs_hold(http, payment)


async def test_what_the_bank_brought_beyond_a_payment_is_an_insurers_receipt_and_goes_back(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    teller, desk = Teller(http), Desk(http)
    await teller.open_account()
    payment = await paid(world, bill, "LONG")
    await teller.bring(Movement("97.00"))
    matched = await teller.change(await teller.line(), "match", payments=[{"remittance_id": payment}])
    assert await teller.open_items() == [("money_without_remittance", 100)]

    receipt = await desk.receive(100, kind="insurer", method="ach")
    await teller.change(matched, "match", payments=[{"receipt_id": receipt["id"]}])
    assert await teller.open_items() == []
    asked = {"receipt_id": receipt["id"], "amount_cents": 100, "reason": "paid too much"}
    refund = await desk.ok("POST", "/v1/refunds", asked, 201)
    path = f"/v1/refunds/{refund['id']}"
    approved = await desk.ok("POST", f"{path}/approve", headers={"If-Match": '"1"'})
    body = {"method": "check", "reference": "20418", "issued_on": "2026-11-23"}
    await desk.ok("POST", f"{path}/issue", body, headers={"If-Match": f'"{approved["version"]}"'})

    rows = await world.rows(
        "SELECT p.entry, p.debit_account, p.credit_account, p.amount_cents FROM claims.posting p JOIN claims.journal j "
        "ON j.practice_id = $1 AND j.id = p.journal_id WHERE p.practice_id = $1 AND j.source_type = 'refund' ORDER BY 2"
    )
    assert [tuple(row) for row in rows] == [("E15", 2000, 2020, 100), ("E15", 2020, 1000, 100)]
    assert await teller.open_items() == [("refund_not_at_bank", 100)]


def test_every_way_is_a_movement_of_its_event_and_can_be_taken_back() -> None:
    for (_, outcome, _), way in WAYS.items():
        assert (way.debit, way.credit) in MOVEMENTS[way.event]
        assert (way.credit, way.debit) in MOVEMENTS[way.reversal]
        assert way.reversal in (LedgerEvent.REMITTANCE_HELD, LedgerEvent.POSTED_WRONG)
        assert f"resolution.{outcome}" in LIMITS
    assert {outcome for _, outcome, _ in WAYS} == set(Outcome)


def test_no_more_is_resolved_than_is_open() -> None:
    assert amount_of(None, 300) == 300
    assert amount_of(300, 300) == 300
    for asked, left in ((301, 300), (None, 0)):
        with pytest.raises(NotResolvableError):
            amount_of(asked, left)
