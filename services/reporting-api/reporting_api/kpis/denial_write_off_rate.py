"""Denial write-offs: the final loss to denials."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import net_revenue
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="denial_write_off_rate",
    version=1,
    name="Denial write-offs",
    unit=Unit.RATIO,
    formula="administrative write-offs, net of what was taken back / (charges - contractual adjustments - "
    "statutory cuts) of the same period",
    source="ledger: accounts 4140, 4000, 4100, 4105",
    target=Target(Decimal("0.02"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.CHARGES, Measure.CONTRACTUAL, Measure.STATUTORY, Measure.ADMINISTRATIVE)


def measure(books: Books) -> Figures:
    """What was denied and paid later is not among it."""
    lost, charges = books.sum_of(Measure.ADMINISTRATIVE), books.sum_of(Measure.CHARGES)
    revenue = net_revenue(charges, books.sum_of(Measure.CONTRACTUAL), books.sum_of(Measure.STATUTORY))
    return Figures(
        numerator=Fraction(lost.cents),
        denominator=Fraction(revenue),
        period=books.period,
        counts={"administrative_cents": lost.cents},
    )
