"""Unbilled days: how many days of charges wait to be sent."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.aging.domain import UNBILLED, Basis
from reporting_api.kpis.books import Books, Window, open_by, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="unbilled_days",
    version=1,
    name="Unbilled days",
    unit=Unit.DAYS,
    formula="open charges of insured claims never sent / (charges of the last 90 days, net of voids / 90)",
    source="ledger: account 1100 without a first bill date; account 4000",
    target=Target(Decimal("5"), Comparison.AT_MOST),
    better=Direction.DOWN,
)
NEEDS = open_by(Basis.FIRST_BILL) | summed(Measure.CHARGES)


def measure(books: Books) -> Figures:
    """Encounters without a charge are not in the books and not in it."""
    unbilled = books.open[Basis.FIRST_BILL].owed_by("insurance").in_bucket(UNBILLED)
    return Figures(
        numerator=Fraction(unbilled),
        denominator=books.daily[Window.PERIOD, Measure.CHARGES],
        period=books.period,
        counts={"unbilled_cents": unbilled, "days": books.days[Window.PERIOD]},
    )
