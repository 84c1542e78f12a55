"""AR over 120 days: the share of open receivables that is old."""

from reporting_api.aging.domain import Basis
from reporting_api.kpis.books import Books, open_by
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit
from reporting_api.kpis.shapes import share_over

DEFINITION = Definition(
    id="ar_over_120",
    version=1,
    name="AR over 120 days",
    unit=Unit.RATIO,
    formula="open receivables older than 120 days (day 121 and later, by service date) / open receivables; "
    "credits on neither side, unbilled amounts included",
    source="ledger: accounts 1100-1130 by age",
    better=Direction.DOWN,
)
NEEDS = open_by(Basis.SERVICE, Basis.FIRST_BILL, Basis.RESPONSIBILITY)


def measure(books: Books) -> Figures:
    """A balance: its period is the day itself."""
    return share_over(books, 120)
