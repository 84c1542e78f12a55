"""Unapplied money: how many days of charges were paid and lie unapplied."""

from fractions import Fraction

from reporting_api.kpis.books import Books, Window, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="unapplied_days",
    version=1,
    name="Unapplied money",
    unit=Unit.DAYS,
    formula="money received and not applied to a charge / (charges of the last 90 days, net of voids / 90)",
    source="ledger: accounts 2000, 2010, 4000",
    better=Direction.DOWN,
)
NEEDS = summed(Measure.UNAPPLIED, over=(Window.EVER,)) | summed(Measure.CHARGES)


def measure(books: Books) -> Figures:
    """Prepayments are among it."""
    unapplied = books.sum_of(Measure.UNAPPLIED, Window.EVER)
    return Figures(
        numerator=Fraction(unapplied.cents),
        denominator=books.daily[Window.PERIOD, Measure.CHARGES],
        period=books.period,
        counts={"unapplied_cents": unapplied.cents, "days": books.days[Window.PERIOD]},
    )
