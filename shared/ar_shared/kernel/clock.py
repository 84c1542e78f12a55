"""Time comes in as an argument: the practice's clock decides dates, the machine's clock decides leases.

A sandbox practice may live on a test clock, an instant that only an API call moves forward.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Machine time: leases, tokens, retries, rate limits, audit."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PracticeTime:
    """One practice's moment: business dates, deadlines, ages and `posted_at` come from here."""

    at: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The calendar day at the practice."""
        return self.at.astimezone(self.zone).date()
