"""Denial overturn rate: how many denials end in money."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="denial_overturn_rate",
    version=1,
    name="Denial overturn rate",
    unit=Unit.RATIO,
    formula="denial cases closed with money recovered / denial cases closed in the period; a case that closes "
    "again counts again",
    source="event feed: denial.closed",
    target=Target(Decimal("0.60"), Comparison.AT_LEAST),
    better=Direction.UP,
)
NEEDS = summed(Measure.DENIALS_CLOSED, Measure.DENIALS_RECOVERED)


def measure(books: Books) -> Figures:
    """Dollars recovered in proportion to dollars denied stand beside it."""
    closed, recovered = books.sum_of(Measure.DENIALS_CLOSED), books.sum_of(Measure.DENIALS_RECOVERED)
    return Figures(
        numerator=Fraction(recovered.entries),
        denominator=Fraction(closed.entries),
        period=books.period,
        counts={"cases_closed": closed.entries, "cases_recovered": recovered.entries},
        variants=(Variant("by_dollars", Fraction(recovered.cents), Fraction(closed.cents)),),
    )
