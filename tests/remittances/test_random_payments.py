"""Random payments over random claims: whatever a payer sends, the books stay right and a repeat posts nothing."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ar_shared.kernel.money import cents_from_decimal, decimal_from_cents

from .books import assert_books_balance
from .era import BLUFF, PRAIRIE, Clp, Era, Svc
from .intake import take_in
from .world import Bill, World

CODES = ("G0463", "G0008", "J3420")
REASONS = ("CO-45", "CO-253", "PR-1", "PR-2", "PR-45", "OA-23", "CO-197", "PR-204", "CO-104", "OA-209", "OA-133",
           "CO-59", "CO-ZZ9", "PI-97", "OA-100")  # fmt: skip
NEGATIVE = ("CO-144", "CO-94", "PR-187")


@st.composite
def decisions(draw: st.DrawFn) -> dict[str, Any]:
    """What a payer says of one claim: shares of each line's charge, before anybody knows the claim."""
    return {
        "claim": draw(st.integers(0, 2)),
        "status": draw(st.sampled_from(["1", "1", "1", "2", "4", "19", "22", "23", "25", "5"])),
        "known": draw(st.booleans() | st.just(True)),
        "unbalanced": draw(st.integers(0, 9)) == 0,
        "lines": [
            draw(st.lists(st.tuples(st.sampled_from(REASONS), st.integers(1, 60)), max_size=3)) for _ in range(2)
        ],
        "extra": draw(st.none() | st.tuples(st.sampled_from(NEGATIVE), st.integers(1, 2000))),
        "without_lines": draw(st.integers(0, 5)) == 0,
        "claim_level": draw(st.none() | st.tuples(st.sampled_from(REASONS), st.integers(1, 30))),
    }


PAYMENTS = st.lists(
    st.tuples(
        st.lists(decisions(), min_size=1, max_size=4),
        st.lists(st.tuples(st.sampled_from(["WO", "FB", "L6", "CS", "72", "QQ"]), st.integers(-900, 900)), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


def claim_of(decision: dict[str, Any], visits: list[tuple[Bill, list[int]]]) -> Clp:
    """The CLP of a decision; balanced unless it was drawn not to be."""
    visit, charges = visits[decision["claim"]]
    sign = -1 if decision["status"] == "22" else 1
    lines, paid_total = [], 0
    for number, (code, charge, reasons) in enumerate(zip(CODES, charges, decision["lines"], strict=False)):
        amounts = [[reason, charge * share // 100] for reason, share in reasons]
        if decision["extra"] and number == 0:
            amounts.append([decision["extra"][0], -decision["extra"][1]])
        paid = charge - sum(cents for _, cents in amounts)
        paid_total += paid
        cas = ", ".join(f"{reason} {decimal_from_cents(sign * cents)}" for reason, cents in amounts)
        lines.append(Svc(code, decimal_from_cents(sign * charge), decimal_from_cents(sign * paid), cas))
    claim_cas = ""
    if decision["claim_level"] and not decision["without_lines"]:
        reason, share = decision["claim_level"]
        cents = max(paid_total, 0) * share // 100
        paid_total -= cents
        claim_cas = f"{reason} {decimal_from_cents(sign * cents)}"
    if decision["without_lines"]:
        claim_cas = ", ".join(line.cas for line in lines if line.cas)
    wrong = 7 if decision["unbalanced"] else 0
    return Clp(
        visit.pcn if decision["known"] else f"NOBODY{decision['claim']}",
        decimal_from_cents(sign * sum(charges)),
        decimal_from_cents(sign * (paid_total + wrong)),
        () if decision["without_lines"] else tuple(lines),
        status=decision["status"],
        cas=claim_cas,
        day="20261102",
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(charges=st.lists(st.tuples(st.integers(1, 30000), st.integers(0, 30000)), min_size=3, max_size=3), sent=PAYMENTS)
async def test_the_books_stay_right_whatever_a_payer_sends(
    world: World, charges: list[tuple[int, int]], sent: list[Any]
) -> None:
    visits = [
        (await take_in(world, *zip(CODES, amounts, strict=False), state="sent"), list(amounts)) for amounts in charges
    ]
    for claims, plb, by_second in sent:
        payer, tax = (BLUFF, "1420000088") if by_second else (PRAIRIE, "1420000099")
        era = Era(
            tuple(claim_of(decision, visits) for decision in claims),
            trace=f"R{world.now.timestamp():.0f}",
            payer=payer,
            payer_tax=tax,
            plb=tuple((code, decimal_from_cents(cents)) for code, cents in plb),
        )
        outcome = await world.post(era)
        again = await world.post(era)
        assert again.state == "duplicate"
        assert again.duplicate_of == outcome.remittance_id
        if outcome.state != "queued":
            paid = sum(cents_from_decimal(claim.paid) for claim in era.claims) - sum(cents for _, cents in plb)
            assert await world.clearing(outcome.remittance_id) == paid
    await assert_books_balance(world)
