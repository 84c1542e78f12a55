"""Whether a claim to a later payer adds up: what earlier payers did must account for every cent that was charged.

For each earlier payer (loop 2320 with its 2430): a line's charge less its CAS is what was paid on it (SVD02), and the
claim's charge less all CAS, of claim and lines, is what the payer paid (AMT*D). A payer refuses anything else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ar_shared.x12.claim_facts import Adjustment, LineAdjudication, OtherCoverage, ServiceLine


@dataclass(frozen=True, slots=True)
class CobDifference:
    """A line (counted from 1; 0 is the claim as a whole) whose charge a payer does not account for. Cents."""

    payer_id: str
    line: int
    charge_cents: int
    paid_cents: int
    adjusted_cents: int

    @property
    def cents(self) -> int:
        """Charged and neither paid nor adjusted; negative: more than was charged."""
        return self.charge_cents - self.paid_cents - self.adjusted_cents


def cob_differences(
    charge_cents: int, lines: Sequence[ServiceLine], others: Iterable[OtherCoverage]
) -> list[CobDifference]:
    """Every place where an earlier payer's decision does not balance; empty for a claim that adds up.

    Earlier payers that say nothing (no AMT*D, no CAS, no 2430) are not looked at: they have not decided.
    """
    return [found for other in others for found in _of_payer(charge_cents, lines, other) if found.cents]


def _of_payer(charge_cents: int, lines: Sequence[ServiceLine], other: OtherCoverage) -> Iterator[CobDifference]:
    payer_id = other.payer.id if other.payer else ""
    paid = next((amount.cents for amount in other.amounts if amount.qualifier == "D"), None)
    answers = [[answer for answer in line.adjudications if answer.payer_id == payer_id] for line in lines]
    if paid is None and not other.adjustments and not any(answers):
        return
    for number, (line, said) in enumerate(zip(lines, answers, strict=True), start=1):
        if said:
            lines_paid = sum(answer.paid_cents for answer in said)
            yield CobDifference(payer_id, number, line.charge_cents, lines_paid, _adjusted(said))
    adjusted = _sum(other.adjustments) + sum(_adjusted(said) for said in answers)
    yield CobDifference(payer_id, 0, charge_cents, paid or 0, adjusted)


def _adjusted(answers: list[LineAdjudication]) -> int:
    return sum(_sum(answer.adjustments) for answer in answers)


def _sum(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(adjustment.amount_cents for adjustment in adjustments)
