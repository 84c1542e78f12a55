"""What a person at the front desk does, over HTTP, and what the books say of it."""

import itertools
from typing import Any
from uuid import UUID

import httpx

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

_traces = itertools.count(1)


async def with_share(world: World, bill: Billing, *, share: str = "24") -> Bill:
    """A visit of 200 of which the payer left `share` dollars to the patient."""
    visit = await bill(("G0463", 20000))
    paid = f"{120 - int(share)}"
    line = Svc("G0463", "200", paid, f"CO-45 80, PR-2 {share}")
    await world.post(Era((Clp(visit.pcn, "200", paid, (line,)),), trace=f"SHARE{next(_traces)}"))
    return visit


class Desk:
    """Receipts as the API tells them; each step sends the ETag of the one before."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def receive(self, cents: int, *, owner: UUID | None = None, **more: Any) -> dict[str, Any]:
        body = {"kind": "patient", "method": "check", "amount_cents": cents, "received_on": "2026-11-20", **more}
        if owner is not None:
            body["guarantor_id"] = str(owner)
        return await self.ok("POST", "/v1/receipts", body, 201)

    async def change(self, receipt: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
        answer = await self.tried(receipt, verb, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def tried(self, receipt: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{receipt["version"]}"'}
        return await self._http.post(f"/v1/receipts/{receipt['id']}/{verb}", json=body, headers=headers)

    async def ok(self, method: str, path: str, body: Any = None, status: int = 200, **more: Any) -> dict[str, Any]:
        answer = await self._http.request(method, path, json=body, **more)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


def to_charge(visit: Bill, cents: int) -> dict[str, Any]:
    return {"charge_id": str(visit.charges[0]), "amount_cents": cents}


async def standing(world: World, account: int, party: str) -> int:
    """Debits less credits of the party on the account."""
    return int(
        await world.one(
            "SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.ledger_entry "
            "WHERE practice_id = $1 AND account = $2 AND party_id = $3",
            account,
            party,
        )
    )
