"""Element text to values, remembered: the same few thousand amounts and dates fill a whole remittance.

Each table is used by subscription, `CENTS["85.7"]`, and raises ValueError (never with the text) for what it
cannot read. A table is emptied when it holds REMEMBERED values, so a long file cannot fill the memory. What hardly
comes twice, such as the total of a claim, is read by `read_cents`: remembered, it would only crowd out the rest (a
table that outgrows the processor's cache costs more than reading the text anew).
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from ar_shared.kernel.money import cents_from_decimal

T = TypeVar("T")
REMEMBERED: Final = 50_000
_TO_CENTS: Final = ("00", "0", "")
_DATE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_QUANTITY: Final = re.compile(r"-?[0-9]{0,12}(\.[0-9]{0,6})?")


class _Remembering(dict[str, T]):
    def __init__(self, convert: Callable[[str], T]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, text: str) -> T:
        value = self._convert(text)
        if len(self) >= REMEMBERED:
            self.clear()
        self[text] = value
        return value


def read_cents(text: str) -> int:
    """Cents by `cents_from_decimal`; a plain `123.45` goes a short way to the same answer."""
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    if len(fraction) < 3 and len(digits) < 12 and digits.isdecimal():
        return int(digits + _TO_CENTS[len(fraction)])
    return cents_from_decimal(text.strip())


def _date(text: str) -> date:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a date of the form CCYYMMDD")
    year, month, day = match.groups()
    return date(int(year), int(month), int(day))


def _quantity(text: str) -> Decimal | None:
    """None for an absent quantity."""
    text = text.strip()
    if not text:
        return None
    if _QUANTITY.fullmatch(text) is None or text in ("-", ".", "-."):
        raise ValueError("not a quantity")
    return Decimal(text)


CENTS: Final[_Remembering[int]] = _Remembering(read_cents)
DATES: Final[_Remembering[date]] = _Remembering(_date)
QUANTITIES: Final[_Remembering[Decimal | None]] = _Remembering(_quantity)
