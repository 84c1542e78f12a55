"""Payments of insurers, drawn at random: decisions, reversals and provider adjustments, as an 835 or on paper."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from claims_api.remittances.domain.amounts import CasAmount, LineAmounts

REASONS = (
    "CO-45", "CO-253", "CO-197", "CO-104", "CO-59", "CO-ZZ9", "PR-1", "PR-2", "PR-45", "PR-204", "OA-23", "OA-209",
    "OA-133", "OA-100", "PI-97",
)  # fmt: skip
NEGATIVE_REASONS = ("CO-144", "CO-94", "PR-187")
PLB_CODES = ("WO", "FB", "L6", "CS", "72", "50", "IR", "LE", "E3", "AM", "CT", "BN", "IP", "LS", "OB", "B2", "QQ")

_line_shapes = st.fixed_dictionaries(
    {
        "reasons": st.lists(st.tuples(st.sampled_from(REASONS), st.integers(0, 70)), max_size=3),
        "extra": st.none() | st.tuples(st.sampled_from(NEGATIVE_REASONS), st.integers(1, 2_000)),
    }
)
decision_shapes = st.fixed_dictionaries(
    {
        "claim": st.integers(0, 99),
        "lines": st.lists(_line_shapes, min_size=3, max_size=3),
        "taken_back": st.booleans(),
        "unknown": st.integers(0, 9).map(lambda n: n == 0),
    }
)
plb_shapes = st.lists(st.tuples(st.sampled_from(PLB_CODES), st.integers(-900, 900)), max_size=2)


@dataclass(frozen=True)
class Part:
    """One claim of a payment. `undoes` is the part that this one takes back; `posts` is False when it is held."""

    claim: int
    lines: tuple[LineAmounts, ...]
    posts: bool
    known: bool = True
    icn: str = ""
    journal: int | None = None
    undoes: "Part | None" = None

    @property
    def paid_cents(self) -> int:
        return sum(line.paid_cents for line in self.lines) * (-1 if self.undoes else 1)


@dataclass(frozen=True)
class Payment:
    """`cents` is what arrives: the claims less the provider adjustments, never below zero."""

    trace: str
    payer: int
    parts: tuple[Part, ...]
    plb: tuple[tuple[str, int], ...]

    @property
    def cents(self) -> int:
        return sum(part.paid_cents for part in self.parts) - sum(amount for _, amount in self.plb)

    @property
    def taken(self) -> dict[int, int]:
        """By claim that this payment reverses, what it takes less what it pays on it."""
        reversed_ = {part.claim for part in self.parts if part.undoes}
        return {
            claim: -sum(part.paid_cents for part in self.parts if part.claim == claim and part.posts)
            for claim in reversed_
        }


def line_of(charge_cents: int, shape: dict[str, Any]) -> LineAmounts:
    """A line that balances. One that pays less than nothing is legal to write and makes its claim wait."""
    amounts = [_amount(reason, charge_cents * share // 100) for reason, share in shape["reasons"]]
    if shape["extra"]:
        reason, cents = shape["extra"]
        amounts.append(_amount(reason, -cents))
    paid = charge_cents - sum(amount.cents for amount in amounts)
    return LineAmounts(charge_cents, paid, tuple(amounts))


def _amount(reason: str, cents: int) -> CasAmount:
    group, carc = reason.split("-")
    return CasAmount(group, carc, cents)
