"""Cost to collect: what a dollar in the bank costs."""

from decimal import Decimal

from reporting_api.kpis.books import Books, Needs
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import nothing

DEFINITION = Definition(
    id="cost_to_collect",
    version=1,
    name="Cost to collect",
    unit=Unit.RATIO,
    formula="cost of billing and collecting / cash collected, net of refunds, in the period",
    source="costs given by the practice; ledger: cash of service lines",
    target=Target(Decimal("0.06"), Comparison.AT_MOST),
    better=Direction.DOWN,
    missing_input="monthly costs of billing: staff, vendors, software, postage",
)
NEEDS = Needs()


def measure(books: Books) -> Figures:
    """No value yet."""
    return nothing(books)
