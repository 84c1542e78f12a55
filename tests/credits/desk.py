"""What a person does with overpayment cases over HTTP; each step sends the ETag of the one before."""

from datetime import UTC, date, datetime
from typing import Any

import httpx

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import Desk  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import PRAIRIE, Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

MEDB = ("Medicare Part B Contractor (sandbox)", "TMB03")
TODAY = date(2026, 11, 23)


async def paid_twice(world: World, bill: Billing, *, federal: bool = True) -> Bill:
    """A visit of 96 that the payer paid in full, twice; nothing is awaited any more."""
    more: dict[str, Any] = {}
    if federal:
        await world.cover("COV-MED", "PAY-MEDB", member_id="M0003")
        more = {"coverage": {"external_id": "COV-MED"}}
    visit = await bill(("G0463", 9600), **more)
    for trace in ("ONE", "TWO"):
        claim = Clp(visit.pcn, "96", "96", (Svc("G0463", "96", "96"),))
        await world.post(Era((claim,), trace=f"{trace}{visit.pcn}", payer=MEDB if federal else PRAIRIE))
    return visit


async def at(world: World, day: date) -> None:
    """Set the practice's test clock to the day's noon."""
    world.now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    async with world.database.control_tx() as connection:
        await connection.execute(
            "UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1", world.practice_id, world.now
        )


class Overpayments(Desk):
    """Steps of a case."""

    async def case(self, visit: Bill) -> dict[str, Any]:
        """The only case of the claim, closed or not, with its history."""
        found = await self.ok("GET", f"/v1/overpayments?claim_id={visit.id}")
        if not found["items"]:
            found = await self.ok("GET", f"/v1/overpayments?claim_id={visit.id}&state=closed")
        (one,) = found["items"]
        return await self.ok("GET", f"/v1/overpayments/{one['id']}")

    async def step(self, case: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{case["version"]}"'}
        return await self._http.post(f"/v1/overpayments/{case['id']}/{verb}", json=body, headers=headers)

    async def did(self, case: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
        answer = await self.step(case, verb, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refund(self, **body: Any) -> dict[str, Any]:
        """A refund that was paid out by check."""
        made = await self.ok("POST", "/v1/refunds", {"reason": "overpaid", **body}, 201)
        for verb, more in (("approve", None), ("issue", CHECK)):
            headers = {"If-Match": f'"{made["version"]}"'}
            made = await self.ok("POST", f"/v1/refunds/{made['id']}/{verb}", more, headers=headers)
        return made


CHECK = {"method": "check", "reference": "20417", "issued_on": "2026-11-20"}


def kinds(case: dict[str, Any]) -> list[str]:
    return [fact["kind"] for fact in case["facts"]]
