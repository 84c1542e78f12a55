"""Reads typed values out of raw elements and notes what cannot be read, instead of raising."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from ar_shared.kernel.money import MoneyFormatError, cents_from_decimal
from ar_shared.x12.claim_facts import MAX_UNITS_PLACES, Period
from ar_shared.x12.claim_model import Loop, SegmentData, value

_UNITS: Final = re.compile(r"-?(\d{1,15}(\.\d*)?|\.\d+)")
_HOUR: Final = re.compile(r"([01]\d|2[0-3])[0-5]\d([0-5]\d)?")
_DAY_LENGTH: Final = 8

DatePlace = tuple[tuple[int, int], tuple[int, int]]
"""Element and component of the format, and of the date itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a claim that cannot be used. `element` counts from 1; 0 is the segment as a whole."""

    code: str
    text: str
    loop_id: str
    segment: SegmentData | None
    element: int = 0
    is_fatal: bool = True


@dataclass(slots=True)
class FieldReader:
    """Reads fields for one claim and collects its problems."""

    problems: list[Problem] = field(default_factory=list)

    def cents(self, loop: Loop, segment: SegmentData, element: int, component: int = 1) -> int | None:
        """Cents of an amount, None when the element is empty or unreadable."""
        text = value(segment, element, component)
        if not text:
            return None
        try:
            return cents_from_decimal(text)
        except MoneyFormatError:
            sentence = "The amount is not a number with at most two places."
            self.note("amount_unreadable", sentence, loop, segment, element)
            return None

    def required_cents(self, loop: Loop, segment: SegmentData, element: int) -> int:
        if not value(segment, element):
            self.note("amount_missing", "A required amount is missing.", loop, segment, element)
        return self.cents(loop, segment, element) or 0

    def quantity(self, loop: Loop, segment: SegmentData, element: int) -> Decimal | None:
        """A quantity with at most three places, None when the element is empty or unreadable."""
        text = value(segment, element)
        if not text:
            return None
        if _UNITS.fullmatch(text) is None or len(text.partition(".")[2].rstrip("0")) > MAX_UNITS_PLACES:
            sentence = "The quantity is not a number with at most three places."
            self.note("quantity_unreadable", sentence, loop, segment, element)
            return None
        return Decimal(text)

    def period(
        self, loop: Loop, segment: SegmentData, place: DatePlace, *, is_vital: bool = False
    ) -> Period | None:
        """The period in X12 date format D8, RD8, DT or TM, None when it is unreadable.

        Only a vital date (service, birth) keeps the claim from being used.
        """
        kind, text = (value(segment, *at) for at in place)
        period = _period(kind, text)
        if period is None:
            sentence = "The date is not in the format it names."
            self.note("date_unreadable", sentence, loop, segment, place[1][0], is_fatal=is_vital)
        return period

    def note(
        self,
        code: str,
        text: str,
        loop: Loop,
        segment: SegmentData | None,
        element: int = 0,
        *,
        is_fatal: bool = True,
    ) -> None:
        self.problems.append(Problem(code, text, loop.id, segment, element, is_fatal))


def _period(kind: str, text: str) -> Period | None:
    if kind == "D8":
        day = _day(text)
        return Period(day) if day else None
    if kind == "RD8":
        first, _, last = text.partition("-")
        start, end = _day(first), _day(last)
        return Period(start, end) if start and end and start <= end else None
    if kind == "DT":
        day, hour = _day(text[:_DAY_LENGTH]), text[_DAY_LENGTH:]
        return Period(day, time=hour) if day and _HOUR.fullmatch(hour) else None
    if kind == "TM":
        return Period(None, time=text) if _HOUR.fullmatch(text) else None
    return None


def _day(text: str) -> date | None:
    if len(text) != _DAY_LENGTH or not text.isascii() or not text.isdigit():
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None
