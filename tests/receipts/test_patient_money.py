"""Patients pay, prepay, pay too much, and their payments come back: E11, E12, E13, E31, E32, E33."""

from functools import partial

import httpx

from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, post_entries

# Relative, because the tests are not on the import path.
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252
from .front_desk import Desk, standing, to_charge, with_share


async def test_e11_a_patient_pays_the_share_and_the_money_waits_for_the_bank(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await with_share(world, bill)

    receipt = await Desk(http).receive(2400, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])

    assert await posted_for(world, "receipt", receipt) == [("E11", 1030, 1110, 2400)]
    assert await world.open_of(visit) == {}
    assert (receipt["unapplied_cents"], receipt["deposited_cents"]) == (0, 0)
    assert await standing(world, 1030, receipt["id"]) == 2400
    assert (await world.event_types())[-2:] == ["receipt.applied", "receipt.received"]


async def test_e12_what_is_for_nothing_yet_is_a_prepayment_and_e13_applies_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(5000, owner=visit.guarantor_id)
    assert await posted_for(world, "receipt", receipt) == [("E12", 1030, 2010, 5000)]

    applied = await desk.change(receipt, "apply", allocations=[{"claim_id": str(visit.id), "amount_cents": 2400}])

    assert (await posted_for(world, "receipt", receipt))[1:] == [("E13", 2010, 1110, 2400)]
    assert applied["unapplied_cents"] == 2600
    assert await world.open_of(visit) == {}


