"""Gross collection rate: payments in proportion to list prices."""

from fractions import Fraction

from reporting_api.kpis.books import Books, cohort, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="gross_collection_rate",
    version=1,
    name="Gross collection rate",
    unit=Unit.RATIO,
    formula="payments, net of reversals and refunds / charges, net of voids; both by ledger date in the same period",
    source="ledger: cash of service lines; account 4000",
    better=Direction.UP,
)
NEEDS = summed(Measure.PAYMENTS, Measure.CHARGES) | cohort(Measure.PAYMENTS, Measure.CHARGES)


def measure(books: Books) -> Figures:
    """For information: it moves with the price list, so it has no target."""
    payments, charges = books.sum_of(Measure.PAYMENTS), books.sum_of(Measure.CHARGES)
    matured = books.matured
    return Figures(
        numerator=Fraction(payments.cents),
        denominator=Fraction(charges.cents),
        period=books.period,
        counts={"payment_entries": payments.entries, "charge_entries": charges.entries},
        variants=(
            Variant(
                "by_service_months_run_out",
                Fraction(matured[Measure.PAYMENTS].cents),
                Fraction(matured[Measure.CHARGES].cents),
            ),
        ),
    )
