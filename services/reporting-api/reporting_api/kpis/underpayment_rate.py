"""Underpayment rate: how many lines pay less than the contract says."""

from decimal import Decimal

from reporting_api.kpis.books import Books, Needs
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import nothing

DEFINITION = Definition(
    id="underpayment_rate",
    version=1,
    name="Underpayment rate",
    unit=Unit.RATIO,
    formula="lines allowed less than the contract price less tolerance / lines with a contract price, decided "
    "in the period",
    source="payer contracts",
    target=Target(Decimal("0.01"), Comparison.BELOW),
    better=Direction.DOWN,
    missing_input="contract prices of payers",
)
NEEDS = Needs()


def measure(books: Books) -> Figures:
    """No value yet."""
    return nothing(books)
