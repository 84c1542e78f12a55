"""The seeded mix: how often each thing happens to a claim that does not choose its fate. Weights are per thousand.

Shaped on what practices report: about 2 to 3 % refused before adjudication, 12 to 14 % denied at least in part at
first (bundled lines among them), a few per cent never answered, one or two in a hundred decisions taken back later.
What only a test wants (a reversal that no correction follows, our refund acknowledged, a code nobody explained) is no
part of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from ar_shared.x12.claim_ack import StatusCode
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import ASKED_IN_VAIN, Course, Delivery, Denial, Fate, FateKind, Money

Weighted: TypeAlias = "Sequence[tuple[int, Denial]]"

FILES_REJECTED_PER_THOUSAND: Final = 12
"""Whole transactions, not claims: a refused one takes all its claims along."""

FATES: Final = (
    (7, FateKind.UNACKNOWLEDGED),
    (23, FateKind.CLAIM_REJECTED),
    (28, FateKind.SILENT),
    (10, FateKind.PENDED),
    (5, FateKind.ASKED),
    (67, FateKind.DENIED),
    (40, FateKind.PARTIAL),
    (70, FateKind.DEDUCTIBLE),
    (30, FateKind.UNDERPAID),
    (659, FateKind.PAID),
    (6, FateKind.WITHHELD),
    (4, FateKind.CAPITATED),
    (5, FateKind.WITHOUT_LINES),
    (10, FateKind.SPLIT),
    (16, FateKind.BUNDLED),
    (6, FateKind.RECODED),
    (7, FateKind.MEMBER_CORRECTED),
    (4, FateKind.OTHER_PAYER_FIRST),
    (3, FateKind.NOT_OURS),
)

COURSES: Final = (
    (974, Course.ONCE),
    (8, Course.REVERSED_TOGETHER),
    (3, Course.REVERSED_APART),
    (2, Course.CORRECTED_FIRST),
    (4, Course.TAKEN_AT_ONCE),
    (4, Course.TAKEN_LATER),
    (3, Course.TAKEN_BY_LETTER),
    (2, Course.CARRIED_FORWARD),
)
"""Of paid claims."""

DECIDED_LATER_PER_HUNDRED: Final = 70
"""Of pended claims; the others stay pended."""

CROSSED_OVER_PER_HUNDRED: Final = 85
"""Of claims that Original Medicare pays and that name another payer."""

PRICED_TWICE_PER_HUNDRED: Final = 10
"""Of claims that a payer pays after another one."""

ENTRIES: Final = (
    (980, ""),
    (9, "L6"),
    (3, "CS"),
    (2, "50"),
    (1, "IR"),
    (1, "LE"),
    (1, "E3"),
    (1, "AM"),
    (1, "BN"),
    (1, "OB"),
)
"""Provider adjustments beside paid claims."""

DELIVERIES: Final = (
    (965, Delivery.SHARED),
    (15, Delivery.LATE),
    (10, Delivery.REPEATED),
    (8, Delivery.RENUMBERED),
    (2, Delivery.LOOK_ALIKE),
)
"""Of files of a day."""

MONEYS: Final = (
    (955, Money.USUAL),
    (25, Money.CARD),
    (10, Money.MISSING),
    (5, Money.RETURNED),
    (5, Money.SHORT),
)
"""Of payments of a day; a card only where the payer sends checks."""

DENIALS: Final[Weighted] = (
    (150, Denial("CO", "16", ("N290",))),
    (60, Denial("CO", "16", ("M76",))),
    (50, Denial("CO", "16", ("MA130", "MA27"))),
    (90, Denial("OA", "18")),
    (80, Denial("CO", "22", ("MA92",))),
    (70, Denial("CO", "27", ("N30",))),
    (40, Denial("PR", "27", ("N30",))),
    (40, Denial("CO", "29", ("N211",))),
    (120, Denial("CO", "50", ("N115",))),
    (60, Denial("CO", "97", ("M15",))),
    (50, Denial("CO", "109", ("N418",))),
    (120, Denial("CO", "197", ("M62",))),
    (40, Denial("PR", "204", ("N130",))),
    (30, Denial("CO", "11", ("M64",))),
)

PARTIAL_DENIALS: Final[Weighted] = (
    (300, Denial("CO", "97", ("M15",))),
    (200, Denial("CO", "151", ("N362",))),
    (150, Denial("CO", "4", ("N519",))),
    (150, Denial("CO", "50", ("N115",))),
    (100, Denial("PR", "204", ("N130",))),
    (100, Denial("CO", "16", ("M51",))),
)

REJECTIONS: Final = (
    (350, StatusCode("A7", "164", "IL")),
    (200, StatusCode("A7", "562", "85")),
    (150, StatusCode("A7", "158", "QC")),
    (150, StatusCode("A3", "21")),
    (100, StatusCode("A7", "254")),
    (50, StatusCode("A6", "187")),
)


_ANY_PAYER: Final = frozenset(
    {
        FateKind.UNACKNOWLEDGED,
        FateKind.CLAIM_REJECTED,
        FateKind.SILENT,
        FateKind.PENDED,
        FateKind.ASKED,
        FateKind.DENIED,
        FateKind.PAID,
    }
)
"""What a payer after another one does as often; in place of all else it pays."""


_DENIALS_OF: Final = {
    FateKind.DENIED: DENIALS,
    FateKind.PARTIAL: PARTIAL_DENIALS,
    FateKind.ASKED: ((1, ASKED_IN_VAIN),),
}


def seeded_fate(
    chance: Chance, *, strictness_percent: int, follows_other_payer: bool = False, may_cross_over: bool = False
) -> Fate:
    """What happens to this claim; a payer of strictness 200 denies twice as often as one of 100."""
    strict = {FateKind.DENIED, FateKind.PARTIAL}
    weights = [(weight * (strictness_percent if kind in strict else 100), kind) for weight, kind in FATES]
    kind = chance.weighted(weights, "fate")
    if follows_other_payer and kind not in _ANY_PAYER:
        kind = FateKind.PAID
    if kind is FateKind.PAID:
        return _paid_after_other(chance) if follows_other_payer else _paid(chance, may_cross_over=may_cross_over)
    return _detailed(kind, chance)


def _detailed(kind: FateKind, chance: Chance) -> Fate:
    if kind in _DENIALS_OF:
        return Fate(kind, denial=chance.weighted(_DENIALS_OF[kind], "denial"))
    match kind:
        case FateKind.CLAIM_REJECTED:
            return Fate(kind, status=chance.weighted(REJECTIONS, "rejection"))
        case FateKind.UNDERPAID:
            return Fate(kind, percent=chance.between(5, 20, "percent"))
        case FateKind.PENDED:
            is_decided = chance.below(100, "decided later") < DECIDED_LATER_PER_HUNDRED
            return Fate(kind, course=Course.DECIDED_LATER if is_decided else Course.ONCE)
        case _:
            return Fate(kind)


def _paid_after_other(chance: Chance) -> Fate:
    is_priced = chance.below(100, "priced twice") < PRICED_TWICE_PER_HUNDRED
    return Fate(FateKind.PRICED_TWICE if is_priced else FateKind.PAID)


def _paid(chance: Chance, *, may_cross_over: bool) -> Fate:
    if may_cross_over and chance.below(100, "crossover") < CROSSED_OVER_PER_HUNDRED:
        return Fate(FateKind.PAID, course=Course.CROSSED_OVER)
    fate = Fate(FateKind.PAID, course=chance.weighted(COURSES, "course"), entry=chance.weighted(ENTRIES, "entry"))
    is_once = fate.course is Course.ONCE
    return fate if is_once else replace(fate, entry="", percent=chance.between(5, 25, "percent"))


def usual_remarks(group: str, carc: str) -> tuple[str, ...]:
    """The RARCs that usually come with a denial, () when the mix does not know it."""
    denials = [denial for _, denial in (*DENIALS, *PARTIAL_DENIALS) if denial.carc == carc]
    exact = [denial for denial in denials if denial.group == group]
    return next((denial.rarcs for denial in (*exact, *denials)), ())
