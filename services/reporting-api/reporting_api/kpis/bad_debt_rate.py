"""Bad debt: what patients owed and will not pay."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="bad_debt_rate",
    version=1,
    name="Bad debt",
    unit=Unit.RATIO,
    formula="bad debt written off, net of what was taken back / charges of the same period; recoveries are shown apart",
    source="ledger: accounts 4160, 4170, 4000",
    target=Target(Decimal("0.05"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.CHARGES, Measure.BAD_DEBT, Measure.RECOVERIES)


def measure(books: Books) -> Figures:
    """Agency and late payments of bad debt are recoveries, not negative bad debt."""
    bad, charges = books.sum_of(Measure.BAD_DEBT), books.sum_of(Measure.CHARGES)
    recovered = books.sum_of(Measure.RECOVERIES)
    return Figures(
        numerator=Fraction(bad.cents),
        denominator=Fraction(charges.cents),
        period=books.period,
        counts={"bad_debt_cents": bad.cents, "recoveries_cents": recovered.cents},
        variants=(Variant("net_of_recoveries", Fraction(bad.cents - recovered.cents), Fraction(charges.cents)),),
    )
