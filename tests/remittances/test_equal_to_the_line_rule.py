"""Set-based posting equals the arithmetic of one line, for many random lines in one payment."""

import random

from ar_shared.kernel.money import decimal_from_cents
from claims_api.codes.code_lists import carc, carcs
from claims_api.remittances.domain.amounts import CasAmount, LineAmounts
from claims_api.remittances.domain.line_postings import plan_line

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

LINES = 40
USUAL = ["CO-45", "PR-1", "PR-2", "PR-3", "CO-253", "OA-23", "CO-197", "CO-104", "CO-144", "CO-94", "PR-187", "OA-209"]


def a_line(rng: random.Random) -> LineAmounts:
    """Up to four different reasons, usual ones and any of the whole list; paid is what they leave."""
    known = sorted(carcs())
    reasons = set()
    for _ in range(rng.randint(0, 4)):
        group = rng.choice(["CO", "PR", "OA", "PI"])
        reasons.add(rng.choice([rng.choice(USUAL), f"{group}-{rng.choice(known)}"]))
    amounts = []
    for reason in sorted(reasons):
        group, code = reason.split("-")
        cents = rng.randint(1, 6000)
        negative = code in ("144", "94", "187") or rng.random() < 0.1
        amounts.append(CasAmount(group, code, -cents if negative else cents))
    charge = max(sum(amount.cents for amount in amounts), 0) + rng.randint(0, 9000)
    return LineAmounts(charge, charge - sum(amount.cents for amount in amounts), tuple(amounts))


async def test_every_line_posts_what_the_rule_of_one_line_says(world: World, bill: Billing) -> None:
    rng = random.Random(835)
    lines = [a_line(rng) for _ in range(LINES)]
    for next_coverage in (False, True):
        if next_coverage:
            await world.cover("COV-2", "PAY-BLUFF", rank=2)
        visits = [await bill(("G0463", line.charge_cents)) for line in lines]
        claims = [claim_of(visit.pcn, line) for visit, line in zip(visits, lines, strict=True)]

        outcome = await world.post(Era(tuple(claims), trace=f"T{next_coverage}"))

        assert outcome.counts["posted"] == LINES
        for visit, line in zip(visits, lines, strict=True):
            plan = plan_line(line, open_cents=line.charge_cents, carcs=carc, next_coverage=next_coverage)
            expected = sums([(p.event.value, p.debit_account, p.credit_account, p.amount_cents) for p in plan.postings])
            posted = await world.rows(
                "SELECT entry, debit_account, credit_account, amount_cents FROM claims.posting "
                "WHERE practice_id = $1 AND claim_id = $2 AND entry <> 'E01'",
                visit.id,
            )
            assert sums([tuple(row) for row in posted]) == expected, line
            assert (await world.open_of(visit)).get((1100, "payer"), 0) == plan.open_cents, line


def claim_of(pcn: str, line: LineAmounts) -> Clp:
    cas = ", ".join(f"{a.group}-{a.carc} {decimal_from_cents(a.cents)}" for a in line.adjustments)
    charge, paid = decimal_from_cents(line.charge_cents), decimal_from_cents(line.paid_cents)
    return Clp(pcn, charge, paid, (Svc("G0463", charge, paid, cas),))


def sums(moves: list[tuple[str, int, int, int]]) -> dict[tuple[str, int, int], int]:
    """Cents by (event, debit, credit)."""
    totals: dict[tuple[str, int, int], int] = {}
    for event, debit, credit, cents in moves:
        totals[event, debit, credit] = totals.get((event, debit, credit), 0) + cents
    return totals
