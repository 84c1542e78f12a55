"""Balances with agencies: E34 and back, E26 before and after bad debt, protections, and fees agency by agency."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from ar_shared.kernel.errors import InvalidRequestError
from claims_api.access.limits import LIMITS
from claims_api.agencies.domain import MIN_DAYS, Assurance, Collected, PlacementKind, check_sum, is_too_young

# Relative, because the tests are not on the import path.
from ..bank.teller import Movement, Teller  # noqa: TID252
from ..payables.test_bills import Office  # noqa: TID252
from ..receipts.front_desk import Desk, with_share  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

LONG_AFTER = date(2027, 6, 1)


class Collections:
    """What a collections clerk does, over HTTP, long after the first bill."""

    def __init__(self, world: World, http: httpx.AsyncClient) -> None:
        self._world, self.http = world, http
        self.office = Office(http)

    async def wait(self, day: date = LONG_AFTER) -> None:
        noon = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        async with self._world.database.control_tx() as connection:
            await connection.execute(
                "UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1", self._world.practice_id, noon
            )

    async def tried(self, visit: Bill, agency: str, kind: str = "owed", **more: Any) -> httpx.Response:
        body = {"vendor_id": agency, "guarantor_id": str(visit.guarantor_id), "kind": kind, "note": "not answered"}
        return await self.http.post("/v1/placements", json={**body, "assurances": list(Assurance), **more})

    async def place(self, visit: Bill, agency: str, kind: str = "owed", **more: Any) -> dict[str, Any]:
        answer = await self.tried(visit, agency, kind, **more)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def recall(self, placed: dict[str, Any], **more: Any) -> httpx.Response:
        now = (await self.http.get(f"/v1/placements/{placed['id']}")).headers["ETag"]
        return await self.http.post(
            f"/v1/placements/{placed['id']}/recall", json={"reason": "disputed", **more}, headers={"If-Match": now}
        )

    async def remit(
        self, agency: str, amount: int, *lines: tuple[dict[str, Any], Bill, int, int], reference: str = "R-1"
    ) -> httpx.Response:
        """lines: placement, visit, collected and kept cents."""
        told = [
            {
                "placement_id": placed["id"],
                "charge_id": str(visit.charges[0]),
                "collected_cents": collected,
                "fee_cents": fee,
            }
            for placed, visit, collected, fee in lines
        ]
        body = {"vendor_id": agency, "reference": reference, "remitted_on": "2027-06-01", "amount_cents": amount}
        return await self.http.post("/v1/agency-remittances", json={**body, "lines": told})

    async def reverse(self, remitted: dict[str, Any]) -> httpx.Response:
        headers = {"If-Match": f'"{remitted["version"]}"'}
        path = f"/v1/agency-remittances/{remitted['id']}/reverse"
        return await self.http.post(path, json={"reason": "entered twice"}, headers=headers)


@pytest.fixture
async def clerk(world: World, http: httpx.AsyncClient) -> Collections:
    return Collections(world, http)


async def entries(world: World, source: str) -> list[tuple[str, int, int, int]]:
    rows = await world.rows(
        "SELECT p.entry, p.debit_account, p.credit_account, p.amount_cents FROM claims.posting p "
        "JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id "
        "WHERE p.practice_id = $1 AND j.source_type = $2 ORDER BY p.journal_id, p.n",
        source,
    )
    return [tuple(row) for row in rows]


async def test_e34_a_balance_goes_to_an_agency_at_its_age_and_is_recalled(
    world: World, bill: Billing, clerk: Collections
) -> None:
    visit, agency = await with_share(world, bill), await clerk.office.vendor("AGENCY")
    since = await _since(world, 1110)
    await clerk.wait()

    placed = await clerk.place(visit, agency)

    assert await entries(world, "placement") == [("E34", 1130, 1110, 2400)]
    assert await world.open_of(visit) == {(1130, "patient"): 2400}
    assert await _since(world, 1130) == since
    assert (await clerk.tried(visit, agency)).json()["code"] == "nothing_to_place"
    back = (await clerk.recall(placed)).json()
    assert (back["state"], back["left_cents"]) == ("recalled", 0)
    assert await entries(world, "placement") == [("E34", 1130, 1110, 2400), ("E34", 1110, 1130, 2400)]
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert await _since(world, 1110) == since
    assert (await clerk.recall(placed)).json()["code"] == "above_placed"


async def test_e26_an_agency_collects_24_and_keeps_6_before_bad_debt_and_the_bank_shows_18(
    world: World, bill: Billing, clerk: Collections
) -> None:
    visit, agency = await with_share(world, bill), await clerk.office.vendor("AGENCY")
    teller = Teller(clerk.http)
    await teller.open_account()
    await clerk.wait()
    placed = await clerk.place(visit, agency)

    answer = await clerk.remit(agency, 1800, (placed, visit, 2400, 600))

    assert answer.status_code == 201, answer.text
    remitted = answer.json()
    posted = [("E26", 1030, 1130, 1800), ("E26", 6200, 1130, 600)]
    assert await entries(world, "agency_remittance") == posted
    assert await world.open_of(visit) == {}
    waiting = await teller.open_items()
    assert ("receipt_not_deposited", -1800) in waiting
    await teller.bring(Movement("18.00", day="2027-06-01"))
    line = await teller.change(await teller.line(), "match", payments=[{"receipt_id": remitted["receipt_id"]}])
    assert line["state"] == "matched"
    assert ("receipt_not_deposited", -1800) not in await teller.open_items()
    assert (await clerk.reverse(remitted)).json()["code"] == "receipt_deposited"
    matches = [match["id"] for match in line["matches"]]
    await teller.change(line, "unmatch", match_ids=matches, reason="another deposit")
    assert (await clerk.reverse(remitted)).json()["state"] == "reversed"
    assert await entries(world, "agency_remittance") == [*posted, ("E33", 1130, 1030, 1800), ("E33", 1130, 6200, 600)]
    assert await world.open_of(visit) == {(1130, "patient"): 2400}


async def test_e26_after_bad_debt_the_balance_stays_nothing_and_the_money_is_a_recovery(
    world: World, bill: Billing, clerk: Collections
) -> None:
    visit, agency = await with_share(world, bill), await clerk.office.vendor("AGENCY")
    await clerk.wait()
    assert (await clerk.tried(visit, agency, "bad_debt")).json()["code"] == "nothing_to_place"
    given_up = {"kind": "bad_debt", "charge_id": str(visit.charges[0]), "reason": "agreed"}
    written = await Desk(clerk.http).ok("POST", "/v1/write-offs", given_up, 201)

    placed = await clerk.place(visit, agency, "bad_debt")
    assert (await clerk.tried(visit, agency, "bad_debt")).json()["errors"][0]["code"] == "placed_before"
    too_much = await clerk.remit(agency, 2401, (placed, visit, 2401, 0))
    answer = await clerk.remit(agency, 1800, (placed, visit, 2400, 600))

    assert (too_much.status_code, too_much.json()["detail"]) == (409, "2400 cents are left")
    assert answer.status_code == 201, answer.text
    assert await entries(world, "placement") == []
    assert await entries(world, "agency_remittance") == [("E26", 1030, 4170, 1800), ("E26", 6200, 4170, 600)]
    assert await world.open_of(visit) == {}
    assert (await clerk.reverse(answer.json())).status_code == 200
    headers = {"If-Match": f'"{written["version"]}"'}
    back = await clerk.http.post(f"/v1/write-offs/{written['id']}/reverse", json={"reason": "x"}, headers=headers)
    assert back.json()["code"] == "with_agency"


async def test_several_accounts_of_one_remittance_add_up_or_nothing_posts(
    world: World, bill: Billing, clerk: Collections
) -> None:
    visits = [await with_share(world, bill, share=share) for share in ("24", "10")]
    agency, other = await clerk.office.vendor("AGENCY"), await clerk.office.vendor("OTHER")
    await clerk.wait()
    placed = await clerk.place(visits[0], agency)
    parts = ((placed, visits[0], 2400, 600), (placed, visits[1], 500, 125))

    wrong_sum = await clerk.remit(agency, 2174, *parts)
    not_theirs = await clerk.remit(other, 2175, *parts)
    right = await clerk.remit(agency, 2175, *parts)
    again = await clerk.remit(agency, 1, (placed, visits[1], 1, 0))

    assert (wrong_sum.status_code, wrong_sum.json()["code"]) == (422, "agency_sum")
    assert not_theirs.json()["errors"][0]["code"] == "not_placed"
    assert right.status_code == 201, right.text
    assert again.json()["code"] == "agency_reference_taken"
    assert await world.open_of(visits[1]) == {(1130, "patient"): 500}
    told = (await clerk.http.get(f"/v1/placements/{placed['id']}")).json()
    assert told["left_cents"] == 500
    recalled = await clerk.recall(placed)
    assert recalled.json()["state"] == "recalled"
    assert await world.open_of(visits[1]) == {(1110, "patient"): 500}


async def test_what_protects_a_patient_is_named_and_what_is_not_recorded_must_be_assured(
    world: World, bill: Billing, clerk: Collections
) -> None:
    visit, agency = await with_share(world, bill), await clerk.office.vendor("AGENCY")
    second = await bill(("G0463", 20000))
    charge = str(visit.charges[0])

    async def obstacles(**more: Any) -> list[str]:
        return sorted(one["code"] for one in (await clerk.tried(visit, agency, **more)).json()["errors"])

    assert (await clerk.tried(visit, agency, assurances=["no_dispute"])).status_code == 422
    assert await obstacles() == ["too_young"]
    await clerk.wait()
    prepaid = await Desk(clerk.http).receive(100, owner=visit.guarantor_id)
    await world.cover("COV-1", "PAY-PRAIRIE", member_id="M0001", patient_billing_block="qmb")
    await world.rows(
        "UPDATE claims.claim SET adjudication_state = 'reversed' WHERE practice_id = $1 AND id = $2", visit.id
    )
    await world.rows("UPDATE claims.patient SET deceased_on = '2027-01-01' WHERE practice_id = $1")
    assert await obstacles(charge_ids=[charge]) == ["credit_open", "deceased", "patient_protected", "payer_awaited"]
    assert prepaid["unapplied_cents"] == 100
    assert (await clerk.tried(visit, agency, charge_ids=[str(second.charges[0])])).json()["code"] == "nothing_to_place"


async def test_an_agencys_bill_is_compared_with_what_that_agency_collected_and_kept(
    world: World, bill: Billing, clerk: Collections
) -> None:
    visits = [await with_share(world, bill) for _ in range(2)]
    terms = {"fee_basis": "recoveries", "fee_basis_points": 2500}
    first, second = [await clerk.office.vendor(name, **terms) for name in ("FIRST", "SECOND")]
    await clerk.wait()
    of_first = await clerk.place(visits[0], first, charge_ids=[str(visits[0].charges[0])])
    of_second = await clerk.place(visits[1], second, charge_ids=[str(visits[1].charges[0])])
    await clerk.remit(first, 2400, (of_first, visits[0], 2400, 0))
    kept = await clerk.remit(second, 1000, (of_second, visits[1], 1200, 200))
    line = {"gl_account": "6200", "text": "fee", "amount_cents": 700, "from_on": "2027-06-01", "to_on": "2027-06-01"}

    async def fees(vendor: str, **days: str) -> tuple[int, int, int, int]:
        entered = (await clerk.office.enter(vendor, lines=[{**line, **days}], bill_on="2027-06-02")).json()
        told = await clerk.office.ok("GET", f"/v1/bills/{entered['id']}/fees")
        only = told["lines"][0]
        return only["base"], only["kept_cents"], only["expected_cents"], only["difference_cents"]

    assert await fees(first) == (2400, 0, 600, 100)
    assert await fees(second) == (1200, 200, 100, 600)
    assert await fees(first, from_on="2027-05-01", to_on="2027-05-31") == (0, 0, 0, 700)
    await clerk.reverse(kept.json())
    assert await fees(second) == (0, 0, 0, 700)


def test_a_remittance_adds_up_to_the_cent() -> None:
    lines = [Collected(2400, 600), Collected(500, 125)]

    check_sum(lines, 2175)
    for cents in (2174, 2176):
        with pytest.raises(InvalidRequestError, match="2175"):
            check_sum(lines, cents)


def test_the_newest_part_must_be_old_enough() -> None:
    today = date(2027, 6, 1)
    enough = today - timedelta(days=MIN_DAYS)

    assert not is_too_young([enough, date(2020, 1, 1)], today)
    assert is_too_young([enough + timedelta(days=1), date(2020, 1, 1)], today)


def test_every_kind_of_placement_has_limits() -> None:
    assert {f"placement.{kind}" for kind in PlacementKind} <= set(LIMITS)


async def _since(world: World, account: int) -> date:
    found: date = await world.one(
        "SELECT responsible_on FROM claims.ar_balance WHERE practice_id = $1 AND account = $2", account
    )
    return found
