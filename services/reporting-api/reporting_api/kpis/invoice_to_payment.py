"""Invoice to payment: how long a payer takes to pay what it accepted."""

from decimal import Decimal

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import mean_lag
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="invoice_to_payment",
    version=1,
    name="Invoice to payment",
    unit=Unit.DAYS,
    formula="sum of (day of the payer's first payment - day the payer accepted the claim) / claims, over claims "
    "first paid in the period; claims paid without an acceptance are left out",
    source="event feed: claim.acknowledged, claim.adjudicated",
    target=Target(Decimal("30"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.INVOICE_TO_PAYMENT)


def measure(books: Books) -> Figures:
    """Each claim weighs the same; the median is the figure to compare payers by."""
    return mean_lag(books, Measure.INVOICE_TO_PAYMENT)
