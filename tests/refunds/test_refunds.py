"""Credits are found the day they arise, and paid back: E14, E15, E37; never more than the credit, never twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from claims_api.refunds.domain import TRANSITIONS, OwnRequestError, RefundEvent, RefundState, check_own, next_state
from claims_api.transitions import IllegalTransitionError

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import Desk, with_share  # noqa: TID252
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

ISSUED = {"method": "check", "reference": "20417", "issued_on": "2026-11-20"}
WHY = {"reason": "agreed"}


async def paid_twice(world: World, bill: Billing) -> Bill:
    """A visit that the payer paid in full, and again: a credit of 96.00, whose reversal did not come in its time."""
    visit = await bill(("G0463", 9600))
    for trace in ("FIRST", "SECOND"):
        line = Svc("G0463", "96", "96", "")
        await world.post(Era((Clp(visit.pcn, "96", "96", (line,)),), trace=f"{trace}{visit.pcn}"))
    await at(world, await awaited_until(world) + timedelta(days=1))
    return visit


async def awaited_until(world: World) -> date:
    day: date = await world.one("SELECT due_on FROM claims.reversal WHERE practice_id = $1")
    return day


async def at(world: World, day: date) -> None:
    """Set the practice's test clock to the day's noon."""
    noon = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    async with world.database.control_tx() as connection:
        await connection.execute("UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1", world.practice_id, noon)


class Refunds(Desk):
    """Steps of a refund over HTTP."""

    async def ask(self, cents: int, **source: Any) -> httpx.Response:
        return await self._http.post("/v1/refunds", json={"amount_cents": cents, **WHY, **source})

    async def step(self, refund: dict[str, Any], verb: str, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"If-Match": f'"{refund["version"]}"'}
        return await self._http.post(f"/v1/refunds/{refund['id']}/{verb}", json=body, headers=headers)

    async def issued(self, cents: int, **source: Any) -> dict[str, Any]:
        asked = (await self.ask(cents, **source)).json()
        approved = (await self.step(asked, "approve")).json()
        paid = await self.step(approved, "issue", ISSUED)
        assert paid.status_code == 200, paid.text
        found: dict[str, Any] = paid.json()
        return found


async def test_e15_a_payer_that_paid_twice_is_in_the_queue_and_gets_its_money_back(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Refunds(http)
    (credit,) = (await desk.ok("GET", "/v1/credits?side=payer"))["items"]
    assert (credit["amount_cents"], credit["side"], credit["claim_id"]) == (9600, "payer", str(visit.id))
    assert (credit["suggestion"], credit["provisional"]) == ("duplicate_payment", False)

    refund = await desk.issued(9600, charge_id=str(visit.charges[0]), side="payer")

    assert await posted_for(world, "refund", refund) == [("E15", 2020, 1000, 9600)]
    assert await world.credits() == {}
    assert (await desk.ok("GET", "/v1/credits"))["items"] == []
    assert (refund["reference"], refund["claim_id"], refund["payer_id"]) == ("20417", str(visit.id), credit["payer_id"])
    assert (await desk.step(refund, "clear", WHY)).json()["state"] == "cleared"


async def test_one_cent_above_the_credit_is_refused_and_no_cent_is_asked_for_twice(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Refunds(http)
    source = {"charge_id": str(visit.charges[0]), "side": "payer"}

    above = await desk.ask(9601, **source)
    first = await desk.ask(5000, **source)
    second = await desk.ask(4601, **source)
    rest = await desk.ask(4600, **source)

    assert (above.status_code, above.json()["code"]) == (409, "above_credit")
    assert (first.status_code, rest.status_code) == (201, 201)
    assert second.json()["code"] == "above_credit"
    (credit,) = (await desk.ok("GET", "/v1/credits"))["items"]
    assert (credit["reserved_cents"], credit["suggestion"]) == (9600, "finish_refund")


async def test_a_voided_refund_gives_the_credit_back_by_a_linked_journal(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Refunds(http)
    refund = await desk.issued(9600, charge_id=str(visit.charges[0]), side="payer")

    voided = (await desk.step(refund, "void", WHY)).json()

    assert voided["state"] == "voided"
    assert await posted_for(world, "refund", refund) == [("E15", 2020, 1000, 9600), ("E33", 1000, 2020, 9600)]
    assert await world.credits() == {2020: 9600}
    assert (await desk.step(voided, "void", WHY)).json()["code"] == "illegal_transition"


async def test_e14_unapplied_money_of_a_patient_is_due_when_approved_and_paid_when_issued(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Refunds(http)
    receipt = await desk.receive(2600, owner=visit.guarantor_id)
    assert (await desk.ask(2601, receipt_id=receipt["id"])).json()["code"] == "above_credit"

    refund = await desk.issued(2600, receipt_id=receipt["id"])

    assert await posted_for(world, "refund", refund) == [("E14", 2010, 2030, 2600), ("E14", 2030, 1000, 2600)]
    after = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    assert (after["unapplied_cents"], after["refunded_cents"]) == (0, 2600)
    await desk.step(refund, "void", WHY)
    after = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    assert (after["unapplied_cents"], after["refunded_cents"]) == (2600, 0)


async def test_e37_a_check_that_nobody_cashed_goes_to_the_state(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Refunds(http)
    receipt = await desk.receive(2600, owner=visit.guarantor_id)
    refund = await desk.issued(2600, receipt_id=receipt["id"])

    for verb in ("mark-stale", "turn-over", "remit"):
        refund = (await desk.step(refund, verb, WHY)).json()

    assert refund["state"] == "remitted"
    assert (await posted_for(world, "refund", refund))[2:] == [
        ("E33", 1000, 2030, 2600),
        ("E37", 2030, 2050, 2600),
        ("E37", 2050, 1000, 2600),
    ]


async def test_nothing_is_refunded_while_the_correction_is_awaited(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Refunds(http)
    source = {"charge_id": str(visit.charges[0]), "side": "payer"}
    asked = (await desk.ask(9600, **source)).json()
    approved = (await desk.step(asked, "approve")).json()
    await at(world, await awaited_until(world))

    refused = await desk.step(approved, "issue", ISSUED)

    assert (refused.status_code, refused.json()["code"]) == (409, "credit_provisional")
    assert (await desk.ok("GET", "/v1/credits"))["items"][0]["suggestion"] == "await_payer"
    assert (await desk.ask(1, **source)).json()["code"] == "credit_provisional"


@pytest.mark.parametrize("state", RefundState)
@pytest.mark.parametrize("event", RefundEvent)
def test_a_refund_takes_only_the_steps_of_its_table(state: RefundState, event: RefundEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state.value, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(IllegalTransitionError):
            next_state(state.value, event)


def test_nobody_approves_what_they_asked_for_above_the_setting() -> None:
    setting: dict[str, object] = {"refund_own_approval_cents": 500}
    check_own("S-1", "S-1", 500, setting)
    check_own("S-1", "S-2", 501, setting)
    with pytest.raises(OwnRequestError):
        check_own("S-1", "S-1", 501, setting)
    with pytest.raises(OwnRequestError):
        check_own("S-1", "S-1", 1, {})
