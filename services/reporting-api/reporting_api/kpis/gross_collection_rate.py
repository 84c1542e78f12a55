"""Gross collection rate: payments in proportion to list prices."""

from fractions import Fraction

from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Definition, Figures, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="gross_collection_rate",
    version=1,
    name="Gross collection rate",
    unit=Unit.RATIO,
    formula="payments, net of reversals and refunds / charges, net of voids; both by ledger date in the same period",
    source="ledger: cash of service lines; account 4000",
)


async def measure(books: Books) -> Figures:
    """For information: it moves with the price list, so it has no target."""
    payments, charges = await books.sum_of(Measure.PAYMENTS), await books.sum_of(Measure.CHARGES)
    return Figures(
        numerator=Fraction(payments.cents),
        denominator=Fraction(charges.cents),
        period=books.period,
        counts={"payment_entries": payments.entries, "charge_entries": charges.entries},
    )
