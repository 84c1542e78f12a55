"""Wire shapes that every report shares."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from ar_shared.platform.types import SaneDate, WireModel
from reporting_api.moment import Moment

AsOf = Annotated[SaneDate | None, Query(description="Through which effective day; the practice's today by default.")]
KnownAt = Annotated[SaneDate | None, Query(description="With what was known at the end of this day; today by default.")]


class ExactFor(WireModel):
    """The event through which the answer is exact, and when that event was recorded."""

    sequence: int = Field(examples=[4711])
    at: datetime | None
    period_version: int | None = Field(
        description="Which close of the month of `as_of` the books stand at; null while that month is open."
    )


class ReportOut(WireModel):
    """The two clocks of a report and what it is exact for."""

    as_of: date
    known_at: date
    exact_for: ExactFor


def exact_for(moment: Moment) -> ExactFor:
    """The part of the answer that says how far the rollups had come."""
    return ExactFor(sequence=moment.sequence, at=moment.exact_at, period_version=moment.period_version)
