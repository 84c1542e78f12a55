"""Acceptance lag: from sending a claim to the payer's acceptance."""

from decimal import Decimal

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import mean_lag
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="acceptance_lag",
    version=1,
    name="Acceptance lag",
    unit=Unit.DAYS,
    formula="sum of (day the payer accepted - day sent) / claims, over claims whose first version a payer "
    "accepted in the period before anybody refused it",
    source="event feed: claim.submitted, claim.acknowledged",
    target=Target(Decimal("2"), Comparison.AT_MOST),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.ACCEPTANCE_LAG)


def measure(books: Books) -> Figures:
    """Each claim weighs the same."""
    return mean_lag(books, Measure.ACCEPTANCE_LAG)
