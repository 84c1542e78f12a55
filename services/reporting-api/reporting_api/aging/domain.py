"""Age buckets and how one ledger entry moves through them.

An entry lands in the bucket of its age on its effective day. At every later boundary it leaves that bucket for the
next one, on a day that is known beforehand: nothing has to run at midnight. Day 0 is the aging date itself.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

BOUNDARIES_DAYS: Final = (31, 61, 91, 121, 181, 366)
BUCKET_LABELS: Final = ("0-30", "31-60", "61-90", "91-120", "121-180", "181-365", "366+")
UNBILLED: Final = len(BUCKET_LABELS)  # bucket number; first-bill basis only
NOT_AGED: Final = UNBILLED + 1  # bucket number of credits
FIRST_OVER_90: Final = BUCKET_LABELS.index("91-120")

AR_ACCOUNTS: Final = (1100, 1110, 1115, 1120, 1130)
CREDIT_ACCOUNTS: Final = (2020, 2030)
PAYER_ACCOUNTS: Final = (1100, 2020)

NO_ONE: Final = UUID(int=0)  # slice id where the slice has no id of its own


class Basis(StrEnum):
    """From which day an amount ages."""

    SERVICE = "service"
    FIRST_BILL = "first_bill"
    RESPONSIBILITY = "responsibility"


class Slice(StrEnum):
    """The one dimension by which a rollup is cut."""

    TOTAL = "total"
    PAYER = "payer"


RESPONSIBILITY_OF: Final = {
    1100: "insurance",
    1110: "patient",
    1115: "self_pay",
    1120: "client",
    1130: "agency",
    2020: "insurance",
    2030: "patient",
}


def bucket_on(aging_on: date | None, day: date) -> int:
    """Number of the bucket on `day`; no aging date is unbilled, one still ahead counts as day 0."""
    if aging_on is None:
        return UNBILLED
    return bisect_right(BOUNDARIES_DAYS, (day - aging_on).days)


def bucket_label(bucket: int) -> str:
    """The label to show for an age bucket or `UNBILLED`."""
    return "unbilled" if bucket == UNBILLED else BUCKET_LABELS[bucket]


def contributions(aging_on: date | None, effective_on: date, cents: int) -> Iterator[tuple[date, int, int]]:
    """(day, bucket, cents) that an entry adds, now and in the days to come.

    The folding statement does the same in SQL; a test holds the two equal.
    """
    yield effective_on, bucket_on(aging_on, effective_on), cents
    if aging_on is None:
        return
    for bucket, boundary in enumerate(BOUNDARIES_DAYS):
        moves_on = aging_on + timedelta(days=boundary)
        if moves_on > effective_on:
            yield moves_on, bucket, -cents
            yield moves_on, bucket + 1, cents
