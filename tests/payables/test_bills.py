"""What the practice owes its vendors, to the cent: terms, authority, part payments, voids, age and fees."""

import csv
import hashlib
import io
import itertools
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth.principal import Actor
from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import AboveAuthorityError
from claims_api.payables.approve_bill import approve_bill
from claims_api.payables.domain import (
    TRANSITIONS,
    AgeBucket,
    BillEvent,
    BillState,
    OwnBillError,
    bucket,
    next_state,
    share,
)
from claims_api.payables.enter_bill import enter_bill
from claims_api.payables.schemas import BillIn
from claims_api.transitions import IllegalTransitionError

# Relative, because the tests are not on the import path.
from ..refunds.test_refunds import WHY, Refunds, at, paid_twice  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

TODAY = date(2026, 11, 23)
_numbers = itertools.count(1)


@pytest.mark.parametrize(("state", "event"), list(itertools.product(BillState, BillEvent)))
def test_a_bill_moves_only_as_its_table_says(state: BillState, event: BillEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(IllegalTransitionError):
            next_state(state, event)


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over_90"),
    ],
)
def test_the_due_date_itself_is_not_past_due(past: int, expected: str) -> None:
    assert bucket(TODAY, TODAY + timedelta(days=past)) == AgeBucket(expected)


@pytest.mark.parametrize(
    ("cents", "points", "expected"), [(10_025, 200, 201), (10_024, 200, 200), (-10_025, 200, -201)]
)
def test_half_a_cent_of_a_share_is_rounded_up(cents: int, points: int, expected: int) -> None:
    assert share(cents, points) == expected


