"""Wire shapes of the aging report."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import WireModel
from reporting_api.aging.domain import Basis
from reporting_api.schemas import ReportOut


class GroupBy(StrEnum):
    """What a row of the report stands for."""

    PAYER = "payer"
    RESPONSIBILITY = "responsibility"
    PAYER_CLASS = "payer_class"
    PROVIDER = "provider"
    LOCATION = "location"


class AgeAmountOut(WireModel):
    """What is open in one bucket of age."""

    bucket: str = Field(examples=["0-30"])
    cents: int


class AgingRowOut(WireModel):
    """Open amounts of one payer, class, provider, location or responsibility. Credits are never netted with them.

    `member` is what KPIs take to be cut by; null where persons owe, and on the total. `payer_id` is the same as an id
    on rows by payer.
    """

    payer_id: UUID | None
    member: str | None
    name: str
    buckets: list[AgeAmountOut]
    open_cents: int
    over_90_cents: int
    credit_cents: int = Field(description="What is owed back.")


class AgingOut(ReportOut):
    """Receivables by age. Rows with the most open come first; `total` adds them up."""

    basis: Basis
    by: GroupBy
    rows: list[AgingRowOut]
    total: AgingRowOut
