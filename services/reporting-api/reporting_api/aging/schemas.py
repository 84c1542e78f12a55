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


class AgeAmountOut(WireModel):
    """What is open in one bucket of age."""

    bucket: str = Field(examples=["0-30"])
    cents: int


class AgingRowOut(WireModel):
    """Open amounts of one payer, or of one kind of responsibility. Credits are never netted with them.

    `payer_id` is null where persons owe, on rows by responsibility, and on the total.
    """

    payer_id: UUID | None
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
