"""Point-of-service collection: what patients pay at the visit."""

from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="point_of_service_collection",
    version=1,
    name="Point-of-service collection",
    unit=Unit.RATIO,
    formula="patients' payments by the day of service / patients' payments in the period; beside it those "
    "within 7 days; a returned payment leaves the total on the day it comes back, not the day of the visit",
    source="ledger: cash against accounts 1110 and 1115, by days since the service",
    better=Direction.UP,
)
NEEDS = summed(Measure.PATIENT_PAYMENTS)


def measure(books: Books) -> Figures:
    """By ledger date: a prepayment counts on the day it is applied, never later than the service."""
    paid = books.sum_of(Measure.PATIENT_PAYMENTS)
    at_once, in_a_week = (sum(cents for days, (cents, _) in paid.by_lag.items() if days <= limit) for limit in (0, 7))
    return Figures(
        numerator=Fraction(at_once),
        denominator=Fraction(paid.cents),
        period=books.period,
        counts={"patient_payment_cents": paid.cents},
        variants=(Variant("within_7_days", Fraction(in_a_week), Fraction(paid.cents)),),
    )
