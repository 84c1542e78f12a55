"""What a KPI is: a definition with a target, and the figures from which its value follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

PERIOD_DAYS: Final = 90
_PLACES: Final = 4


class Unit(StrEnum):
    """`ratio` is a share: 0.1 is 10 %."""

    DAYS = "days"
    RATIO = "ratio"
    CENTS = "cents"


class Comparison(StrEnum):
    """On which side of the target a practice wants to be."""

    BELOW = "<"
    AT_MOST = "<="
    AT_LEAST = ">="


class Direction(StrEnum):
    """Of a value."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Target:
    """`met` is None when there is no value."""

    value: Decimal
    comparison: Comparison

    def met(self, value: Decimal | None) -> bool | None:
        if value is None:
            return None
        if self.comparison is Comparison.BELOW:
            return value < self.value
        return value <= self.value if self.comparison is Comparison.AT_MOST else value >= self.value


@dataclass(frozen=True, slots=True)
class Definition:
    """What is published of a KPI. A change of the formula raises the version.

    better: which way a change is good; None where it is neither. missing_input: what nobody records yet, so that the
    KPI has no value until somebody does.
    """

    id: str
    version: int
    name: str
    unit: Unit
    formula: str
    source: str
    target: Target | None = None
    better: Direction | None = None
    missing_input: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """The same measure cut another way, shown beside the value."""

    name: str
    numerator: Fraction
    denominator: Fraction

    @property
    def value(self) -> Decimal | None:
        return quotient(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over `period`, first and last day included (one day for a balance), and the counts behind them."""

    numerator: Fraction
    denominator: Fraction
    period: tuple[date, date]
    counts: Mapping[str, int] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()

    @property
    def value(self) -> Decimal | None:
        return quotient(self.numerator, self.denominator)


def quotient(numerator: Fraction, denominator: Fraction) -> Decimal | None:
    """To four places, half to even; None when there is nothing to divide by."""
    return decimal_of(numerator / denominator) if denominator > 0 else None


def decimal_of(number: Fraction, places: int = _PLACES) -> Decimal:
    """The nearest decimal with that many places, half to even."""
    return Decimal(round(number * 10**places)).scaleb(-places)
