"""Handbook 3.3 and model 1: provider adjustments (PLB), by account, from one payment to the next.

Accounts: 1040 clearing, 1100 payer, 1200 taken without a known cause, 2020 credits of payers, 2040 owed to the payer.
"""

from datetime import date
from uuid import UUID

import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, post_entries
from claims_api.ledger.prove import prove_claim
from claims_api.refunds.approve_refund import approve_refund
from claims_api.refunds.domain import RefundMethod
from claims_api.refunds.issue_refund import issue_refund
from claims_api.refunds.request_refund import request_refund
from claims_api.refunds.schemas import IssueIn, RefundIn

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import Bill, World

PAID = Svc("G0463", "200", "96", "CO-45 104")
BACK = Svc("G0463", "-200", "-96", "CO-45 -104")


def paid(visit: Bill, icn: str = "ICN00001") -> Clp:
    return Clp(visit.pcn, "200", "96", (PAID,), icn=icn)


def back(visit: Bill, icn: str = "ICN00001") -> Clp:
    return Clp(visit.pcn, "-200", "-96", (BACK,), status="22", icn=icn)


async def other(bill: Billing) -> Clp:
    visit = await bill(("G0008", 90000))
    return Clp(visit.pcn, "900", "500", (Svc("G0008", "900", "500", "CO-45 400"),))


async def balance(world: World, account: int) -> int:
    """Debits less credits of an account, all payments together."""
    rows = await world.rows(
        "SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.ledger_entry "
        "WHERE practice_id = $1 AND account = $2",
        account,
    )
    return int(rows[0][0])


async def of_entries(world: World, remittance_id: UUID) -> list[tuple[str, int, int, int]]:
    """What the provider entries of a payment moved."""
    return [
        row
        for row in await world.movements(remittance_id)
        if row[0] not in ("E04", "E05", "E07", "E09", "E29", "E45", "E46")
    ]


async def reviews(world: World) -> list[str]:
    rows = await world.rows("SELECT reason FROM claims.review_item WHERE practice_id = $1 AND kind = 'suspense'")
    return sorted(row["reason"] for row in rows)


async def open_items(world: World) -> list[tuple[str, int]]:
    rows = await world.rows(
        "SELECT kind, open_cents FROM claims.payer_item WHERE practice_id = $1 AND open_cents > 0 ORDER BY id"
    )
    return [tuple(row) for row in rows]


async def we_refund(world: World, visit: Bill, cents: int) -> None:
    """Our check to the payer out of the claim's credit (2020), though its reversal is still awaited."""
    acting = world.acting()
    entry = Entry(
        LedgerEvent.PAYER_REFUND,
        Account.REFUNDS_PAYABLE_PAYER,
        Account.CASH,
        cents,
        debit_party=visit.coverage_id,
        charge_id=visit.charges[0],
        claim_id=visit.id,
    )
    async with world.database.tenant_tx(world.practice_id) as connection:
        told = [NewEvent("note.added", "claim", visit.id, {})]
        moment = {"occurred_at": acting.moment.at, "recorded_at": acting.machine}
        [outbox_id] = await append_events(connection, "claims", world.practice_id, told, **moment)
        journal = NewJournal("refund_issued", "test", uuid7(), [entry])
        await post_entries(connection, acting, [journal], outbox_id, source_on=acting.today)


async def we_pay_ahead(world: World, cents: int) -> None:
    """Our check to the payer against what it announced to take back (2040)."""
    item = await world.one("SELECT id FROM claims.payer_item WHERE practice_id = $1 AND kind = 'announced'")
    asked = RefundIn(payer_item_id=item, amount_cents=cents, reason="paid ahead")
    check = IssueIn(method=RefundMethod.CHECK, reference="20417", issued_on=date(2026, 11, 23))
    async with world.database.tenant_tx(world.practice_id) as connection:
        refund_id = await request_refund(connection, world.acting(), "biller", asked)
        await approve_refund(connection, world.principal, world.acting(), refund_id, '"1"')
        await issue_refund(connection, world.acting(), refund_id, check, '"2"')


async def overpaid(world: World, bill: Billing) -> Bill:
    """A claim that the payer paid twice: 96 stand on 2020 as its credit."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((paid(visit, "ICN00002"),), trace="T2", produced_on="20261120"))
    assert await world.credits() == {2020: 9600}
    return visit


async def test_e17_then_e16_announced_with_the_reversal_and_taken_later(world: World, bill: Billing) -> None:
    """Pattern B: the reversal lowers the total, WO negative restores it, a later WO positive takes the money."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))

    told = await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))
    assert await of_entries(world, told.remittance_id) == [("E17", 1040, 2040, 9600)]
    assert await balance(world, 2040) == -9600, "a debt, not income"

    taken = await world.post(Era((await other(bill),), trace="T3", plb=(("WO:ICN00001", "96"),)))
    assert await of_entries(world, taken.remittance_id) == [("E16", 2040, 1040, 9600)]
    assert await balance(world, 2040) == 0
    assert await reviews(world) == []


