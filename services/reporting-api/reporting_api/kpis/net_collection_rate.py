"""Net collection rate: payments in proportion to what payers had agreed to pay."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, cohort, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit, Variant
from reporting_api.kpis.shapes import net_revenue
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="net_collection_rate",
    version=1,
    name="Net collection rate",
    unit=Unit.RATIO,
    formula="payments, net of reversals and refunds / (charges - contractual adjustments - statutory cuts); all "
    "by ledger date in the same period. Bad debt, administrative, small-balance and charity write-offs "
    "stay in the denominator. Beside it the same for services of 12 months that ended at least 6 months "
    "ago, whenever the money came",
    source="ledger: cash of service lines; accounts 4000, 4100, 4105",
    target=Target(Decimal("0.95"), Comparison.AT_LEAST),
    better=Direction.UP,
)
NEEDS = summed(Measure.PAYMENTS, Measure.CHARGES, Measure.CONTRACTUAL, Measure.STATUTORY) | cohort(
    Measure.PAYMENTS, Measure.CHARGES, Measure.CONTRACTUAL, Measure.STATUTORY
)


def measure(books: Books) -> Figures:
    """Same-period basis: fast growth lowers it, a shrinking practice may show more than 1."""
    charges, contractual, statutory = (
        books.sum_of(measure) for measure in (Measure.CHARGES, Measure.CONTRACTUAL, Measure.STATUTORY)
    )
    payments, matured = books.sum_of(Measure.PAYMENTS), books.matured
    return Figures(
        numerator=Fraction(payments.cents),
        denominator=Fraction(net_revenue(charges, contractual, statutory)),
        period=books.period,
        counts={
            "charges_cents": charges.cents,
            "contractual_cents": contractual.cents,
            "statutory_cents": statutory.cents,
            "payment_entries": payments.entries,
        },
        variants=(
            Variant(
                "by_service_months_run_out",
                Fraction(matured[Measure.PAYMENTS].cents),
                Fraction(
                    net_revenue(matured[Measure.CHARGES], matured[Measure.CONTRACTUAL], matured[Measure.STATUTORY])
                ),
            ),
        ),
    )
