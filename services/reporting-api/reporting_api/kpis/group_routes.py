"""HTTP of KPIs over several practices."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from ar_shared.platform.auth import Group, require_group
from ar_shared.platform.auth.errors import PracticeNotFoundError
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import WireModel
from reporting_api.kpis.catalogue import with_targets
from reporting_api.kpis.domain import Definition, Unit, decimal_of
from reporting_api.kpis.read_group import GroupFigures, read_group
from reporting_api.kpis.routes import MOMENTS, Asked
from reporting_api.kpis.schemas import FiltersOut, Number, TargetOut
from reporting_api.schemas import AsOf, ExactFor, KnownAt, exact_for
from reporting_api.wiring import Wired

router = APIRouter(prefix="/v1/group", tags=["kpis"])


class PracticeValueOut(WireModel):
    """The KPI of one practice of the group."""

    practice: UUID
    value: Number | None
    numerator: Number
    denominator: Number


class GroupKpiOut(WireModel):
    """A KPI of all practices together: their sums divided, not their values averaged."""

    id: str = Field(examples=["days_in_ar"])
    version: int
    name: str
    unit: Unit
    value: Number | None
    target: TargetOut | None
    met: bool | None
    numerator: Number
    denominator: Number
    practices: list[PracticeValueOut]


class GroupPracticeOut(WireModel):
    """Through which event a practice's part is exact."""

    practice: UUID
    exact_for: ExactFor


class GroupKpisOut(WireModel):
    """KPIs of several practices on one day."""

    as_of: date
    filters: FiltersOut
    practices: list[GroupPracticeOut]
    items: list[GroupKpiOut]


@router.get(
    "/kpis",
    operation_id="listGroupKpis",
    summary="Read all KPIs of several practices together",
    responses=problem_responses(PracticeNotFoundError, *MOMENTS),
)
async def get_group_kpis(
    group: Annotated[Group, require_group("reports:read")],
    wired: Wired,
    query: Asked,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> GroupKpisOut:
    """For a billing company: the whole and each practice, from the practices that the client may act for."""
    catalogue = with_targets(wired.settings.kpi_targets)
    day, moments, found = await read_group(
        wired.reports, wired.clock, group.practices, catalogue, query, as_of, known_at
    )
    return GroupKpisOut(
        as_of=day,
        filters=FiltersOut(by=query.cut.by, member=query.cut.member, days=query.days),
        practices=[GroupPracticeOut(practice=one, exact_for=exact_for(moment)) for one, moment in moments.items()],
        items=[_item(kpi.definition, found[name]) for name, kpi in catalogue.items()],
    )


def _item(definition: Definition, found: GroupFigures) -> GroupKpiOut:
    target, figures = definition.target, found.together
    return GroupKpiOut(
        id=definition.id,
        version=definition.version,
        name=definition.name,
        unit=definition.unit,
        value=figures.value,
        target=TargetOut(value=target.value, comparison=target.comparison) if target else None,
        met=target.met(figures.value) if target else None,
        numerator=decimal_of(figures.numerator, 2),
        denominator=decimal_of(figures.denominator, 2),
        practices=[
            PracticeValueOut(
                practice=practice,
                value=own.value,
                numerator=decimal_of(own.numerator, 2),
                denominator=decimal_of(own.denominator, 2),
            )
            for practice, own in found.each.items()
        ],
    )
