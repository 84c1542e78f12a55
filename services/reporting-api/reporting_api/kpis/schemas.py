"""Wire shapes of KPIs."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainSerializer

from ar_shared.platform.types import WireModel
from reporting_api.kpis.domain import Comparison, Definition, Direction, Figures, Unit, decimal_of
from reporting_api.kpis.read_kpis import Compared, Query
from reporting_api.moment import Moment
from reporting_api.schemas import ReportOut, exact_for
from reporting_api.slices import Slice

_CENT_PLACES = 2
Number = Annotated[Decimal, PlainSerializer(float, return_type=float)]


class Availability(StrEnum):
    """Whether a KPI can have a value at all."""

    AVAILABLE = "available"
    NOT_AVAILABLE = "not_available"


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


class TrendOut(WireModel):
    """The value one period earlier, with what is known now. `change` is null when one of the two is."""

    value: Number | None = Field(examples=[32.5])
    period: PeriodOut
    change: Number | None = Field(examples=[-2.5])
    improved: bool | None = Field(description="Null when nothing changed, or when no direction is better.")


class FiltersOut(WireModel):
    """Of whom: `total` is the whole practice."""

    by: Slice
    member: str = Field(description="Of the slice; empty for the whole practice, or for what has no known member.")
    days: int = Field(examples=[90], description="Width of the period.")


class KpiOut(ReportOut):
    """A KPI with what it takes to check it. `value` is null when there is no data; sums are in cents."""

    id: str = Field(examples=["days_in_ar"])
    version: int = Field(examples=[1], description="Of the definition.")
    name: str
    unit: Unit
    status: Availability
    missing_input: str | None = Field(description="What has to be recorded before this KPI can have a value.")
    value: Number | None = Field(examples=[30.0])
    target: TargetOut | None
    met: bool | None
    better: Direction | None
    trend: TrendOut
    formula: str
    numerator: Number
    denominator: Number
    counts: dict[str, int]
    variants: list[VariantOut]
    period: PeriodOut
    filters: FiltersOut
    source: str


class KpisOut(ReportOut):
    """All KPIs at one moment."""

    items: list[KpiOut]


def kpi_out(definition: Definition, found: Compared, moment: Moment, query: Query) -> KpiOut:
    """The published form of a result."""
    target, figures = definition.target, found.now
    return KpiOut(
        as_of=moment.as_of,
        known_at=moment.known_at,
        exact_for=exact_for(moment),
        id=definition.id,
        version=definition.version,
        name=definition.name,
        unit=definition.unit,
        status=Availability.NOT_AVAILABLE if definition.missing_input else Availability.AVAILABLE,
        missing_input=definition.missing_input,
        value=figures.value,
        target=TargetOut(value=target.value, comparison=target.comparison) if target else None,
        met=target.met(figures.value) if target else None,
        better=definition.better,
        trend=_trend(definition, found),
        formula=definition.formula,
        numerator=decimal_of(figures.numerator, _CENT_PLACES),
        denominator=decimal_of(figures.denominator, _CENT_PLACES),
        counts=dict(figures.counts),
        variants=variants_out(figures),
        period=_period(figures),
        filters=FiltersOut(by=query.cut.by, member=query.cut.member, days=query.days),
        source=definition.source,
    )


def variants_out(figures: Figures) -> list[VariantOut]:
    """What stands beside the value."""
    return [
        VariantOut(
            name=variant.name,
            value=variant.value,
            numerator=decimal_of(variant.numerator, _CENT_PLACES),
            denominator=decimal_of(variant.denominator, _CENT_PLACES),
        )
        for variant in figures.variants
    ]


def _trend(definition: Definition, found: Compared) -> TrendOut:
    now, before = found.now.value, found.before.value
    change = now - before if now is not None and before is not None else None
    improved = (change > 0) is (definition.better is Direction.UP) if change and definition.better else None
    return TrendOut(value=before, period=_period(found.before), change=change, improved=improved)


def _period(figures: Figures) -> PeriodOut:
    first_on, last_on = figures.period
    return PeriodOut(first_on=first_on, last_on=last_on)


class PointOut(WireModel):
    """One day of a series."""

    as_of: date
    known_at: date
    value: Number | None
    numerator: Number
    denominator: Number


class SeriesOut(ReportOut):
    """A KPI over time, oldest first."""

    id: str
    version: int
    unit: Unit
    filters: FiltersOut
    points: list[PointOut]


class MemberOut(WireModel):
    """A KPI of one member of a slice."""

    member: str
    name: str
    value: Number | None
    met: bool | None
    numerator: Number
    denominator: Number
    counts: dict[str, int]


class MembersOut(ReportOut):
    """A KPI member by member. Each is figured out from its own sums: values do not average to the whole's."""

    id: str
    version: int
    unit: Unit
    by: Slice
    items: list[MemberOut]


class PartOut(WireModel):
    """One sum that the KPI divides: as reported from the rollups, and added up anew from ledger and feed."""

    name: str = Field(examples=["charges/period"])
    reported_cents: int
    proved_cents: int
    reported_entries: int | None
    proved_entries: int | None
    equal: bool


class ProofOut(ReportOut):
    """`equal` says that value and every part agree, to the cent and to the entry."""

    id: str
    version: int
    equal: bool
    value: Number | None
    proved_value: Number | None
    numerator: Number
    proved_numerator: Number
    denominator: Number
    proved_denominator: Number
    parts: list[PartOut]


class FactOut(WireModel):
    """What a measure counts: a ledger entry, a line that closed, a claim's first answer, a denial."""

    measure: str
    effective_on: date
    known_on: date
    lag_days: int
    cents: int
    entries: int = Field(description="1, or -1 for what takes an earlier one back.")
    claim_id: UUID | None
    claim_external_id: str | None
    charge_id: UUID | None
    charge_external_id: str | None
    journal_id: UUID | None
    n: int | None = Field(description="Of the posting in its journal.")


class OpenOut(WireModel):
    """An open amount, or a credit, of a charge."""

    account: int
    responsibility: str
    bucket: str
    cents: int
    claim_id: UUID | None
    claim_external_id: str | None
    charge_id: UUID | None
    charge_external_id: str | None
    service_from: date | None
