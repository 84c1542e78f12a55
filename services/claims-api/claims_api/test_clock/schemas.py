"""Wire shapes of test clocks."""

from datetime import datetime

from pydantic import Field

from ar_shared.platform.types import SaneInstant, StrictModel, WireModel


class ClockIn(StrictModel):
    """Where the clock starts."""

    at: SaneInstant = Field(examples=["2026-01-05T14:00:00Z"])


class AdvanceIn(StrictModel):
    """Where the clock goes."""

    to: SaneInstant = Field(examples=["2026-02-02T14:00:00Z"])


class ClockOut(WireModel):
    """The practice's time, and when the next answer of a simulated payer arrives."""

    at: datetime = Field(examples=["2026-01-05T14:00:00Z"])
    time_zone: str = Field(examples=["America/Chicago"])
    next_due_at: datetime | None = Field(description="None when nothing is on its way.")


class AdvancedOut(ClockOut):
    """The clock after the move."""

    started_at: datetime
    stop_count: int = Field(examples=[12], description="How many due times it stopped at, the end included.")
    delivered: dict[str, int] = Field(examples=[{"999": 1, "277CA": 2, "835": 9}])
