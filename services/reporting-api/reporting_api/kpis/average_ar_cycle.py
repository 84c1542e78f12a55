"""Average AR cycle: from the service to the last money of a line."""

from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit
from reporting_api.kpis.shapes import spread
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="average_ar_cycle",
    version=1,
    name="Average AR cycle",
    unit=Unit.DAYS,
    formula="sum of (last cash day - service day) x charge / sum of charges, over service lines whose "
    "receivable reached zero in the period; paid before the service counts as 0 days; a line that opens "
    "again is taken out on that day; lines closed without cash are counted apart. Closed lines only: "
    "read it beside the aging",
    source="ledger: histories of service lines",
    better=Direction.DOWN,
)
NEEDS = summed(Measure.AR_CYCLE, Measure.CLOSED_WITHOUT_CASH)


def measure(books: Books) -> Figures:
    """Numerator in cent-days. There is no target: its trend is what counts."""
    closed = books.sum_of(Measure.AR_CYCLE)
    by_day = {days: cents for days, (cents, _) in closed.by_lag.items()}
    return Figures(
        numerator=Fraction(sum(days * cents for days, cents in by_day.items())),
        denominator=Fraction(closed.cents),
        period=books.period,
        counts={
            "lines": closed.entries,
            "lines_closed_without_cash": books.sum_of(Measure.CLOSED_WITHOUT_CASH).entries,
        },
        variants=spread(by_day),
    )
