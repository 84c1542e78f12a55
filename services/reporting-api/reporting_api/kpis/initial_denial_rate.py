"""Initial denial rate: how many claims the first answer denies, wholly or in part."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="initial_denial_rate",
    version=1,
    name="Initial denial rate, claims",
    unit=Unit.RATIO,
    formula="claims whose first adjudication denied at least one line / claims first adjudicated in the period; "
    "primary payer only; rejections before adjudication are not denials",
    source="event feed: claim.adjudicated",
    target=Target(Decimal("0.10"), Comparison.BELOW),
    better=Direction.DOWN,
)
NEEDS = summed(Measure.FIRST_ADJUDICATED, Measure.FIRST_DENIED)


def measure(books: Books) -> Figures:
    """Claims first; beside it the same weighed by the charges of the whole claims."""
    adjudicated, denied = books.sum_of(Measure.FIRST_ADJUDICATED), books.sum_of(Measure.FIRST_DENIED)
    return Figures(
        numerator=Fraction(denied.entries),
        denominator=Fraction(adjudicated.entries),
        period=books.period,
        counts={"claims_denied": denied.entries, "claims_adjudicated": adjudicated.entries},
        variants=(Variant("by_claim_charges", Fraction(denied.cents), Fraction(adjudicated.cents)),),
    )
