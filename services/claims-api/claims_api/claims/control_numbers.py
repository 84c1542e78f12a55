"""Our names for claims and lines in X12, and how a number that came back is compared with them.

A patient control number is 16 characters of Crockford's base 32: 75 random bits and one check character. It has
no meaning inside, so that nothing leaks and nothing needs to be kept in order. The check character is computed in
the field of 32 elements and catches every single wrong character and every swap of two characters.
"""

import re
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS: Final = 75
LENGTH: Final = 16
MAX_LINES: Final = 999
_VALUE_OF: Final = {character: value for value, character in enumerate(ALPHABET)}
_FIELD_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1: its root generates all 31 non-zero elements


def mint_patient_control_number(random_bits: int) -> str:
    """The control number for `random_bits` (0 up to 2^75; the caller draws them from a secure source)."""
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        raise ValueError(f"expected {RANDOM_BITS} random bits")
    digits = [random_bits >> (5 * place) & 31 for place in reversed(range(LENGTH - 1))]
    return "".join(ALPHABET[digit] for digit in [*digits, _check_digit(digits)])


def is_patient_control_number(text: str) -> bool:
    """True for a number of our own form whose check character is right; exact, upper case."""
    if len(text) != LENGTH or not set(text) <= _VALUE_OF.keys():
        return False
    digits = [_VALUE_OF[character] for character in text]
    return _check_digit(digits[:-1]) == digits[-1]


def line_control_number(patient_control_number: str, line: int, version: int = 1) -> str:
    """`PCN-001` for the first line (REF*6R), `PCN-2-001` in the second version: a payer's answer tells the two apart.

    Raises ValueError beyond 999 lines.
    """
    if not 1 <= line <= MAX_LINES:
        raise ValueError(f"a claim has 1 to {MAX_LINES} lines")
    number = patient_control_number if version == 1 else f"{patient_control_number}-{version}"
    return f"{number}-{line:03d}"


def normalise_control_number(text: str) -> str:
    """What is left to compare after the changes that payers make: case, punctuation, leading zeros.

    Never a proof by itself: a match on it counts only with the payer and (total charge, or dates and member).
    """
    return re.sub(r"[^0-9A-Z]", "", text.upper()).lstrip("0")


def _check_digit(digits: list[int]) -> int:
    """Sum of digit times a distinct power of the generator: distinct weights make every swap visible."""
    check = 0
    for digit in digits:
        check = _double(check ^ digit)
    return check


def _double(element: int) -> int:
    """The element times the field's generator."""
    doubled = element << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 0b100000 else doubled
