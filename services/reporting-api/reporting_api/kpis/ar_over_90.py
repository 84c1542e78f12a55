"""AR over 90 days: the share of open receivables that is old."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Comparison, Definition, Figures, Target, Unit

DEFINITION = Definition(
    id="ar_over_90",
    version=1,
    name="AR over 90 days",
    unit=Unit.RATIO,
    formula="open receivables older than 90 days (day 91 and later, by service date) / open receivables; "
    "credits on neither side, unbilled amounts included",
    source="ledger: accounts 1100-1130 by age",
    target=Target(Decimal("0.10"), Comparison.BELOW),
)


async def measure(books: Books) -> Figures:
    """A balance: its period is the day itself."""
    amounts = await books.open_amounts()
    day = books.moment.as_of
    return Figures(
        numerator=Fraction(amounts.over_90_cents),
        denominator=Fraction(amounts.open_cents),
        period=(day, day),
        counts={"credit_cents": amounts.credit_cents},
    )