class Office(Refunds):
    """What an office manager does, over HTTP."""

    async def vendor(self, external_id: str = "VENDOR-1", **terms: Any) -> str:
        body = {"name": "Supplies", "net_days": 30, **terms}
        kept = await self._http.put(f"/v1/vendors/by-external-id/{external_id}", json=body)
        assert kept.status_code in (200, 201), kept.text
        return str(kept.json()["id"])

    async def enter(self, vendor: str, *cents: int, **more: Any) -> httpx.Response:
        lines = [{"gl_account": "6100", "text": "paper", "amount_cents": one} for one in cents]
        body = {"vendor_id": vendor, "number": f"INV {next(_numbers)}", "bill_on": "2026-11-01", "lines": lines}
        return await self._http.post("/v1/bills", json={**body, **more})

    async def approved(self, vendor: str, *cents: int, **more: Any) -> dict[str, Any]:
        entered = await self.enter(vendor, *cents, **more)
        assert entered.status_code == 201, entered.text
        found: dict[str, Any] = (await self.bill(entered.json(), "approve")).json()
        return found

    async def bill(self, bill: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{bill["version"]}"'}
        return await self._http.post(f"/v1/bills/{bill['id']}/{verb}", json=body or None, headers=headers)

    async def pay(self, bill: dict[str, Any], cents: int, **more: Any) -> httpx.Response:
        body = {"method": "ach", "reference": "T1", "paid_on": "2026-11-20", "amount_cents": cents, **more}
        return await self.bill(bill, "payments", **body)

    async def payable(self, as_of: str = "2026-11-23") -> dict[str, Any]:
        return await self.ok("GET", f"/v1/payables?as_of={as_of}")


async def test_a_bill_is_paid_in_parts_and_nothing_is_deleted(world: World, http: httpx.AsyncClient) -> None:
    office = Office(http)
    bill = await office.approved(await office.vendor(), 10_000, -500)
    assert (bill["state"], bill["open_cents"], bill["due_on"]) == ("approved", 9500, "2026-12-01")

    part = (await office.pay(bill, 4000)).json()
    over = await office.pay(part, 5501)
    whole = (await office.pay(part, 5500)).json()

    assert (part["state"], part["open_cents"]) == ("part_paid", 5500)
    assert (over.status_code, over.json()["code"]) == (409, "above_bill")
    assert (whole["state"], whole["open_cents"]) == ("paid", 0)
    first = whole["entries"][1]["id"]
    back = (await office.bill(whole, f"payments/{first}/void", reason="lost")).json()
    assert (back["state"], back["open_cents"]) == ("part_paid", 4000)
    assert (back["entries"][-1]["reverses_id"], back["entries"][-1]["reason"]) == (first, "lost")
    assert (await office.bill(back, f"payments/{first}/void", reason="again")).status_code == 404
    assert len(back["entries"]) == 4
    assert await world.rows("SELECT FROM claims.posting WHERE practice_id = $1") == []


async def test_a_bill_that_nobody_approved_is_not_paid(world: World, http: httpx.AsyncClient) -> None:
    office = Office(http)
    bill = (await office.enter(await office.vendor(), 100)).json()
    answer = await office.pay(bill, 100)
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


@pytest.mark.parametrize(("paid_on", "status"), [("2026-10-31", 409), ("2026-11-01", 200), ("2026-11-23", 200)])
async def test_a_payment_is_not_older_than_its_bill(
    world: World, http: httpx.AsyncClient, paid_on: str, status: int
) -> None:
    await at(world, TODAY)
    office = Office(http)
    bill = await office.approved(await office.vendor(), 100)
    assert (await office.pay(bill, 100, paid_on="2026-11-24")).json()["code"] == "payment_day"
    assert (await office.pay(bill, 100, paid_on=paid_on)).status_code == status


async def test_the_discount_is_taken_up_to_its_last_day_and_to_its_cent(world: World, http: httpx.AsyncClient) -> None:
    office = Office(http)
    bill = await office.approved(await office.vendor(discount_basis_points=200, discount_days=10), 10_000)
    assert (bill["discount_cents"], bill["discount_until_on"]) == (200, "2026-11-11")

    late = await office.pay(bill, 9800, discount_cents=200, paid_on="2026-11-12")
    more = await office.pay(bill, 9799, discount_cents=201, paid_on="2026-11-11")
    right = await office.pay(bill, 9800, discount_cents=200, paid_on="2026-11-11")

    assert [answer.json()["code"] for answer in (late, more)] == ["discount_not_earned"] * 2
    assert right.json()["state"] == "paid"
    paid = right.json()
    back = (await office.bill(paid, f"payments/{paid['entries'][-1]['id']}/void", reason="bounced")).json()
    assert (back["state"], back["open_cents"]) == ("approved", 10_000)
    again = await office.pay(back, 9800, discount_cents=200, paid_on="2026-11-11")
    assert again.json()["state"] == "paid"


async def test_a_number_is_billed_once_by_a_vendor_and_again_after_a_void(
    world: World, http: httpx.AsyncClient
) -> None:
    office = Office(http)
    one, other = await office.vendor("ONE"), await office.vendor("OTHER")
    bill = (await office.enter(one, 100, number="A-1")).json()
    again = await office.enter(one, 100, number="A-1")
    assert (again.status_code, again.json()["code"]) == (409, "bill_number_taken")
    assert (await office.enter(other, 100, number="A-1")).status_code == 201

    voided = (await office.bill(bill, "void", reason="typed twice")).json()

    assert (voided["state"], voided["open_cents"]) == ("voided", 0)
    assert voided["entries"][-1]["reverses_id"] == voided["entries"][0]["id"]
    assert (await office.enter(one, 100, number="A-1")).status_code == 201


async def test_a_repeat_and_a_stale_version_pay_nothing_twice(world: World, http: httpx.AsyncClient) -> None:
    office = Office(http)
    bill = await office.approved(await office.vendor(), 100)
    body = {"method": "check", "reference": "1", "paid_on": "2026-11-20", "amount_cents": 40}
    headers = {"If-Match": f'"{bill["version"]}"', "Idempotency-Key": "pay-once"}
    first = await http.post(f"/v1/bills/{bill['id']}/payments", json=body, headers=headers)
    repeat = await http.post(f"/v1/bills/{bill['id']}/payments", json=body, headers=headers)
    assert (first.status_code, repeat.content) == (200, first.content)
    assert (await office.pay(bill, 40)).status_code == 412
    assert (await office.ok("GET", f"/v1/bills/{bill['id']}"))["open_cents"] == 60


@pytest.mark.parametrize(
    ("role", "cents", "refused"),
    [
        ("refund_approver", 100_000, None),
        ("refund_approver", 100_001, AboveAuthorityError),
        ("biller", 1, AuthorityMissingError),
    ],
)
async def test_authority_ends_at_its_cent(
    world: World, http: httpx.AsyncClient, role: str, cents: int, refused: type[Exception] | None
) -> None:
    await world.party("staff_user", "STAFF-1", {"name": "Chief", "roles": [role]})
    office = Office(http)
    bill = (await office.enter(await office.vendor(), cents)).json()
    with pytest.raises(refused) if refused else nullcontext():
        await approved_by(world, bill, "STAFF-1")
    expected = "entered" if refused else "approved"
    assert (await office.ok("GET", f"/v1/bills/{bill['id']}"))["state"] == expected


async def test_nobody_approves_a_bill_that_he_or_she_entered(world: World, http: httpx.AsyncClient) -> None:
    for name in ("ENTERS", "AGREES"):
        await world.party("staff_user", name, {"name": name, "roles": ["manager"]})
    vendor = UUID(await Office(http).vendor())
    line = {"gl_account": "6100", "text": "paper", "amount_cents": 5}
    body = BillIn.model_validate({"vendor_id": vendor, "number": "1", "bill_on": "2026-11-01", "lines": [line]})
    async with world.database.tenant_tx(world.practice_id) as connection:
        bill = {"id": await enter_bill(connection, world.acting(), "ENTERS", body)}

    with pytest.raises(OwnBillError):
        await approved_by(world, bill, "ENTERS")
    await approved_by(world, bill, "AGREES")


async def approved_by(world: World, bill: dict[str, Any], staff: str) -> None:
    principal = replace(world.principal, actor=Actor("user", staff))
    async with world.database.tenant_tx(world.practice_id) as connection:
        await approve_bill(connection, principal, world.acting(), UUID(str(bill["id"])), '"1"')


async def test_what_was_payable_at_any_day_ties_to_the_export(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    office = Office(http)
    vendor = await office.vendor(net_days=0)
    old = await office.approved(vendor, 5000, bill_on="2026-08-01")
    new = await office.approved(vendor, 700)
    await office.pay(new, 200, paid_on="2026-11-10")
    await office.pay(old, 5000, paid_on="2026-11-20")

    before, after = await office.payable("2026-11-09"), await office.payable("2026-11-20")

    assert [(item["bucket"], item["open_cents"]) for item in before["items"]] == [("over_90", 5000), ("1-30", 700)]
    assert [(item["number"], item["open_cents"]) for item in after["items"]] == [(new["number"], 500)]
    assert before["open_cents"] == sum(row["bills_cents"] + row["refunds_cents"] for row in before["totals"])
    lines = [f"{i['kind']}|{i['id']}|{i['due_on']}|{i['open_cents']}" for i in before["items"]]
    assert before["control_hash"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    text = (await http.get("/v1/payables?as_of=2026-11-09&format=csv")).text
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[-1] == ["control", "2026-11-09", "2", "5700", before["control_hash"]]
    assert sum(int(row[8]) for row in rows if row[0] == "item") == 5700
    assert sum(int(row[8]) for row in rows if row[0] == "vendor") == 5700
    assert sum(int(row[2]) for row in rows if row[0] == "total") == 5700


async def test_what_is_payable_is_aged_vendor_by_vendor(world: World, http: httpx.AsyncClient) -> None:
    office = Office(http)
    await at(world, TODAY)
    paper, rent = await office.vendor("PAPER", net_days=0), await office.vendor("RENT", name="Landlord", net_days=10)
    await office.approved(rent, 90_000, bill_on="2026-10-01")
    await office.enter(paper, 500, bill_on="2026-11-09")
    await office.approved(paper, 700, bill_on="2026-11-08")

    found = await office.payable("2026-11-09")

    aged = [(row["vendor"], row["vendor_name"], row["current_cents"], row["days_1_30_cents"], row["open_cents"])
            for row in found["vendors"]]  # fmt: skip
    assert aged == [("PAPER", "Supplies", 500, 700, 1200), ("RENT", "Landlord", 0, 90_000, 90_000)]
    assert sum(row["open_cents"] for row in found["vendors"]) == found["open_cents"]
    later = (await office.payable())["items"]
    assert [item["approved_on"] for item in later] == ["2026-11-23", "2026-11-23", None]
    assert {item["approved_on"] for item in found["items"]} == {None}, "nobody had approved them then"


async def test_a_refund_is_payable_from_its_approval_and_again_when_nobody_cashed_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    """Asked for on day 0, approved on day 1, issued on day 2, stale on day 3, unclaimed on day 4, remitted on day 5."""
    async with world.database.control_tx() as connection:
        clock = {"overpayment_clock": {"commercial": {"presumed": True, "days": 90}}}
        await connection.execute(
            "UPDATE claims.practice SET settings = settings || $2 WHERE id = $1", world.practice_id, clock
        )
    visit, office = await paid_twice(world, bill), Office(http)
    day = await world.one("SELECT test_clock_at::date FROM claims.practice WHERE id = $1")
    last_day = await world.one("SELECT due_on FROM claims.overpayment_case WHERE practice_id = $1")
    refund = (await office.ask(9600, charge_id=str(visit.charges[0]), side="payer")).json()
    issued = {"method": "check", "reference": "20417", "issued_on": (day + timedelta(days=2)).isoformat()}
    steps = (("approve", None), ("issue", issued), ("mark-stale", WHY), ("turn-over", WHY), ("remit", WHY))
    for passed, (verb, body) in enumerate(steps, start=1):
        await at(world, day + timedelta(days=passed))
        answer = await office.step(refund, verb, body)
        assert answer.status_code == 200, answer.text
        refund = answer.json()

    async def payable(passed: int) -> list[tuple[str, str, str, int]]:
        found = await office.payable((day + timedelta(days=passed)).isoformat())
        assert sum(row["refunds_cents"] for row in found["totals"]) == found["open_cents"]
        return [(one["kind"], one["approved_on"], one["due_on"], one["open_cents"]) for one in found["items"]]

    approved, unclaimed = ((day + timedelta(days=passed)).isoformat() for passed in (1, 4))
    owed = ("refund", approved, last_day.isoformat(), 9600)
    assert [await payable(passed) for passed in range(6)] == [
        [], [owed], [], [owed], [("unclaimed_property", approved, unclaimed, 9600)], []
    ]  # fmt: skip


async def test_a_cancelled_refund_was_payable_until_that_day(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, office = await paid_twice(world, bill), Office(http)
    day = await world.one("SELECT test_clock_at::date FROM claims.practice WHERE id = $1")
    refund = (await office.ask(9600, charge_id=str(visit.charges[0]), side="payer")).json()
    approved = (await office.step(refund, "approve")).json()
    await at(world, day + timedelta(days=1))
    assert (await office.step(approved, "cancel", WHY)).status_code == 200

    before, after = await office.payable(day.isoformat()), await office.payable((day + timedelta(days=1)).isoformat())

    assert [(item["id"], item["due_on"]) for item in before["items"]] == [(refund["id"], day.isoformat())]
    assert before["vendors"][0]["vendor"] is None
    assert after["items"] == []


async def test_each_clearinghouse_bills_the_claims_that_went_to_it(world: World, http: httpx.AsyncClient) -> None:
    office = Office(http)
    for receiver, day, claims in (("HOUSE1", 1, 7), ("HOUSE1", 30, 3), ("HOUSE2", 15, 20), ("HOUSE1", 31, 50)):
        await a_submission(world, receiver, date(2026, 10, 31) + timedelta(days=day), claims)
    house = await office.vendor("HOUSE", fee_basis="claims", fee_per_claim_cents=30, fee_receiver="HOUSE1")
    other = await office.vendor("OTHER", fee_basis="claims", fee_per_claim_cents=10, fee_receiver="HOUSE2")
    any_of_them = await office.vendor("ALL", fee_basis="claims", fee_per_claim_cents=1)
    line = {"gl_account": "6210", "text": "claims", "amount_cents": 330, "from_on": "2026-11-01", "to_on": "2026-11-30"}

    async def fees(vendor: str) -> tuple[int, int, int]:
        entered = (await office.enter(vendor, lines=[line])).json()
        found = await office.ok("GET", f"/v1/bills/{entered['id']}/fees")
        return found["lines"][0]["base"], found["expected_cents"], found["difference_cents"]

    assert await fees(house) == (10, 300, 30)
    assert await fees(other) == (20, 200, 130)
    assert await fees(any_of_them) == (30, 30, 300)
    plain = (await office.enter(await office.vendor("PLAIN"), 100)).json()
    answer = await http.get(f"/v1/bills/{plain['id']}/fees")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_fee_basis")


async def a_submission(world: World, receiver: str, day: date, claims: int) -> None:
    """A file of so many claims, sent at noon of the day."""
    await world.rows(
        "INSERT INTO claims.submission (practice_id, id, sender, receiver, port, interchange_control, group_control, "
        "transaction_control, claim_type, claim_count, charge_cents, sent_at, delivery) "
        "VALUES ($1, $2, 'US', $3, 'drop_folder', $4, '1', '1', 'professional', $5, 0, $6, 'delivered')",
        uuid7(),
        receiver,
        str(next(_numbers)),
        claims,
        datetime(day.year, day.month, day.day, 18, tzinfo=UTC),
    )
