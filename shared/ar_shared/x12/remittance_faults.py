"""Which element of an 835 segment cannot be read, once something went wrong with it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ar_shared.x12.remittance import element
from ar_shared.x12.tokens import Row
from ar_shared.x12.values import CENTS, DATES, QUANTITIES

Positions = Mapping[str, Sequence[int]]
_REQUIRED_AMOUNTS: Final[Positions] = {"BPR": (2,), "CLP": (3, 4), "SVC": (2, 3), "AMT": (2,)}
_OPTIONAL_AMOUNTS: Final[Positions] = {"CLP": (5,)}
_PAIRED_AMOUNTS: Final = {"CAS": (3, 3), "PLB": (4, 2)}  # from, step; each behind its reason
_REQUIRED_DATES: Final[Positions] = {"DTM": (2,)}
_OPTIONAL_DATES: Final[Positions] = {"BPR": (16,), "PLB": (2,)}
_QUANTITIES: Final[Positions] = {"SVC": (5, 7), "QTY": (2,), "CAS": range(4, 20, 3)}
_SEGMENT_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def unreadable_amounts(row: Row) -> list[int]:
    """Numbers of the elements that should be money and are not."""
    first, step = _PAIRED_AMOUNTS.get(row[0], (len(row) + 1, 1))
    paired = [at for at in range(first, len(row) + 1, step) if row[at - 1] or element(row, at)]
    return [
        *_failing(row, _REQUIRED_AMOUNTS.get(row[0], ()), CENTS),
        *_failing(row, _present(row, _OPTIONAL_AMOUNTS), CENTS),
        *_failing(row, paired, CENTS),
    ]


def unreadable_elements(row: Row) -> list[int]:
    """Numbers of the elements that are not what money, dates or quantities need; [] when none can be named."""
    return sorted(
        (
            *unreadable_amounts(row),
            *_failing(row, _REQUIRED_DATES.get(row[0], ()), DATES),
            *_failing(row, _present(row, _OPTIONAL_DATES), DATES),
            *_failing(row, _present(row, _QUANTITIES), QUANTITIES),
        )
    )


def readable_amount(text: str) -> str:
    """The text of the amount, or "0" when it is none: for a claim that is marked unusable anyway."""
    return text if _reads(CENTS, text) else "0"


def shown_id(segment_id: str) -> str:
    """The id if it looks like one; what stands in its place otherwise may be anybody's data."""
    return segment_id if _SEGMENT_ID.fullmatch(segment_id) else ""


def _present(row: Row, positions: Positions) -> list[int]:
    return [number for number in positions.get(row[0], ()) if element(row, number)]


def _failing(row: Row, numbers: Sequence[int], values: Mapping[str, object]) -> list[int]:
    return [number for number in numbers if not _reads(values, element(row, number))]


def _reads(values: Mapping[str, object], text: str) -> bool:
    try:
        values[text]
    except ValueError:
        return False
    return True
