"""National Provider Identifier: ten digits, the last one a check digit.

Source: 45 CFR 162.406; check digit by ISO/IEC 7812 (Luhn) over the NPI with the prefix 80840.
"""

import re
from typing import Final

_TEN_DIGITS: Final = re.compile(r"[12][0-9]{9}")
_PREFIX_SUM: Final = 24  # what the constant prefix 80840 adds to the Luhn sum


def is_valid_npi(text: str) -> bool:
    """True for ten ASCII digits that start with 1 or 2 and end in the right check digit."""
    return _TEN_DIGITS.fullmatch(text) is not None and text[9] == npi_check_digit(text[:9])


def npi_check_digit(first_nine: str) -> str:
    """The digit that completes nine digits to an NPI."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in first_nine[::-2])
    plain = sum(int(digit) for digit in first_nine[-2::-2])
    return str(-(_PREFIX_SUM + doubled + plain) % 10)
