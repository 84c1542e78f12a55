"""Service-to-invoice delay: from the last service day to the first submission."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Comparison, Definition, Figures, Target, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="service_to_invoice",
    version=1,
    name="Service-to-invoice delay",
    unit=Unit.DAYS,
    formula="sum of (day first sent - last service day) / claims, over claims whose first version was first sent in "
    "the period; claims sent before their service day are counted apart",
    source="event feed: claim.submitted",
    target=Target(Decimal(3), Comparison.AT_MOST),
)


async def measure(books: Books) -> Figures:
    """Each claim weighs the same."""
    sent = (await books.sum_of(Measure.SERVICE_TO_INVOICE)).by_lag
    counted = {days: claims for days, (_, claims) in sent.items() if days >= 0}
    claims = sum(counted.values())
    return Figures(
        numerator=Fraction(sum(days * number for days, number in counted.items())),
        denominator=Fraction(claims),
        period=books.period,
        counts={
            "claims": claims,
            "claims_sent_before_service": sum(number for days, (_, number) in sent.items() if days < 0),
        },
    )
