"""Integer cents: the only form in which money exists inside the system."""

import re
from typing import Final

MAX_CENTS: Final = 10**13
_DECIMAL: Final = re.compile(r"([+-]?)(\d{0,12})(?:\.(\d{0,2})0*)?", re.ASCII)


class MoneyFormatError(ValueError):
    """The text is not a decimal amount with at most two places that matter."""


def cents_from_decimal(text: str) -> int:
    """Cents of an EDI decimal such as `85.7`, `-12`, `.5` or `100.00`.

    Trailing zeros after the second place are harmless; a third place that matters is refused.
    Raises MoneyFormatError. The text is not repeated in the message (it may be misplaced patient data).
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise MoneyFormatError("not a decimal amount with at most two places")
    sign, whole, fraction = match.groups()
    cents = int(whole or "0") * 100 + int((fraction or "").ljust(2, "0"))
    return -cents if sign == "-" else cents


def decimal_from_cents(cents: int) -> str:
    """The shortest X12 decimal for an amount: `8570` is `85.7`, `-1200` is `-12`, `0` is `0`."""
    sign = "-" if cents < 0 else ""
    whole, fraction = divmod(abs(cents), 100)
    if fraction == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{fraction:02d}".rstrip("0")


def format_dollars(cents: int) -> str:
    """For people: `-1234567` is `-$12,345.67`."""
    sign = "-" if cents < 0 else ""
    whole, fraction = divmod(abs(cents), 100)
    return f"{sign}${whole:,}.{fraction:02d}"


def spread_cents(total: int, weights: list[int]) -> list[int]:
    """Split `total` in proportion to non-negative `weights`; the odd cents go to the largest weight.

    With no weight at all the first share takes everything. Raises ValueError for an empty list.
    """
    if not weights:
        raise ValueError("nothing to spread over")
    base = sum(weights)
    if base == 0:
        return [total] + [0] * (len(weights) - 1)
    sign = -1 if total < 0 else 1
    shares = [abs(total) * weight // base for weight in weights]
    shares[weights.index(max(weights))] += abs(total) - sum(shares)
    return [sign * share for share in shares]
