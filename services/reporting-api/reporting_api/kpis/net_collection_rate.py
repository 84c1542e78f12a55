"""Net collection rate: payments in proportion to what payers had agreed to pay."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Comparison, Definition, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="net_collection_rate",
    version=1,
    name="Net collection rate",
    unit=Unit.RATIO,
    formula="payments, net of reversals and refunds / (charges - contractual adjustments - statutory cuts); all by "
    "ledger date in the same period. Bad debt, administrative, small-balance and charity write-offs stay in the "
    "denominator",
    source="ledger: cash of service lines; accounts 4000, 4100, 4105",
    target=Target(Decimal("0.95"), Comparison.AT_LEAST),
)


async def measure(books: Books) -> Figures:
    """Same-period basis: fast growth lowers it, a shrinking practice may show more than 1."""
    charges = await books.sum_of(Measure.CHARGES)
    contractual = await books.sum_of(Measure.CONTRACTUAL)
    statutory = await books.sum_of(Measure.STATUTORY)
    payments = await books.sum_of(Measure.PAYMENTS)
    return Figures(
        numerator=Fraction(payments.cents),
        denominator=Fraction(charges.cents - contractual.cents - statutory.cents),
        period=books.period,
        counts={
            "charges_cents": charges.cents,
            "contractual_cents": contractual.cents,
            "statutory_cents": statutory.cents,
            "payment_entries": payments.entries,
        },
    )
