"""The neutral shape in which the rules see an 835: integers and codes, no wire format."""

from collections.abc import Callable
from dataclasses import dataclass

from claims_api.codes.domain import Carc

CarcLookup = Callable[[str], Carc | None]
"""The code table, or a payer's variant of it (for example CARC 24 as contractual under capitation)."""


@dataclass(frozen=True, slots=True)
class CasAmount:
    """One adjustment: group code, reason code, cents. Positive lowers the payment."""

    group: str
    carc: str
    cents: int


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One service line as adjudicated: billed, paid, and the adjustments between the two."""

    charge_cents: int
    paid_cents: int
    adjustments: tuple[CasAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAmounts:
    """One CLP. `patient_cents` is CLP05, None when the payer left it out."""

    status: str
    charge_cents: int
    paid_cents: int
    patient_cents: int | None = None
    adjustments: tuple[CasAmount, ...] = ()
    lines: tuple[LineAmounts, ...] = ()


def total_cents(adjustments: tuple[CasAmount, ...]) -> int:
    return sum(adjustment.cents for adjustment in adjustments)
