"""A practice whose payments count on the day of their deposit, so that late ones reach back into earlier months."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing, bill, http, world  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

__all__ = ["Billing", "Books", "bill", "books", "http", "world"]

OCTOBER = "2026-10"


class Books:
    """The practice's months, by HTTP, and payments that were deposited on a day."""

    def __init__(self, world: World, http: httpx.AsyncClient, bill: Billing) -> None:
        self.world = world
        self.http = http
        self._bill = bill
        self._traces = 0

    async def visit(self, cents: int = 20_000) -> Any:
        return await self._bill(("G0463", cents), day="2026-10-05")

    async def deposited(self, pcn: str, on: date, paid: str) -> Any:
        """A claim of 200.00 of which `paid` came on that day; the rest is contractual."""
        self._traces += 1
        rest = 200 - int(paid)
        line = Svc("G0463", "200", paid, f"CO-45 {rest}" if rest else "", day="20261005")
        claim = Clp(pcn, "200", paid, (line,), icn=f"ICN{self._traces}")
        return await self.world.post(Era((claim,), trace=f"T{self._traces}", paid_on=on.strftime("%Y%m%d")))

    async def counts_on(self, remittance_id: Any) -> tuple[date, date]:
        """(effective, source) day of the payment's journals."""
        rows = await self.world.rows(
            "SELECT DISTINCT j.effective_on, j.source_on FROM claims.journal j JOIN claims.posting p "
            "ON p.practice_id = $1 AND p.journal_id = j.id WHERE j.practice_id = $1 AND p.remittance_id = $2",
            remittance_id,
        )
        assert len(rows) == 1
        return rows[0][0], rows[0][1]

    async def move(self, verb: str, month: str = OCTOBER, **body: Any) -> httpx.Response:
        return await self.http.post(f"/v1/periods/{month}/{verb}", json=body)

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/v1/periods{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def books(world: World, http: httpx.AsyncClient, bill: Billing) -> Books:
    await world.settings({"payment_effective": "deposit"})
    async with world.database.control_tx() as connection:
        await connection.execute(
            "UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1",
            world.practice_id,
            datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        )
    return Books(world, http, bill)
