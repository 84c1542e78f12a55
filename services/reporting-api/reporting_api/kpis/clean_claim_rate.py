"""Clean claim rate: how many claims need nobody before they go out."""

from decimal import Decimal

from reporting_api.kpis.books import Books, Needs
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.kpis.shapes import nothing

DEFINITION = Definition(
    id="clean_claim_rate",
    version=1,
    name="Clean claim rate",
    unit=Unit.RATIO,
    formula="claims that passed all edits with no manual touch before they were sent / claims that entered the "
    "edits in the period",
    source="claim edits",
    target=Target(Decimal("0.95"), Comparison.AT_LEAST),
    better=Direction.UP,
    missing_input="results of claim edits before submission",
)
NEEDS = Needs()


def measure(books: Books) -> Figures:
    """No value yet."""
    return nothing(books)