async def test_one_cent_above_what_is_open_is_refused_and_nothing_moves(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(5000, owner=visit.guarantor_id)

    refused = await desk.tried(receipt, "apply", allocations=[to_charge(visit, 2401)])

    assert (refused.status_code, refused.json()["code"]) == (409, "above_open_balance")
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert (await desk.change(receipt, "apply", allocations=[to_charge(visit, 2400)]))["unapplied_cents"] == 2600


async def test_two_parts_for_one_charge_count_together(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(5000, owner=visit.guarantor_id)

    refused = await desk.tried(receipt, "apply", allocations=[to_charge(visit, 1200), to_charge(visit, 1201)])

    assert refused.json()["code"] == "above_open_balance"
    assert await world.open_of(visit) == {(1110, "patient"): 2400}


async def test_parts_never_add_up_to_more_than_the_receipt(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2399, owner=visit.guarantor_id)

    refused = await desk.tried(receipt, "apply", allocations=[to_charge(visit, 2400)])

    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_unapplied")


async def test_money_of_one_guarantor_never_pays_anothers_balance(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    stranger = await world.party("guarantor", "G-2", {"last_name": "Elsewhere"})
    receipt = await desk.receive(2400, owner=stranger)

    refused = await desk.tried(receipt, "apply", allocations=[to_charge(visit, 2400)])

    assert (refused.status_code, refused.json()["code"]) == (409, "another_guarantor")


async def test_unapplying_is_a_linked_reversal_and_the_money_can_be_applied_again(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])
    (application,) = receipt["applications"]

    freed = await desk.change(receipt, "unapply", application_ids=[application["id"]], reason="wrong visit")

    assert sorted((await posted_for(world, "receipt", receipt))[1:]) == [
        ("E12", 1030, 2010, 2400),
        ("E33", 1110, 1030, 2400),
    ]
    assert freed["unapplied_cents"] == 2400
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert freed["applications"][0]["undone_by"] == "unapplied"
    again = await desk.change(freed, "apply", allocations=[to_charge(visit, 1000)])
    assert again["unapplied_cents"] == 1400


async def test_e33_money_posted_to_the_wrong_account_is_mirrored_and_goes_to_the_right_one(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    right, desk = await with_share(world, bill), Desk(http)
    await world.party("patient", "PAT-2", {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1981-01-01"})
    await world.cover("COV-9", "PAY-PRAIRIE", patient="PAT-2", member_id="M0009")
    of_namesake = {"patient": {"external_id": "PAT-2"}, "coverage": {"external_id": "COV-9"}}
    wrong = await with_share(world, partial(bill, **of_namesake))
    receipt = await desk.receive(2400, owner=wrong.guarantor_id, allocations=[to_charge(wrong, 2400)])
    to_right = {"guarantor_id": str(right.guarantor_id), "reason": "a namesake's account"}

    too_early = await desk.tried(receipt, "reassign", **to_right)
    (application,) = receipt["applications"]
    freed = await desk.change(receipt, "unapply", application_ids=[application["id"]], reason="wrong account")
    moved = await desk.change(freed, "reassign", **to_right)
    paid = await desk.change(moved, "apply", allocations=[to_charge(right, 2400)])

    assert too_early.json()["code"] == "receipt_not_open"
    assert [one["from_guarantor_id"] for one in moved["reassignments"]] == [str(wrong.guarantor_id)]
    assert sorted(await posted_for(world, "receipt", receipt)) == [
        ("E11", 1030, 1110, 2400),
        ("E12", 1030, 2010, 2400),
        ("E13", 2010, 1110, 2400),
        ("E33", 1110, 1030, 2400),
    ]
    assert (paid["unapplied_cents"], await world.open_of(right)) == (0, {})
    assert await world.open_of(wrong) == {(1110, "patient"): 2400}


async def test_e31_a_bounced_check_opens_exactly_the_lines_it_paid(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    first, second = await with_share(world, bill), await with_share(world, bill, share="10")
    desk = Desk(http)
    parts = [to_charge(first, 2400), to_charge(second, 600)]
    receipt = await desk.receive(5000, owner=first.guarantor_id, allocations=parts)

    returned = await desk.change(receipt, "return", reason="not sufficient funds")

    assert returned["state"] == "returned"
    assert await world.open_of(first) == {(1110, "patient"): 2400}
    assert await world.open_of(second) == {(1110, "patient"): 1000}
    assert await standing(world, 1030, receipt["id"]) == 0, "nothing of it waits for the bank any more"
    assert await standing(world, 2010, receipt["id"]) == 0
    assert (await desk.tried(returned, "return", reason="twice")).json()["code"] == "receipt_not_open"


async def test_a_chargeback_of_a_part_takes_unapplied_money_first(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(3000, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])

    returned = await desk.change(receipt, "return", amount_cents=1000, reason="chargeback")

    assert (returned["state"], returned["unapplied_cents"], returned["returned_cents"]) == ("received", 0, 1000)
    assert await world.open_of(visit) == {(1110, "patient"): 400}
    too_much = await desk.tried(returned, "return", amount_cents=2001, reason="chargeback")
    assert too_much.json()["code"] == "not_enough_unapplied"
    assert (await desk.change(returned, "return", amount_cents=2000, reason="chargeback"))["state"] == "returned"


async def test_e32_a_fee_only_where_the_setting_allows_it_and_at_most_so_much(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])
    refused = await desk.tried(receipt, "return", fee_cents=2500, reason="NSF")
    assert (refused.status_code, refused.json()["code"]) == (409, "returned_payment_fee_not_allowed")

    await world.settings({"returned_payment_fee_cents": 2500})  # type: ignore[dict-item]
    too_much = await desk.tried(receipt, "return", fee_cents=2501, reason="NSF")
    assert too_much.json()["code"] == "returned_payment_fee_not_allowed"
    await desk.change(receipt, "return", fee_cents=2500, reason="NSF")

    assert sorted((await posted_for(world, "receipt", receipt))[1:]) == [
        ("E31", 1110, 1030, 2400),
        ("E32", 1110, 4290, 2500),
    ]
    assert await world.open_of(visit) == {(1110, "patient"): 4900}


async def test_a_mistaken_entry_is_voided_by_linked_reversals(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(3000, owner=visit.guarantor_id, allocations=[to_charge(visit, 2000)])
    receipt = await desk.change(receipt, "apply", allocations=[to_charge(visit, 400)])

    voided = await desk.change(receipt, "void", reason="entered twice")

    assert (voided["state"], voided["unapplied_cents"]) == ("voided", 0)
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert [await standing(world, account, receipt["id"]) for account in (1030, 2010)] == [0, 0]
    reasons = await world.rows(
        "SELECT reason FROM claims.journal WHERE practice_id = $1 AND source_id = $2 "
        "AND reverses_journal_id IS NOT NULL",
        receipt["id"],
    )
    assert [row["reason"] for row in reasons] == ["entered twice"] * 3
    assert (await desk.tried(voided, "apply", allocations=[to_charge(visit, 1)])).json()["code"] == "receipt_not_open"


async def test_a_self_pay_patients_money_goes_to_the_self_pay_receivable(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    await nobody_insures(world, visit)

    receipt = await Desk(http).receive(100, owner=visit.guarantor_id, allocations=[to_charge(visit, 100)])

    assert await posted_for(world, "receipt", receipt) == [("E11", 1030, 1115, 100)]


async def test_the_claims_timeline_tells_of_the_payment(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, owner=visit.guarantor_id, allocations=[to_charge(visit, 2400)])
    await desk.change(receipt, "return", reason="account closed")

    entries = (await desk.ok("GET", f"/v1/claims/{visit.id}/timeline"))["entries"]

    told = [(e["data"]["journal"], e["data"].get("reason")) for e in entries if e["kind"] == "journal"]
    assert told[-2:] == [("patient_payment", None), ("payment_returned", "account closed")]


async def test_a_repeat_with_the_same_key_takes_no_money_twice(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    body = {
        "kind": "patient",
        "method": "cash",
        "amount_cents": 2400,
        "received_on": "2026-11-20",
        "guarantor_id": str(visit.guarantor_id),
    }

    first, again = [
        await desk.ok("POST", "/v1/receipts", body, 201, headers={"Idempotency-Key": "K1"}) for _ in range(2)
    ]

    assert first == again
    assert await world.count("receipt") == 1


async def test_a_change_of_something_not_seen_is_refused(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit, desk = await with_share(world, bill), Desk(http)
    receipt = await desk.receive(2400, owner=visit.guarantor_id)
    await desk.change(receipt, "apply", allocations=[to_charge(visit, 1000)])

    stale = await desk.tried(receipt, "apply", allocations=[to_charge(visit, 1000)])
    blind = await http.post(f"/v1/receipts/{receipt['id']}/void", json={"reason": "x"})

    assert (stale.status_code, blind.status_code) == (412, 428)


async def nobody_insures(world: World, visit: Bill) -> None:
    """The whole charge goes to the guarantor as self-pay (E40)."""
    entry = Entry(
        event=LedgerEvent.RESPONSIBILITY_CHANGE,
        debit=Account.AR_SELF_PAY,
        credit=Account.AR_INSURANCE,
        amount_cents=20000,
        debit_party=visit.guarantor_id,
        credit_party=visit.coverage_id,
        charge_id=visit.charges[0],
        claim_id=visit.id,
    )
    acting = world.acting()
    async with world.database.tenant_tx(world.practice_id) as connection:
        (told,) = await append_events(
            connection,
            "claims",
            world.practice_id,
            [NewEvent("note.added", "claim", visit.id)],
            occurred_at=acting.moment.at,
            recorded_at=acting.machine,
        )
        journal = NewJournal("responsibility", "claim", visit.id, [entry])
        await post_entries(connection, acting, [journal], told, source_on=acting.today)
