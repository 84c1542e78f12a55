"""Days in AR, gross: how many days of charges are still open."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.aging.domain import Basis
from reporting_api.kpis.books import Books, Window, open_by, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="days_in_ar",
    version=1,
    name="Days in AR, gross",
    unit=Unit.DAYS,
    formula="(open receivables - credits owed back) / (charges of the last 90 days, net of voids / 90); a "
    "practice charging for fewer than 90 days divides by the days since its first charge, that day "
    "included",
    source="ledger: accounts 1100-1130, less 2020 and 2030; charges from account 4000 by ledger date",
    target=Target(Decimal("35"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = open_by(Basis.SERVICE) | summed(Measure.CHARGES, over=(Window.PERIOD, Window.MONTH, Window.YEAR))


def measure(books: Books) -> Figures:
    """Net of credits first, receivables alone beside it; bad debt is no receivable."""
    amounts = books.open[Basis.SERVICE]
    net = Fraction(amounts.total - amounts.credit)
    daily = books.daily[Window.PERIOD, Measure.CHARGES]
    return Figures(
        numerator=net,
        denominator=daily,
        period=books.period,
        counts={
            "charges_cents": books.sum_of(Measure.CHARGES).cents,
            "days": books.days[Window.PERIOD],
            "open_cents": amounts.total,
            "credit_cents": amounts.credit,
        },
        variants=(
            Variant("debit_only", Fraction(amounts.total), daily),
            Variant("by_30_days_of_charges", net, books.daily[Window.MONTH, Measure.CHARGES]),
            Variant("by_365_days_of_charges", net, books.daily[Window.YEAR, Measure.CHARGES]),
        ),
    )
