"""A claim to a later payer adds up to the cent, line by line and as a whole, for each payer before."""

from decimal import Decimal
from typing import Any

import pytest

from ar_shared.x12.claim_cob import CobDifference, cob_differences
from ar_shared.x12.claim_facts import Adjustment, Amount, Coverage, LineAdjudication, OtherCoverage, Party, ServiceLine


def a_payer(payer_id: str = "P1", *, paid: int | None = 14400, adjusted: tuple[int, ...] = ()) -> OtherCoverage:
    return OtherCoverage(
        coverage=Coverage(sequence="P"),
        subscriber=None,
        payer=Party(role="PR", name="FIRST", id=payer_id),
        amounts=() if paid is None else (Amount("D", paid),),
        adjustments=tuple(Adjustment("CO", "45", cents) for cents in adjusted),
    )


def a_line(charge: int, *answers: tuple[str, int, int]) -> ServiceLine:
    """answers: payer, paid, adjusted."""
    return ServiceLine(
        charge_cents=charge,
        units=Decimal(1),
        adjudications=tuple(
            LineAdjudication(payer_id=payer, paid_cents=paid, adjustments=(Adjustment("CO", "45", adjusted),))
            for payer, paid, adjusted in answers
        ),
    )


LINES = (a_line(12000, ("P1", 4800, 7200)), a_line(18000, ("P1", 9600, 8400)))


@pytest.mark.parametrize(
    ("lines", "payer"),
    [
        (LINES, a_payer()),
        ((a_line(30000),), a_payer(adjusted=(15600,))),
        ((a_line(30000, ("P1", 15000, 15000)),), a_payer(paid=14400, adjusted=(600,))),
        ((a_line(30000, ("P1", 4400, 7200), ("P1", 10000, 8400)),), a_payer()),
        ((a_line(30000),), a_payer(paid=None)),
    ],
    ids=["by line", "by claim", "both", "a line that the payer split", "a payer that has not answered"],
)
def test_what_was_paid_and_adjusted_is_what_was_charged(lines: Any, payer: OtherCoverage) -> None:
    assert cob_differences(30000, lines, [payer]) == []


def test_a_cent_that_is_missing_is_told_with_its_place() -> None:
    lines = (a_line(12000, ("P1", 4800, 7199)), LINES[1])

    assert cob_differences(30000, lines, [a_payer()]) == [
        CobDifference("P1", 1, 12000, 4800, 7199),
        CobDifference("P1", 0, 30000, 14400, 15599),
    ]
    assert [one.cents for one in cob_differences(30000, lines, [a_payer()])] == [1, 1]


def test_too_much_is_below_zero_and_each_payer_is_looked_at_by_itself() -> None:
    lines = (a_line(30000, ("P1", 14400, 15600), ("P2", 1000, 30000)),)

    found = cob_differences(30000, lines, [a_payer(), a_payer("P2", paid=1000)])

    assert [(one.payer_id, one.line, one.cents) for one in found] == [("P2", 1, -1000), ("P2", 0, -1000)]
