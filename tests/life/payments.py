"""Payments of insurers, drawn at random: decisions, reversals and provider adjustments, as an 835 or on paper."""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from claims_api.remittances.domain.amounts import CasAmount, LineAmounts

REASONS = (
    "CO-45", "CO-253", "CO-197", "CO-104", "CO-59", "CO-ZZ9", "PR-1", "PR-2", "PR-45", "PR-204", "OA-23", "OA-209",
    "OA-133", "OA-100", "PI-97",
)  # fmt: skip
NEGATIVE_REASONS = ("CO-144", "CO-94", "PR-187")
PLB_CODES = ("WO", "FB", "L6", "CS", "72", "50", "IR", "LE", "E3", "AM", "CT", "BN", "IP", "LS", "OB", "B2", "QQ")

# A payment is drawn as a few numbers: each draw of Hypothesis costs more than posting the claim in memory.
decision_seeds = st.lists(st.integers(0, 65_535), min_size=1, max_size=4)
plb_seeds = st.integers(0, 65_535)


@dataclass(frozen=True)
class Decision:
    """What a payer says of the claim at `place`. `takes_back`: its newest decision instead, where there is one."""

    place: int
    lines: tuple["LineShape", ...]
    takes_back: bool
    unknown: bool


@dataclass(frozen=True)
class LineShape:
    """Reasons with their percent of the charge, and cents of a reason that raises the payment."""

    reasons: tuple[tuple[str, int], ...]
    extra: tuple[str, int] | None


def decision_of(seed: int) -> Decision:
    """The same number is the same decision."""
    dice = Random(seed)
    lines = tuple(_line_shape(dice) for _ in range(3))
    return Decision(dice.randrange(100), lines, dice.random() < 0.5, dice.random() < 0.1)


def plb_of(seed: int) -> tuple[tuple[str, int], ...]:
    """None, one or two provider adjustments; 0 is none."""
    dice = Random(seed)
    count = dice.choice((0, 0, 1, 2)) if seed else 0
    return tuple((dice.choice(PLB_CODES), dice.randint(-900, 900)) for _ in range(count))


def _line_shape(dice: Random) -> LineShape:
    reasons = tuple((dice.choice(REASONS), dice.randint(0, 70)) for _ in range(dice.randint(0, 3)))
    extra = (dice.choice(NEGATIVE_REASONS), dice.randint(1, 2_000)) if dice.random() < 0.4 else None
    return LineShape(reasons, extra)


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


def line_of(charge_cents: int, shape: LineShape) -> LineAmounts:
    """A line that balances. One that pays less than nothing is legal to write and makes its claim wait."""
    amounts = [_amount(reason, charge_cents * share // 100) for reason, share in shape.reasons]
    if shape.extra:
        reason, cents = shape.extra
        amounts.append(_amount(reason, -cents))
    paid = charge_cents - sum(amount.cents for amount in amounts)
    return LineAmounts(charge_cents, paid, tuple(amounts))


def _amount(reason: str, cents: int) -> CasAmount:
    group, carc = reason.split("-")
    return CasAmount(group, carc, cents)
