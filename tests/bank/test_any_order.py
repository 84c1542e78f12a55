"""Remittances, bank lines, receipts and returns in any order: deposits less payments are always the open items."""

import itertools
from typing import Any
from uuid import UUID

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import Desk  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .teller import Movement, Teller, paid

_stories = itertools.count(1)
KINDS = ("remittance", "transfer", "wrong_amount", "returned", "receipt", "deposit", "card", "bounced", "taken_apart",
         "insurer_check", "check_applied", "aside", "again")  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1)), min_size=3, max_size=8)


class Story:
    """One run: two payments under traces of its own, and the receipts it made."""

    def __init__(self, world: World, bill: Billing, teller: Teller, desk: Desk) -> None:
        self._world, self._bill, self._teller, self._desk = world, bill, teller, desk
        self._name = f"S{next(_stories)}"
        self._dollars = ("96", "50")
        self._remittances: dict[int, str] = {}
        self._receipts: list[str] = []
        self._checks: list[str] = []
        self._last: tuple[Movement, ...] = ()

    def _trace(self, n: int) -> str:
        return f"{self._name}T{n}"

    async def _bring(self, *movements: Movement) -> None:
        self._last = movements
        await self._teller.bring(*movements)

    async def step(self, kind: str, n: int) -> None:
        await getattr(self, kind)(n)

    async def remittance(self, n: int) -> None:
        if n not in self._remittances:
            self._remittances[n] = await paid(self._world, self._bill, self._trace(n), dollars=self._dollars[n])
            await self._teller.reassociate()

    async def transfer(self, n: int) -> None:
        await self._bring(Movement(f"{self._dollars[n]}.00", self._trace(n), reference=self._name))

    async def wrong_amount(self, n: int) -> None:
        await self._bring(Movement(f"{self._dollars[n]}.01", self._trace(n), reference=self._name))

    async def returned(self, n: int) -> None:
        await self._bring(Movement(f"-{self._dollars[n]}.00", self._trace(n), reference=self._name))

    async def receipt(self, n: int) -> None:
        made = await self._desk.receive(1000 + n, kind="unidentified", method="card")
        self._receipts.append(made["id"])

    async def deposit(self, n: int) -> None:
        await self._settle(Movement(f"10.0{n}", reference=f"{self._name}D"), 0)

    async def card(self, n: int) -> None:
        await self._settle(Movement(f"9.7{n}", reference=f"{self._name}C"), 30)

    async def bounced(self, n: int) -> None:
        await self._settle(Movement(f"-10.0{n}", reference=f"{self._name}B"), 0)

    async def _settle(self, movement: Movement, fee_cents: int) -> None:
        """Matched if it can be; a refusal leaves it open."""
        await self._bring(movement)
        open_lines = [line for line in await self._teller.lines("open") if line["reference"] == movement.reference]
        if open_lines and self._receipts:
            payment = {"receipt_id": self._receipts[-1], "fee_cents": fee_cents}
            answer = await self._teller.tried(open_lines[-1], "match", payments=[payment])
            assert answer.status_code in (200, 409), answer.text

    async def taken_apart(self, _n: int) -> None:
        for line in await self._teller.lines("matched"):
            if line["reference"].startswith(self._name):
                whole = await self._teller.get(f"/v1/bank/lines/{line['id']}")
                matches = [match["id"] for match in whole["matches"] if match["undone_at"] is None]
                answer = await self._teller.tried(line, "unmatch", match_ids=matches, reason="wrong")
                assert answer.status_code == 200, answer.text
                return

    async def insurer_check(self, n: int) -> None:
        made = await self._desk.receive(int(self._dollars[n]) * 100, kind="insurer")
        self._checks.append(made["id"])
        self._receipts.append(made["id"])

    async def check_applied(self, n: int) -> None:
        if self._checks and n in self._remittances:
            check = await self._desk.ok("GET", f"/v1/receipts/{self._checks[-1]}")
            part = {"remittance_id": self._remittances[n], "amount_cents": 1234}
            answer = await self._desk.tried(check, "apply", allocations=[part])
            assert answer.status_code in (200, 409), answer.text

    async def aside(self, n: int) -> None:
        await self._bring(Movement(f"-70.0{n}", reference=f"{self._name}A", text="PAYROLL"))
        for line in await self._teller.lines("open"):
            if line["reference"] == f"{self._name}A":
                await self._teller.change(line, "set-aside", reason="payroll")

    async def again(self, _n: int) -> None:
        before = len(await self._teller.lines())
        if self._last:
            await self._teller.bring(*self._last)
            assert len(await self._teller.lines()) == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_deposits_less_payments_are_the_open_items_after_every_step(
    world: World, bill: Billing, http: httpx.AsyncClient, steps: list[tuple[str, int]]
) -> None:
    teller = Teller(http)
    await teller.open_account()
    story = Story(world, bill, teller, Desk(http))
    for kind, n in steps:
        await story.step(kind, n)
        proof = await teller.prove()
        items = await teller.get("/v1/bank/open-items")
        stated = next(one for one in proof["proofs"] if one["name"] == "deposits_less_payments_are_open_items")
        assert items["total_cents"] == stated["left_cents"], kind
        await each_trace_is_zero_or_open(world, items["items"])


async def each_trace_is_zero_or_open(world: World, items: list[dict[str, Any]]) -> None:
    """What stands on clearing for a remittance is the open item of that remittance, to the cent."""
    told = {UUID(item["remittance_id"]): -item["amount_cents"] for item in items if item["remittance_id"]}
    rows = await world.rows(
        "SELECT party_id, sum(amount_cents)::bigint AS cents FROM claims.ledger_entry "
        "WHERE practice_id = $1 AND account = 1040 GROUP BY 1 HAVING sum(amount_cents) <> 0"
    )
    assert told == {row["party_id"]: row["cents"] for row in rows}
