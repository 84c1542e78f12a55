"""Charity care: what the practice gave."""

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Definition, Figures, Unit
from reporting_api.kpis.shapes import share_of_charges
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="charity_rate",
    version=1,
    name="Charity care",
    unit=Unit.RATIO,
    formula="charity write-offs, net of what was taken back / charges of the same period",
    source="ledger: accounts 4120, 4000",
)
NEEDS = summed(Measure.CHARGES, Measure.CHARITY)


def measure(books: Books) -> Figures:
    """For information: it has no target."""
    return share_of_charges(books, Measure.CHARITY)
