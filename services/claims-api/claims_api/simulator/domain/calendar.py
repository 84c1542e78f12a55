"""When simulated receivers and payers answer, in the practice's own time. They work Monday to Friday, no holidays."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from ar_shared.kernel.clock import PracticeTime

_DAY: Final = timedelta(days=1)
_BUSINESS_DAYS: Final = range(5)
FILE_ANSWER_AFTER: Final = timedelta(minutes=30)
CLAIM_ANSWER_AT: Final = time(9)
PAYMENT_AT: Final = time(5)
STATEMENT_AT: Final = time(6, 30)


def first_weekday_from(day: date, weekdays: Collection[int]) -> date:
    """The day itself if it is one of these (Monday is 0), else the next that is."""
    while day.weekday() not in weekdays:
        day += _DAY
    return day


def business_days_after(day: date, count: int) -> date:
    """The business day that is `count` business days later; the day itself counts as 0."""
    for _ in range(count):
        day = first_weekday_from(day + _DAY, _BUSINESS_DAYS)
    return day


def file_answer_at(sent: PracticeTime) -> datetime:
    """Half an hour later, but on the day of sending: at the latest in its last minute."""
    last = datetime.combine(sent.today, time(23, 59, 59), sent.zone)
    return max(sent.at, min(sent.at + FILE_ANSWER_AFTER, last))


def claim_answer_at(sent: PracticeTime, business_days: int) -> datetime:
    """Nine in the morning, that many business days later."""
    return datetime.combine(business_days_after(sent.today, business_days), CLAIM_ANSWER_AT, sent.zone)


def payment_at(pays_on: date, sent: PracticeTime) -> datetime:
    """Five in the morning of the payment day."""
    return datetime.combine(pays_on, PAYMENT_AT, sent.zone)


def statement_at(posted_on: date, zone: tzinfo) -> datetime:
    """Half past six in the morning of the next business day: when a bank has the statement of a day."""
    return datetime.combine(business_days_after(posted_on, 1), STATEMENT_AT, zone)
