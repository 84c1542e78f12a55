"""Charge lag: from the service to the charge in the books."""

from decimal import Decimal

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import mean_lag
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="charge_lag",
    version=1,
    name="Charge lag",
    unit=Unit.DAYS,
    formula="sum of (day the charge was posted - service day) / charges, over charges posted in the period; "
    "charges posted before their service day are counted apart; voids take their charge out again only "
    "in money, not in the count of days",
    source="ledger: E01 and E02",
    target=Target(Decimal("2"), Comparison.AT_MOST),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.CHARGE_LAG)


def measure(books: Books) -> Figures:
    """Each charge weighs the same."""
    return mean_lag(books, Measure.CHARGE_LAG)
