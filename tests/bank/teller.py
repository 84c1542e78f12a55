"""A bank statement the way a test thinks of it, and what the API says became of it."""

from dataclasses import dataclass
from typing import Any

import httpx

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

PRAIRIE_TAX = "1420000099"


@dataclass(frozen=True)
class Movement:
    """Dollars as text; `trace` becomes the addenda of a transfer."""

    amount: str
    trace: str = ""
    text: str = "DEPOSIT"
    reference: str = ""
    day: str = "2026-11-20"
    company: str = PRAIRIE_TAX

    def row(self) -> str:
        addenda = f"TRN*1*{self.trace}*{self.company}~" if self.trace else self.text
        return f"{self.day},{self.amount},{self.reference},{addenda}"


class Teller:
    """Brings statements in and does what a poster does with their lines."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._account = ""

    async def open_account(self) -> None:
        columns = {"date": "Date", "amount": "Amount", "reference": "Reference", "text": "Description"}
        body = {"name": "Operating account", "account_number": "00012345", "columns": columns}
        answer = await self._http.put("/v1/bank/accounts/by-external-id/BANK-1", json=body)
        assert answer.status_code in (200, 201), answer.text
        self._account = answer.json()["id"]

    async def bring(self, *movements: Movement) -> dict[str, Any]:
        rows = "\n".join(["Date,Amount,Reference,Description", *(movement.row() for movement in movements)])
        return await self.upload(rows.encode(), "csv")

    async def upload(self, content: bytes, form: str) -> dict[str, Any]:
        path = f"/v1/bank/statements?format={form}&account_id={self._account}"
        headers = {"Content-Type": "application/octet-stream"}
        answer = await self._http.post(path, content=content, headers=headers)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def lines(self, state: str = "") -> list[dict[str, Any]]:
        """Oldest first."""
        page = await self.get(f"/v1/bank/lines?limit=200{f'&state={state}' if state else ''}")
        found: list[dict[str, Any]] = page["items"][::-1]
        return found

    async def line(self) -> dict[str, Any]:
        """The only line, in full."""
        (line,) = await self.lines()
        return await self.get(f"/v1/bank/lines/{line['id']}")

    async def tried(self, line: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{line["version"]}"'}
        return await self._http.post(f"/v1/bank/lines/{line['id']}/{verb}", json=body, headers=headers)

    async def change(self, line: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
        answer = await self.tried(line, verb, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def reassociate(self) -> dict[str, Any]:
        answer = await self._http.post("/v1/bank/reassociate")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def open_items(self) -> list[tuple[str, int]]:
        """(kind, cents) of what does not agree; the proof holds whenever somebody looks."""
        await self.prove()
        items = (await self.get("/v1/bank/open-items"))["items"]
        return sorted((item["kind"], item["amount_cents"]) for item in items)

    async def prove(self) -> dict[str, Any]:
        proof = await self.get("/v1/bank/proof")
        assert proof["holds"], [one for one in proof["proofs"] if not one["holds"]]
        assert (await self.get("/v1/ledger/proofs"))["holds"]
        return proof

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self._http.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def paid(world: World, bill: Billing, trace: str, *, dollars: str = "96", **more: Any) -> str:
    """The id of a posted remittance of `dollars` for a visit of 200."""
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", dollars, f"CO-45 {200 - int(dollars)}")
    outcome = await world.post(Era((Clp(visit.pcn, "200", dollars, (line,)),), trace=trace, **more))
    assert outcome.state == "posted"
    return str(outcome.remittance_id)
