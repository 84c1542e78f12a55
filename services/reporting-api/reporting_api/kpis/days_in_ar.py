"""Days in AR, gross: how many days of charges are still open."""

from decimal import Decimal
from fractions import Fraction

from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Comparison, Definition, Figures, Target, Unit, Variant
from reporting_api.measures.domain import Measure

DEFINITION = Definition(
    id="days_in_ar",
    version=1,
    name="Days in AR, gross",
    unit=Unit.DAYS,
    formula="(open receivables - credits owed back) / (charges of the last 90 days, net of voids / 90); "
    "a practice charging for fewer than 90 days divides by the days since its first charge, that day included",
    source="ledger: accounts 1100-1130, less 2020 and 2030; charges from account 4000 by ledger date",
    target=Target(Decimal(35), Comparison.BELOW),
)


async def measure(books: Books) -> Figures:
    """Net of credits first, receivables alone beside it; bad debt is no receivable."""
    amounts = await books.open_amounts()
    daily = await books.average_daily_charges()
    return Figures(
        numerator=Fraction(amounts.open_cents - amounts.credit_cents),
        denominator=daily,
        period=books.period,
        counts={
            "charges_cents": (await books.sum_of(Measure.CHARGES)).cents,
            "days": await books.charged_days(),
            "open_cents": amounts.open_cents,
            "credit_cents": amounts.credit_cents,
        },
        variants=(Variant("debit_only", Fraction(amounts.open_cents), daily),),
    )
