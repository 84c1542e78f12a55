"""Remittance denial rate: how many decisions deny a claim."""

from fractions import Fraction

from reporting_api.kpis.books import Books, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="remittance_denial_rate",
    version=1,
    name="Remittance denial rate",
    unit=Unit.RATIO,
    formula="decisions that denied a whole claim / decisions on claims in the period, every payer and every round",
    source="event feed: claim.adjudicated",
    better=Direction.DOWN,
)
NEEDS = summed(Measure.REMITTED, Measure.REMITTED_DENIED)


def measure(books: Books) -> Figures:
    """Claims denied only in part and claims paid nothing for other reasons are not among the denials."""
    remitted, denied = books.sum_of(Measure.REMITTED), books.sum_of(Measure.REMITTED_DENIED)
    return Figures(
        numerator=Fraction(denied.entries),
        denominator=Fraction(remitted.entries),
        period=books.period,
        counts={"decisions": remitted.entries, "denials": denied.entries},
        variants=(Variant("by_claim_charges", Fraction(denied.cents), Fraction(remitted.cents)),),
    )
