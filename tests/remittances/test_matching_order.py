"""The order in which a payer's claim is looked for: where two of our claims fit, the earlier key decides."""

import pytest

from .conftest import Billing
from .era import Clp, Era, Svc
from .world import World

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
# The keys in their order, and how the payer's claim carries each.
ORDER = ("patient_control_number", "payer_control_number", "original_reference", "normalised_number")


def answer(keys: dict[str, str]) -> Era:
    """A claim that carries these numbers; our own number in the payer's writing where only that is asked."""
    number = keys.get("patient_control_number") or keys.get("normalised_number", "").lower() or "FOREIGN"
    original = (f"REF*F8*{keys['original_reference']}",) if "original_reference" in keys else ()
    icn = keys.get("payer_control_number", "")
    return Era((Clp(number, "200", "96", (LINE,), icn=icn, extra=original),))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (first, second)
        for i, first in enumerate(ORDER)
        for second in ORDER[i + 1 :]
        if {first, second} != {ORDER[0], ORDER[3]}
    ],
)
async def test_the_earlier_key_decides(world: World, bill: Billing, first: str, second: str) -> None:
    numbers, bills = {}, {}
    for key, icn in ((first, "ICN1"), (second, "ICN2")):
        made = bills[key] = await bill(("G0463", 20000))
        await world.rows(
            "UPDATE claims.claim SET payer_control_number = $3 WHERE practice_id = $1 AND id = $2 RETURNING 1",
            made.id,
            icn,
        )
        numbers[key] = icn if key in ORDER[1:3] else made.pcn

    outcome = await world.post(answer(numbers))

    row = await world.one(
        "SELECT claim_id, matched_by FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2",
        outcome.remittance_id,
    )
    assert tuple(row) == (bills[first].id, first)
