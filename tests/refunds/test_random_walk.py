"""Write-offs, refunds and their reversals in any order: nothing below zero, no cent twice, the books tie each time."""

import random
from typing import Any

import httpx
import pytest

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import with_share  # noqa: TID252
from ..remittances.books import assert_books_balance  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .test_refunds import ISSUED, WHY, Refunds

PAID, SHARE = 2600, 2400
STEPS = ("approve", "issue", "clear", "cancel", "void", "mark-stale", "turn-over")
NEXT = {
    "requested": ("approve",),
    "approved": ("issue", "cancel"),
    "issued": ("void", "mark-stale"),
    "stale": ("void",),
}


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_order_of_steps_keeps_the_money(
    world: World, bill: Billing, http: httpx.AsyncClient, seed: int
) -> None:
    dice, desk, visit = random.Random(seed), Refunds(http), await with_share(world, bill)
    receipt = await desk.receive(PAID, owner=visit.guarantor_id)
    refunds: list[dict[str, Any]] = []
    write_offs: list[dict[str, Any]] = []
    for _ in range(40):
        choice = dice.choice(("ask", "step", "step", "step", "write_off", "reverse"))
        answer = None
        if choice == "ask":
            answer = await desk.ask(dice.randint(1, PAID), receipt_id=receipt["id"])
            refunds += [answer.json()] if answer.status_code == 201 else []
        elif choice == "step" and refunds:
            n = dice.randrange(len(refunds))
            verb = dice.choice([*NEXT.get(refunds[n]["state"], ()), dice.choice(STEPS)])
            body = {"approve": None, "issue": ISSUED}.get(verb, WHY)
            answer = await desk.step(refunds[n], verb, body)
            refunds[n] = answer.json() if answer.status_code == 200 else refunds[n]
        elif choice == "write_off":
            body = {"kind": "charity", "charge_id": str(visit.charges[0]), **WHY}
            answer = await http.post("/v1/write-offs", json={**body, "amount_cents": dice.randint(1, SHARE)})
            write_offs += [answer.json()] if answer.status_code == 201 else []
        elif choice == "reverse" and write_offs:
            n = dice.randrange(len(write_offs))
            headers = {"If-Match": f'"{write_offs[n]["version"]}"'}
            answer = await http.post(f"/v1/write-offs/{write_offs[n]['id']}/reverse", json=WHY, headers=headers)
            write_offs[n] = answer.json() if answer.status_code == 200 else write_offs[n]
        assert answer is None or answer.status_code in (200, 201, 409), answer.text
    await assert_books_balance(world)
    live = sum(r["amount_cents"] for r in refunds if r["state"] not in ("requested", "cancelled", "voided"))
    given_up = sum(w["amount_cents"] for w in write_offs if w["state"] == "posted")
    after = await desk.ok("GET", f"/v1/receipts/{receipt['id']}")
    assert (after["refunded_cents"], after["unapplied_cents"]) == (live, PAID - live)
    assert (await world.open_of(visit)).get((1110, "patient"), 0) == SHARE - given_up