@pytest.mark.parametrize("parts", [("60", "36"), ("96",)])
async def test_an_announced_amount_may_be_taken_in_parts(world: World, bill: Billing, parts: tuple[str, ...]) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))

    for n, part in enumerate(parts):
        await world.post(Era((await other(bill),), trace=f"T{n + 3}", plb=(("WO:ICN00001", part),)))

    assert await balance(world, 2040) == 0
    assert await open_items(world) == []


async def test_more_taken_than_announced_is_a_take_back_to_look_at(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))

    outcome = await world.post(Era((await other(bill),), trace="T3", plb=(("WO:ICN00001", "96.01"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E16", 2040, 1040, 9600), ("E16B", 1200, 1040, 1)]
    assert len(await reviews(world)) == 1


async def test_e16b_taken_without_a_reversal_names_the_claim_its_reference_speaks_of(
    world: World, bill: Billing
) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))

    outcome = await world.post(Era((await other(bill),), trace="T2", plb=(("WO:ICN00001 20261102", "96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E16B", 1200, 1040, 9600)]
    assert await world.one("SELECT claim_id FROM claims.payer_item WHERE practice_id = $1") == visit.id
    assert await world.one("SELECT claim_id FROM claims.review_item WHERE practice_id = $1") == visit.id


async def test_a_take_back_whose_reversal_comes_later_is_settled_by_it(world: World, bill: Billing) -> None:
    """Taken first, explained later: the WO negative beside the reversal returns what stood on 1200."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((await other(bill),), trace="T2", plb=(("WO:ICN00001", "96"),)))

    await world.post(Era((back(visit),), trace="T3", plb=(("WO:ICN00001", "-96"),), method="NON"))

    assert (await balance(world, 1200), await balance(world, 2040)) == (0, 0)
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_an_amount_announced_for_one_claim_is_not_taken_for_another(world: World, bill: Billing) -> None:
    visit, second = await bill(("G0463", 20000)), await bill(("G0463", 20000), day="2026-11-03")
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))

    outcome = await world.post(Era((await other(bill),), trace="T3", plb=((f"WO:{second.pcn}", "96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E16B", 1200, 1040, 9600)]
    assert await balance(world, 2040) == -9600


async def test_72_case_1_pair_only_acknowledges_our_refund_and_leaves_nothing(world: World, bill: Billing) -> None:
    visit = await overpaid(world, bill)
    await we_refund(world, visit, 9600)

    pair = ((f"72:{visit.pcn}", "-96"), (f"WO:{visit.pcn}", "96"))
    outcome = await world.post(Era((await other(bill),), trace="T3", plb=pair))

    assert await of_entries(world, outcome.remittance_id) == [("E19", 1040, 1200, 9600), ("E19", 1200, 1040, 9600)]
    assert await open_items(world) == []
    assert await reviews(world) == []


async def test_72_case_2_reversal_after_our_refund_is_paid_by_the_refund(world: World, bill: Billing) -> None:
    visit = await overpaid(world, bill)
    await we_refund(world, visit, 9600)
    second = back(visit, "ICN00002")
    twice = Clp(second.pcn, "-200", "-96", (BACK,), status="22", icn="ICN00002")

    outcome = await world.post(Era((twice, await other(bill)), trace="T3", plb=((f"72:{visit.pcn}", "-96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E19", 1040, 1100, 9600)]
    assert await world.open_of(visit) == {}
    assert await balance(world, 1200) == 0
    async with world.database.tenant_tx(world.practice_id) as connection:
        assert (await prove_claim(connection, world.practice_id, visit.id)).holds


async def test_72_case_3_announced_now_refunded_then_and_the_pair_later(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))
    await we_pay_ahead(world, 9600)

    pair = (("72:ICN00001", "-96"), ("WO:ICN00001", "96"))
    outcome = await world.post(Era((await other(bill),), trace="T3", plb=pair))

    assert await of_entries(world, outcome.remittance_id) == [("E19", 1040, 1200, 9600), ("E19", 1200, 1040, 9600)]
    assert (await balance(world, 2040), await balance(world, 1200)) == (0, 0)
    assert await reviews(world) == []


async def test_72_case_4_a_partial_refund_and_the_rest_taken(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))
    await we_pay_ahead(world, 6000)

    pair = (("72:ICN00001", "-60"), ("WO:ICN00001", "96"))
    outcome = await world.post(Era((await other(bill),), trace="T3", plb=pair))

    assert await of_entries(world, outcome.remittance_id) == [
        ("E16", 2040, 1040, 3600),
        ("E19", 1040, 1200, 6000),
        ("E19", 1200, 1040, 6000),
    ]
    assert (await balance(world, 2040), await balance(world, 1200)) == (0, 0)


async def test_72_case_5_no_refund_known_is_looked_at(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))

    outcome = await world.post(Era((await other(bill),), trace="T2", plb=(("72:ICN00001", "-96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E19", 1040, 1200, 9600)]
    assert await open_items(world) == [("refund_seen", 9600)]
    assert await reviews(world) == ["the payer says that our refund reached it; we know of none"]


async def test_e18_a_balance_is_followed_from_payment_to_payment_by_its_reference(world: World, bill: Billing) -> None:
    """Two balances of one amount are carried forward; each comes back under its own reference."""
    one, two = await bill(("G0463", 20000)), await bill(("G0463", 20000), day="2026-11-03")
    await world.post(Era((paid(one, "ICN00001"),)))
    later = Svc("G0463", "200", "96", "CO-45 104", day="20261103")
    await world.post(Era((Clp(two.pcn, "200", "96", (later,), icn="ICN00002"),), trace="T2"))
    await world.post(Era((back(one),), trace="FWD1", plb=(("FB:FWD1", "-96"),), method="NON"))
    undo = Svc("G0463", "-200", "-96", "CO-45 -104", day="20261103")
    second = Clp(two.pcn, "-200", "-96", (undo,), status="22", icn="ICN00002")
    await world.post(Era((second,), trace="FWD2", plb=(("FB:FWD2", "-96"),), method="NON"))

    outcome = await world.post(Era((await other(bill),), trace="T5", plb=(("FB:FWD2", "96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E18", 2040, 1040, 9600)]
    left = await world.one("SELECT reference FROM claims.payer_item WHERE practice_id = $1 AND open_cents > 0")
    assert left == "FWD1"


async def test_a_balance_taken_in_and_carried_on_in_one_payment_is_two_movements(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="FWD1", plb=(("FB:FWD1", "-96"),), method="NON"))
    small = await bill(("G0008", 9000))
    little = Clp(small.pcn, "90", "50", (Svc("G0008", "90", "50", "CO-45 40"),))

    plb = (("FB:FWD1", "96"), ("FB:FWD2", "-46"))
    outcome = await world.post(Era((little,), trace="FWD2", plb=plb, method="NON"))

    assert await world.clearing(outcome.remittance_id) == 0
    assert await open_items(world) == [("forwarded", 4600)]


async def test_a_balance_that_nobody_carried_forward_waits_for_a_person(world: World, bill: Billing) -> None:
    outcome = await world.post(Era((await other(bill),), plb=(("FB:OLD1", "96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E18", 1200, 1040, 9600)]
    assert await reviews(world) == ["a balance comes back that no payment carried forward"]


async def test_cs_takes_what_was_announced_like_a_recovery(world: World, bill: Billing) -> None:
    visit = await bill(("G0463", 20000))
    await world.post(Era((paid(visit),)))
    await world.post(Era((back(visit),), trace="T2", plb=(("WO:ICN00001", "-96"),), method="NON"))

    outcome = await world.post(Era((await other(bill),), trace="T3", plb=(("CS:ICN00001", "96"),)))

    assert await of_entries(world, outcome.remittance_id) == [("E16", 2040, 1040, 9600)]


async def test_ob_of_another_provider_keeps_whose_debt_it_is(world: World, bill: Billing) -> None:
    outcome = await world.post(Era((await other(bill),), plb=(("OB:X", "30"),), provider="1999999984"))

    assert await of_entries(world, outcome.remittance_id) == [("E21", 1200, 1040, 3000)]
    assert await reviews(world) == ["taken for another provider of the group"]
    assert await world.one("SELECT provider_identifier FROM claims.payer_item WHERE practice_id = $1") == "1999999984"


PLAIN = {
    "L6 interest to us": ("L6", "-5", ("E20", 1040, 4220)),
    "L6 interest charged to us": ("L6", "5", ("E20", 4230, 1040)),
    "50 late filing": ("50", "5", ("E22", 4140, 1040)),
    "51 penalty interest": ("51", "5", ("E22", 4230, 1040)),
    "IR tax": ("IR", "5", ("E22", 1250, 1040)),
    "LE levy": ("LE", "5", ("E22", 1200, 1040)),
    "E3 withhold": ("E3", "5", ("E22", 1215, 1040)),
    "CT capitation": ("CT", "-5", ("E23", 1040, 4200)),
    "BN bonus": ("BN", "-5", ("E23", 1040, 4210)),
    "IP incentive": ("IP", "-5", ("E23", 1040, 4210)),
    "LS lump sum": ("LS", "-5", ("E23", 1040, 4210)),
    "AM to a lender": ("AM", "5", ("E21", 1200, 1040)),
    "CS given": ("CS", "-5", ("E21", 1040, 2000)),
    "B2 check received": ("B2", "-5", ("E19", 1040, 1200)),
    "unknown taken": ("QQ", "5", ("E21", 1200, 1040)),
    "unknown given": ("QQ", "-5", ("E21", 1040, 2000)),
}


@pytest.mark.parametrize("row", PLAIN)
async def test_each_code_goes_to_its_account_and_clearing_is_the_payment(world: World, bill: Billing, row: str) -> None:
    code, amount, (event, debit, credit) = PLAIN[row]

    outcome = await world.post(Era((await other(bill),), plb=((code, amount),)))

    assert await of_entries(world, outcome.remittance_id) == [(event, debit, credit, 500)]
    assert await world.clearing(outcome.remittance_id) == 50000 - int(amount) * 100
