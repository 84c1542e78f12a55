"""First-pass acceptance: how many claims the payer takes in at the first try."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="first_pass_acceptance",
    version=1,
    name="First-pass acceptance",
    unit=Unit.RATIO,
    formula="claims whose first version the payer accepted before anybody refused it / first versions sent in "
    "the period; a claim sent lately and not answered yet lowers it until the answer comes",
    source="event feed: claim.submitted, claim.acknowledged, claim.rejected",
    target=Target(Decimal("0.98"), Comparison.AT_LEAST),
    better=Direction.UP,
)
NEEDS = summed(Measure.SENT, Measure.ACCEPTED)


def measure(books: Books) -> Figures:
    """By the day sent: an acceptance counts on the day its claim went out."""
    sent, accepted = books.sum_of(Measure.SENT), books.sum_of(Measure.ACCEPTED)
    return Figures(
        numerator=Fraction(accepted.entries),
        denominator=Fraction(sent.entries),
        period=books.period,
        counts={"claims_sent": sent.entries, "claims_accepted": accepted.entries},
    )
