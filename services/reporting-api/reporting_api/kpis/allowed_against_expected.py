"""Allowed against expected: whether payers keep their contracts."""

from reporting_api.kpis.books import Books, Needs
from reporting_api.kpis.domain import Definition, Figures, Unit
from reporting_api.kpis.shapes import nothing

DEFINITION = Definition(
    id="allowed_against_expected",
    version=1,
    name="Allowed against expected",
    unit=Unit.RATIO,
    formula="allowed amounts / expected allowed amounts of the same lines",
    source="payer contracts",
    missing_input="contract prices of payers",
)
NEEDS = Needs()


def measure(books: Books) -> Figures:
    """No value yet."""
    return nothing(books)
