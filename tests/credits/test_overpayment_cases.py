"""A payer's credit opens its case in the posting that makes it; the case closes with it, and knows why."""

from datetime import date, timedelta
from typing import Any

import asyncpg

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import PRAIRIE, Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252

MEDB = ("Medicare Part B Contractor (sandbox)", "TMB03")


async def paid_twice(world: World, bill: Billing, *, federal: bool) -> Bill:
    """A visit of 96 that the payer paid in full, twice."""
    more: dict[str, Any] = {}
    if federal:
        await world.cover("COV-MED", "PAY-MEDB", member_id="M0003")
        more = {"coverage": {"external_id": "COV-MED"}}
    visit = await bill(("G0463", 9600), **more)
    for trace in ("ONE", "TWO"):
        claim = Clp(visit.pcn, "96", "96", (Svc("G0463", "96", "96"),))
        await world.post(Era((claim,), trace=f"{trace}{visit.pcn}", payer=MEDB if federal else PRAIRIE))
    return visit


async def case_of(world: World, visit: Bill) -> asyncpg.Record:
    rows = await world.rows("SELECT * FROM claims.overpayment_case WHERE practice_id = $1 AND claim_id = $2", visit.id)
    assert len(rows) == 1
    return rows[0]


async def history(world: World, visit: Bill) -> list[str]:
    rows = await world.rows(
        "SELECT f.kind FROM claims.overpayment_fact f JOIN claims.overpayment_case o ON o.practice_id = $1 "
        "AND o.id = f.case_id WHERE f.practice_id = $1 AND o.claim_id = $2 ORDER BY f.version",
        visit.id,
    )
    return [row["kind"] for row in rows]


async def test_a_federal_payers_credit_is_identified_by_its_posting_and_due_in_sixty_days(
    world: World, bill: Billing
) -> None:
    visit = await paid_twice(world, bill, federal=True)

    case = await case_of(world, visit)

    today = date(2026, 11, 23)
    assert (case["state"], case["credit_cents"], case["identified_by"]) == ("identified", 9600, "presumed")
    assert (case["identified_on"], case["due_on"]) == (today, today + timedelta(days=60))
    assert await history(world, visit) == ["arise", "identify"]
    told = await world.rows(
        "SELECT type, data FROM claims.outbox WHERE practice_id = $1 AND subject_type = 'overpayment_case' ORDER BY id"
    )
    assert [row["type"] for row in told] == ["overpayment.opened", "credit.identified"]
    assert told[1]["data"]["due_on"] == "2027-01-22"
    assert told[1]["data"]["version"] == 2
