"""Reads typed values out of raw elements and notes what cannot be read, instead of raising."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ar_shared.kernel.money import MoneyFormatError, cents_from_decimal
from ar_shared.x12.claim_facts import MAX_UNITS_PLACES, Period
from ar_shared.x12.claim_model import Loop, SegmentData, value
from ar_shared.x12.claim_values import read_period
from ar_shared.x12.findings import FINDINGS_KEPT

_UNITS: Final = re.compile(r"-?(\d{1,15}(\.\d*)?|\.\d+)", re.ASCII)

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
    """Reads fields for one claim and collects its problems, at most FINDINGS_KEPT of them."""

    problems: list[Problem] = field(default_factory=list)
    is_usable: bool = True

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

    def period(self, loop: Loop, segment: SegmentData, place: DatePlace, *, is_vital: bool = False) -> Period | None:
        """The period in X12 date format D8, RD8, DT or TM, None when it is unreadable.

        Only a vital date (service, birth) keeps the claim from being used.
        """
        kind, text = place
        period = read_period(value(segment, *kind), value(segment, *text))
        if period is None:
            sentence = "The date is not in the format it names."
            self.note("date_unreadable", sentence, loop, segment, text[0], is_fatal=is_vital)
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
        is_first_fatal = is_fatal and self.is_usable
        self.is_usable = self.is_usable and not is_fatal
        if is_first_fatal or len(self.problems) < FINDINGS_KEPT:
            self.problems.append(Problem(code, text, loop.id, segment, element, is_fatal))
