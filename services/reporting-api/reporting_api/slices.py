"""The dimensions by which every rollup is cut, one at a time.

A rollup keeps one set of rows for each dimension. What a report reads is then bounded by the members of that
dimension and by days, never by claims; combinations of dimensions would multiply the rows of every day.
"""

from datetime import date
from enum import StrEnum
from typing import Final


class Slice(StrEnum):
    """A member is the id of a payer, provider or location, or the name of a class, responsibility or category."""

    TOTAL = "total"
    PAYER = "payer"
    PAYER_CLASS = "payer_class"
    PROVIDER = "provider"
    LOCATION = "location"
    RESPONSIBILITY = "responsibility"
    CATEGORY = "category"


WHOLE: Final = ""
"""The only member of TOTAL; in any other slice, what belongs to no known member."""

ALWAYS: Final = date.min
"""In place of a service month: the sum over all of them."""

RECEIVABLE_SLICES: Final = (Slice.TOTAL, Slice.PAYER, Slice.PAYER_CLASS, Slice.PROVIDER, Slice.LOCATION)
"""Of open amounts; who is responsible is told by the account."""

RESPONSIBILITY_OF: Final = {
    1100: "insurance",
    1110: "patient",
    1115: "self_pay",
    1120: "client",
    1130: "agency",
    2020: "insurance",
    2030: "patient",
}
_OWNERS: Final = " ".join(f"WHEN {account} THEN '{name}'" for account, name in RESPONSIBILITY_OF.items())


def member_of(by: Slice, row: str) -> str:
    """SQL of a row's member; null where the row has no place in the slice.

    The row has columns `payer`, `provider`, `location` (ids), `payer_class`, `category` and `owner`, the account of
    whoever owes.
    """
    match by:
        case Slice.TOTAL:
            return f"'{WHOLE}'"
        case Slice.RESPONSIBILITY:
            return f"CASE {row}.owner {_OWNERS} END"
        case Slice.CATEGORY:
            return f"{row}.category"
        case Slice.PAYER | Slice.PAYER_CLASS | Slice.PROVIDER | Slice.LOCATION:
            return f"coalesce({row}.{by}::text, '{WHOLE}')"


def members_of(slices: tuple[Slice, ...], row: str) -> str:
    """SQL list of (slice, member) for a VALUES."""
    return ", ".join(f"('{by}', {member_of(by, row)})" for by in slices)
