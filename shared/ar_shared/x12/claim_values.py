"""Periods, procedures and numbers between their X12 text and their types, in both directions."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from ar_shared.x12.claim_facts import MAX_MODIFIERS, Period, Procedure
from ar_shared.x12.claim_model import SegmentData, value
from ar_shared.x12.values import DATES

_HOUR: Final = re.compile(r"([01]\d|2[0-3])[0-5]\d([0-5]\d)?", re.ASCII)
_DAY_LENGTH: Final = 8


def read_period(kind: str, text: str) -> Period | None:
    """The period in X12 date format D8, RD8, DT or TM; None when the text is not in that format."""
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


def period_texts(period: Period) -> tuple[str, str]:
    """X12 date format and text of a period."""
    if period.start_on is None:
        return "TM", period.time
    start = day_text(period.start_on)
    if period.end_on is not None:
        return "RD8", f"{start}-{day_text(period.end_on)}"
    return ("DT", start + period.time) if period.time else ("D8", start)


def day_text(day: date) -> str:
    return day.isoformat().replace("-", "")


def read_procedure(segment: SegmentData, element: int) -> Procedure | None:
    """The procedure in a composite element, None when it holds no code."""
    code = value(segment, element, 2)
    if not code:
        return None
    modifiers = tuple(mod for mod in (value(segment, element, n) for n in (3, 4, 5, 6)) if mod)
    return Procedure(code, modifiers, value(segment, element, 7), value(segment, element, 1))


def procedure_parts(procedure: Procedure | None) -> list[str]:
    if procedure is None:
        return []
    modifiers = padded(procedure.modifiers, MAX_MODIFIERS)
    return [procedure.qualifier, procedure.code, *modifiers, procedure.description]


def number_text(number: Decimal | None) -> str:
    """The shortest text of a quantity; empty for none."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def padded(texts: Sequence[str], length: int) -> list[str]:
    return [*texts, *[""] * (length - len(texts))]


def _day(text: str) -> date | None:
    try:
        return DATES[text] if len(text) == _DAY_LENGTH else None
    except ValueError:
        return None
