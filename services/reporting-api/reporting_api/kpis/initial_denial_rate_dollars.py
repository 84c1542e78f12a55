"""Initial denial rate in dollars: how much of what is decided is denied at first."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="initial_denial_rate_dollars",
    version=1,
    name="Initial denial rate, dollars",
    unit=Unit.RATIO,
    formula="charges of the lines that a first adjudication denied / charges of the claims first adjudicated in "
    "the period; primary payer only",
    source="event feed: denial.opened, claim.adjudicated",
    target=Target(Decimal("0.05"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.INITIALLY_DENIED_LINES, Measure.FIRST_ADJUDICATED)


def measure(books: Books) -> Figures:
    """Denied lines only, unlike the rate by claims, which weighs whole claims."""
    denied, adjudicated = books.sum_of(Measure.INITIALLY_DENIED_LINES), books.sum_of(Measure.FIRST_ADJUDICATED)
    return Figures(
        numerator=Fraction(denied.cents),
        denominator=Fraction(adjudicated.cents),
        period=books.period,
        counts={"lines_denied": denied.entries, "claims_adjudicated": adjudicated.entries},
    )
