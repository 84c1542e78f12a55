"""Days in AR, net: how many days of collectable revenue are still open."""

from fractions import Fraction

from reporting_api.aging.domain import Basis
from reporting_api.kpis.books import Books, ClassSums, Needs, Window, open_by, summed
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="days_in_ar_net",
    version=1,
    name="Days in AR, net",
    unit=Unit.DAYS,
    formula="(expected payment of open receivables - credits owed back) / (charges - contractual adjustments - "
    "statutory cuts of the last 90 days / 90). What insurers owe is valued by the share of decided "
    "charges that the payer class left collectable in 12 months; what patients owe counts in full",
    source="ledger: accounts 1100-1130 by payer class, 2020, 2030, 4000, 4100, 4105; event feed: claim.adjudicated",
    better=Direction.DOWN,
)
NEEDS = open_by(Basis.SERVICE) | summed(Measure.CHARGES, Measure.CONTRACTUAL, Measure.STATUTORY) | Needs(by_class=True)


def measure(books: Books) -> Figures:
    """No contract price is known yet: all of what insurers owe is an estimate, and counts say how much."""
    amounts = books.open[Basis.SERVICE]
    insurers = amounts.owed_by("insurance").total
    expected = sum((_collectable(own) for own in books.classes.values()), Fraction(0))
    revenue = books.daily[Window.PERIOD, Measure.CHARGES] - sum(
        books.daily[Window.PERIOD, measure] for measure in (Measure.CONTRACTUAL, Measure.STATUTORY)
    )
    return Figures(
        numerator=expected + amounts.total - insurers - amounts.credit,
        denominator=revenue,
        period=books.period,
        counts={
            "insurer_open_cents": insurers,
            "insurer_expected_cents": round(expected),
            "credit_cents": amounts.credit,
            "days": books.days[Window.PERIOD],
        },
    )


def _collectable(own: ClassSums) -> Fraction:
    """Without decisions in 12 months nothing is known to be uncollectable."""
    if own.decided_cents <= 0:
        return Fraction(own.insurer_cents)
    left = Fraction(own.decided_cents - own.agreed_off_cents, own.decided_cents)
    return own.insurer_cents * min(max(left, Fraction(0)), Fraction(1))
