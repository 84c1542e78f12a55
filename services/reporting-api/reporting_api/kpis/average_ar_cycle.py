"""Average AR cycle: from the service to the last money of a line."""

from fractions import Fraction

from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Definition, Figures, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="average_ar_cycle",
    version=1,
    name="Average AR cycle",
    unit=Unit.DAYS,
    formula="sum of (last cash day - service day) x charge / sum of charges, over service lines whose receivable "
    "reached zero in the period; paid before the service counts as 0 days; a line that opens again is taken out on "
    "that day; lines closed without cash are counted apart. Closed lines only: read it beside the aging",
    source="ledger: histories of service lines",
)


async def measure(books: Books) -> Figures:
    """Numerator in cent-days. There is no target: its trend is what counts."""
    closed = await books.sum_of(Measure.AR_CYCLE)
    return Figures(
        numerator=Fraction(sum(days * cents for days, (cents, _) in closed.by_lag.items())),
        denominator=Fraction(closed.cents),
        period=books.period,
        counts={
            "lines": closed.entries,
            "lines_closed_without_cash": (await books.sum_of(Measure.CLOSED_WITHOUT_CASH)).entries,
        },
    )
