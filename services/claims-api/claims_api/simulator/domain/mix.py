"""The seeded mix: how often each thing happens to a claim that does not choose its fate. Weights are per thousand.

Shaped on what practices report: about 2 to 3 % refused before adjudication, 8 to 12 % denied at least in part at
first, a few per cent never answered.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from ar_shared.x12.claim_ack import StatusCode
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import Denial, Fate, FateKind

Weighted: TypeAlias = "Sequence[tuple[int, Denial]]"

FILES_REJECTED_PER_THOUSAND: Final = 12
"""Whole transactions, not claims: a refused one takes all its claims along."""

FATES: Final = (
    (7, FateKind.UNACKNOWLEDGED),
    (23, FateKind.CLAIM_REJECTED),
    (28, FateKind.SILENT),
    (10, FateKind.PENDED),
    (72, FateKind.DENIED),
    (40, FateKind.PARTIAL),
    (70, FateKind.DEDUCTIBLE),
    (30, FateKind.UNDERPAID),
    (720, FateKind.PAID),
)

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


def seeded_fate(chance: Chance, *, strictness_percent: int) -> Fate:
    """What happens to this claim; a payer of strictness 200 denies twice as often as one of 100."""
    strict = {FateKind.DENIED, FateKind.PARTIAL}
    weights = [(weight * (strictness_percent if kind in strict else 100), kind) for weight, kind in FATES]
    kind = chance.weighted(weights, "fate")
    match kind:
        case FateKind.CLAIM_REJECTED:
            return Fate(kind, status=chance.weighted(REJECTIONS, "rejection"))
        case FateKind.DENIED:
            return Fate(kind, denial=chance.weighted(DENIALS, "denial"))
        case FateKind.PARTIAL:
            return Fate(kind, denial=chance.weighted(PARTIAL_DENIALS, "denial"))
        case FateKind.UNDERPAID:
            return Fate(kind, percent=chance.between(5, 20, "percent"))
        case _:
            return Fate(kind)


def usual_remarks(group: str, carc: str) -> tuple[str, ...]:
    """The RARCs that usually come with a denial, () when the mix does not know it."""
    denials = [denial for _, denial in (*DENIALS, *PARTIAL_DENIALS) if denial.carc == carc]
    exact = [denial for denial in denials if denial.group == group]
    return next((denial.rarcs for denial in (*exact, *denials)), ())
