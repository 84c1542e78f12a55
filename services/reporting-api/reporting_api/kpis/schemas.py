"""Wire shapes of KPIs."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from ar_shared.platform.types import WireModel
from reporting_api.kpis.domain import Comparison, Definition, Figures, Unit, decimal_of
from reporting_api.moment import Moment
from reporting_api.schemas import ReportOut, exact_for

_CENT_PLACES = 2
Number = Annotated[Decimal, PlainSerializer(float, return_type=float)]


class PeriodOut(WireModel):
    """First and last day, both included."""

    first_on: date
    last_on: date


class TargetOut(WireModel):
    """The value and the side of it on which the practice wants to be."""

    value: Number = Field(examples=[35])
    comparison: Comparison


class VariantOut(WireModel):
    """The same measure cut another way."""

    name: str = Field(examples=["debit_only"])
    value: Number | None
    numerator: Number
    denominator: Number


class KpiOut(ReportOut):
    """A KPI with what it takes to check it. `value` is null when there is no data; sums are in cents."""

    id: str = Field(examples=["days_in_ar"])
    version: int = Field(examples=[1], description="Of the definition.")
    name: str
    unit: Unit
    value: Number | None = Field(examples=[30.0])
    target: TargetOut | None
    met: bool | None
    formula: str
    numerator: Number
    denominator: Number
    counts: dict[str, int]
    variants: list[VariantOut]
    period: PeriodOut
    source: str


class KpisOut(ReportOut):
    """All KPIs at one moment."""

    items: list[KpiOut]


def kpi_out(definition: Definition, figures: Figures, moment: Moment) -> KpiOut:
    """The published form of a result."""
    target = definition.target
    first_on, last_on = figures.period
    return KpiOut(
        as_of=moment.as_of,
        known_at=moment.known_at,
        exact_for=exact_for(moment),
        id=definition.id,
        version=definition.version,
        name=definition.name,
        unit=definition.unit,
        value=figures.value,
        target=TargetOut(value=target.value, comparison=target.comparison) if target else None,
        met=target.met(figures.value) if target else None,
        formula=definition.formula,
        numerator=decimal_of(figures.numerator, _CENT_PLACES),
        denominator=decimal_of(figures.denominator, _CENT_PLACES),
        counts=dict(figures.counts),
        variants=[
            VariantOut(
                name=variant.name,
                value=variant.value,
                numerator=decimal_of(variant.numerator, _CENT_PLACES),
                denominator=decimal_of(variant.denominator, _CENT_PLACES),
            )
            for variant in figures.variants
        ],
        period=PeriodOut(first_on=first_on, last_on=last_on),
        source=definition.source,
    )
