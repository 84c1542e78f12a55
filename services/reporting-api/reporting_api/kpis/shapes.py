"""Figures that several KPIs have in common: a lag, a share of old receivables, a share of charges."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from reporting_api.aging.domain import Basis
from reporting_api.kpis.books import Books, OpenAmounts, Sum
from reporting_api.kpis.domain import Figures, Variant
from reporting_api.measures.domain import Measure

ONE: Final = Fraction(1)


def the_day(books: Books) -> tuple[date, date]:
    """The period of a balance: the day itself."""
    return books.as_of, books.as_of


def share_over(books: Books, days: int) -> Figures:
    """Of open receivables by service date, the part older than `days`: all, billed only, insurers', patients'."""
    service = books.open[Basis.SERVICE]
    billed = books.open[Basis.FIRST_BILL]
    insurer, patient = service.owed_by("insurance"), books.open[Basis.RESPONSIBILITY].owed_by("patient")
    return Figures(
        numerator=Fraction(service.over(days)),
        denominator=Fraction(service.total),
        period=the_day(books),
        counts={"credit_cents": service.credit},
        variants=(
            Variant("billed_by_first_bill_date", Fraction(billed.over(days)), Fraction(_aged(billed))),
            Variant("insurers_by_service_date", Fraction(insurer.over(days)), Fraction(insurer.total)),
            Variant("patients_by_responsibility_date", Fraction(patient.over(days)), Fraction(patient.total)),
        ),
    )


def _aged(amounts: OpenAmounts) -> int:
    return sum(cents for bucket, cents in amounts.by_bucket.items() if bucket <= _LAST_AGED)


_LAST_AGED: Final = 6


def mean_lag(books: Books, measure: Measure) -> Figures:
    """Mean days, each claim or charge weighing the same, with median and 90th percentile; negative lags apart."""
    found = books.sum_of(measure).by_lag
    counted = {days: number for days, (_, number) in found.items() if days >= 0}
    number = sum(counted.values())
    return Figures(
        numerator=Fraction(sum(days * own for days, own in counted.items())),
        denominator=Fraction(number),
        period=books.period,
        counts={"counted": number, "negative": sum(own for days, (_, own) in found.items() if days < 0)},
        variants=spread(counted),
    )


def spread(weights: Mapping[int, int]) -> tuple[Variant, ...]:
    """Median and 90th percentile of a histogram: the first day by which that share of the weight is reached."""
    return tuple(
        Variant(name, Fraction(day), ONE) if day is not None else Variant(name, Fraction(0), Fraction(0))
        for name, day in (("median", _reached(weights, 50)), ("p90", _reached(weights, 90)))
    )


def _reached(weights: Mapping[int, int], percent: int) -> int | None:
    total = sum(weights.values())
    if total <= 0:
        return None
    so_far = 0
    for day in sorted(weights):
        so_far += weights[day]
        if so_far * 100 >= percent * total:
            return day
    return max(weights)


def share_of_charges(books: Books, *measures: Measure) -> Figures:
    """Write-offs, net of what was taken back, in proportion to charges of the same period."""
    written_off = {measure: books.sum_of(measure) for measure in measures}
    charges = books.sum_of(Measure.CHARGES)
    return Figures(
        numerator=Fraction(sum(part.cents for part in written_off.values())),
        denominator=Fraction(charges.cents),
        period=books.period,
        counts={f"{measure}_cents": part.cents for measure, part in written_off.items()},
        variants=tuple(
            Variant(measure.value, Fraction(part.cents), Fraction(charges.cents))
            for measure, part in written_off.items()
        )
        if len(measures) > 1
        else (),
    )


def net_revenue(charges: Sum, *agreed_off: Sum) -> int:
    """Charges less what was never to be collected, cents."""
    return charges.cents - sum(part.cents for part in agreed_off)


def nothing(books: Books) -> Figures:
    """Of a KPI whose input nobody records."""
    return Figures(numerator=Fraction(0), denominator=Fraction(0), period=books.period)
