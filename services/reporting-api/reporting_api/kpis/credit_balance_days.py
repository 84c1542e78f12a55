"""Credit balance days: how much money belongs to others."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.aging.domain import Basis
from reporting_api.kpis.books import Books, Window, open_by, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="credit_balance_days",
    version=1,
    name="Credit balance days",
    unit=Unit.DAYS,
    formula="credits owed back to payers and patients / (charges of the last 90 days, net of voids / 90)",
    source="ledger: accounts 2020, 2030, 4000",
    target=Target(Decimal("2"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = open_by(Basis.SERVICE) | summed(Measure.CHARGES)


def measure(books: Books) -> Figures:
    """A liability: it is never netted with what is open."""
    amounts = books.open[Basis.SERVICE]
    return Figures(
        numerator=Fraction(amounts.credit),
        denominator=books.daily[Window.PERIOD, Measure.CHARGES],
        period=books.period,
        counts={"credit_cents": amounts.credit, "days": books.days[Window.PERIOD]},
    )
