"""Write-offs by class: what of the charges was given up, and why."""

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit
from reporting_api.kpis.shapes import share_of_charges
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="write_off_rate",
    version=1,
    name="Write-offs by class",
    unit=Unit.RATIO,
    formula="charity, discounts, administrative, small-balance and bad-debt write-offs, net of what was taken "
    "back / charges of the same period; contractual adjustments are no write-offs",
    source="ledger: accounts 4120-4160, 4000",
    better=Direction.DOWN,
)
NEEDS = summed(
    Measure.CHARGES, Measure.CHARITY, Measure.DISCOUNTS, Measure.ADMINISTRATIVE, Measure.SMALL_BALANCE, Measure.BAD_DEBT
)


def measure(books: Books) -> Figures:
    """Each class stands beside the whole."""
    return share_of_charges(
        books,
        Measure.CHARITY,
        Measure.DISCOUNTS,
        Measure.ADMINISTRATIVE,
        Measure.SMALL_BALANCE,
        Measure.BAD_DEBT,
    )
