"""First-pass resolution: how many claims need nobody after the first answer."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="first_pass_resolution",
    version=1,
    name="First-pass resolution",
    unit=Unit.RATIO,
    formula="claims that the first adjudication of their first version paid, or left to the patient, without a "
    "denial and that were not reworked since / claims first adjudicated in the period; primary payer "
    "only",
    source="event feed: claim.adjudicated, claim.version_made",
    target=Target(Decimal("0.90"), Comparison.AT_LEAST),
    better=Direction.UP,
)
NEEDS = summed(Measure.FIRST_ADJUDICATED, Measure.FIRST_RESOLVED)


def measure(books: Books) -> Figures:
    """A claim corrected or replaced later is taken out of the day of its first answer."""
    adjudicated, resolved = books.sum_of(Measure.FIRST_ADJUDICATED), books.sum_of(Measure.FIRST_RESOLVED)
    return Figures(
        numerator=Fraction(resolved.entries),
        denominator=Fraction(adjudicated.entries),
        period=books.period,
        counts={"claims_resolved": resolved.entries, "claims_adjudicated": adjudicated.entries},
    )
