"""Age buckets: how long an amount has been open."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Final

BOUNDARIES_DAYS: Final = (31, 61, 91, 121, 181, 366)


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """From `first_day` through `last_day` of age, both included; the oldest bucket has no last day."""

    label: str
    first_day: int
    last_day: int | None


def _buckets() -> tuple[AgeBucket, ...]:
    starts = (0, *BOUNDARIES_DAYS)
    closed = tuple(
        AgeBucket(f"{start}-{end - 1}", start, end - 1) for start, end in zip(starts, BOUNDARIES_DAYS, strict=False)
    )
    return (*closed, AgeBucket(f"{starts[-1]}+", starts[-1], None))


AGE_BUCKETS: Final = _buckets()
UNBILLED: Final = "unbilled"


def age_bucket(aging_on: date, *, as_of: date) -> AgeBucket:
    """The bucket on `as_of`; the aging date is day 0, and a date still ahead counts as day 0."""
    days = max((as_of - aging_on).days, 0)
    return AGE_BUCKETS[bisect_right(BOUNDARIES_DAYS, days)]


def age_label(aging_on: date | None, *, as_of: date) -> str:
    """The label to show; `unbilled` while the first-bill basis has no date yet."""
    return UNBILLED if aging_on is None else age_bucket(aging_on, as_of=as_of).label
