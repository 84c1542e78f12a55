"""Service-to-invoice delay: from the last service day to the first submission."""

from decimal import Decimal

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import mean_lag
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="service_to_invoice",
    version=1,
    name="Service-to-invoice delay",
    unit=Unit.DAYS,
    formula="sum of (day first sent - last service day) / claims, over claims whose first version was first "
    "sent in the period; claims sent before their service day are counted apart",
    source="event feed: claim.submitted",
    target=Target(Decimal("3"), Comparison.AT_MOST),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.SERVICE_TO_INVOICE)


def measure(books: Books) -> Figures:
    """Each claim weighs the same."""
    return mean_lag(books, Measure.SERVICE_TO_INVOICE)
