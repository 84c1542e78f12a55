"""Age buckets and how one ledger entry moves through them.

An amount reaches the first bucket on its effective day and each older one on a boundary day that is known beforehand:
nothing has to run at midnight. What stands in a bucket is what has reached it less what has reached the next one.
Day 0 is the aging date itself.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

BOUNDARIES_DAYS: Final = (31, 61, 91, 121, 181, 366)
BUCKET_LABELS: Final = ("0-30", "31-60", "61-90", "91-120", "121-180", "181-365", "366+")
UNBILLED: Final = len(BUCKET_LABELS)  # bucket number; first-bill basis only
NOT_AGED: Final = UNBILLED + 1  # bucket number of credits
FIRST_OVER_90: Final = BUCKET_LABELS.index("91-120")

AR_ACCOUNTS: Final = (1100, 1110, 1115, 1120, 1130)
CREDIT_ACCOUNTS: Final = (2020, 2030)
PAYER_ACCOUNTS: Final = (1100, 2020)


class Basis(StrEnum):
    """From which day an amount ages."""

    SERVICE = "service"
    FIRST_BILL = "first_bill"
    RESPONSIBILITY = "responsibility"


def bucket_label(bucket: int) -> str:
    """The label to show for an age bucket or `UNBILLED`."""
    return "unbilled" if bucket == UNBILLED else BUCKET_LABELS[bucket]


def contributions(aging_on: date | None, effective_on: date, cents: int) -> Iterator[tuple[date, int, int]]:
    """(day, bucket, cents): on which day an entry's amount reaches each bucket, now and in the days to come.

    The folding statement does the same in SQL; a test holds the two equal.
    """
    if aging_on is None:
        yield effective_on, UNBILLED, cents
        return
    yield effective_on, 0, cents
    for bucket, boundary in enumerate(BOUNDARIES_DAYS, 1):
        yield max(effective_on, aging_on + timedelta(days=boundary)), bucket, cents
