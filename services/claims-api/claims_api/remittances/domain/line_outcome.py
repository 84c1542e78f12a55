"""Denied, paid, zero-paid or pended: one deterministic rule per line, and one for the claim.

Never read from CLP02: denials normally arrive as status 1 with nothing paid, and nothing paid is often no denial.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from claims_api.codes.domain import Carc, CarcCategory, CarcKind
from claims_api.phrases import Phrased
from claims_api.remittances.domain.amounts import CarcLookup, CasAmount, LineAmounts, total_cents
from claims_api.remittances.domain.claim_status import PATIENT_NOT_RECOGNISED

REPORTING_ONLY_CARC: Final = "246"


class LineOutcome(Phrased):
    """What the payer decided about one line."""

    INFORMATIONAL = "informational", "reporting only; counts nowhere"
    PENDED = "pended", "not final; a correction will come"
    PAID = "paid", "paid, nothing denied"
    PARTIALLY_DENIED = "partially_denied", "paid in part, a part denied"
    DENIED = "denied", "nothing paid, denied"
    ZERO_PAID_PATIENT_SHARE = "zero_paid_patient_share", "nothing paid: all of it is the patient's share"
    ZERO_PAID_PRIOR_PAYER = "zero_paid_prior_payer", "nothing paid: an earlier payer covered it"
    ZERO_PAID_REVIEW = "zero_paid_review", "nothing paid and no reason that explains it"


class ClaimOutcome(Phrased):
    """What the payer decided about a claim; the adjudication states that a decision leads to."""

    PAID = "paid", "paid, nothing denied"
    PARTIALLY_DENIED = "partially_denied", "a part was denied"
    DENIED = "denied", "every line was denied"
    ZERO_PAID = "zero_paid", "nothing paid and nothing denied"
    PENDED = "pended", "no line is final"


@dataclass(frozen=True, slots=True)
class AmountsByKind:
    """Signed cents of a line's adjustments by what their reason does, over all group codes.

    `patient_share` includes 209, which takes the patient's place; `contractual` includes statutory cuts and
    withholds; `unknown` are codes that are not in our list.
    """

    denied: int = 0
    patient_share: int = 0
    contractual: int = 0
    reduction: int = 0
    prior_payer: int = 0
    pended: int = 0
    informational: int = 0
    unknown: int = 0


_FIELD_OF_KIND: Final = {
    CarcKind.DENIAL: "denied",
    CarcKind.PATIENT_SHARE: "patient_share",
    CarcKind.TRANSFER_NEXT_PAYER: "patient_share",
    CarcKind.CONTRACTUAL: "contractual",
    CarcKind.WITHHOLD: "contractual",
    CarcKind.REDUCTION: "reduction",
    CarcKind.PRIOR_PAYER_IMPACT: "prior_payer",
    CarcKind.PEND: "pended",
    CarcKind.INFORMATIONAL: "informational",
}
_DENYING: Final = frozenset({LineOutcome.DENIED, LineOutcome.PARTIALLY_DENIED})


def amounts_by_kind(adjustments: Iterable[CasAmount], carcs: CarcLookup) -> AmountsByKind:
    """The sums D, P, C, R, Q, H and I of the rule, and what is unknown."""
    sums: defaultdict[str, int] = defaultdict(int)
    for adjustment in adjustments:
        row = carcs(adjustment.carc)
        sums[_FIELD_OF_KIND[row.kind] if row else "unknown"] += adjustment.cents
    return AmountsByKind(**sums)


def line_outcome(line: LineAmounts, carcs: CarcLookup) -> LineOutcome:
    """The first test that holds decides. Not for reversals (CLP02 22): those are never a new denial."""
    kinds = amounts_by_kind(line.adjustments, carcs)
    paid = line.paid_cents > 0
    if line.charge_cents == 0 or _reporting_only(line):
        return LineOutcome.INFORMATIONAL
    if kinds.pended > 0 and line.paid_cents == 0:
        return LineOutcome.PENDED
    if kinds.denied > 0:
        return LineOutcome.PARTIALLY_DENIED if paid else LineOutcome.DENIED
    return LineOutcome.PAID if paid else _nothing_paid(kinds)


def _nothing_paid(kinds: AmountsByKind) -> LineOutcome:
    if kinds.patient_share > 0:
        return LineOutcome.ZERO_PAID_PATIENT_SHARE
    if kinds.prior_payer > 0:
        return LineOutcome.ZERO_PAID_PRIOR_PAYER
    return LineOutcome.ZERO_PAID_REVIEW


def claim_outcome(status: str, outcomes: Sequence[LineOutcome]) -> ClaimOutcome:
    """From the lines' outcomes (a claim without SVC counts as one line); `status` is CLP02.

    Status 4 means that the patient was not recognised: denied, whatever the adjustments say, unless it was paid
    all the same.
    """
    counted = [outcome for outcome in outcomes if outcome is not LineOutcome.INFORMATIONAL]
    paid = LineOutcome.PAID in counted
    if counted and all(outcome is LineOutcome.DENIED for outcome in counted):
        return ClaimOutcome.DENIED
    if any(outcome in _DENYING for outcome in counted):
        return ClaimOutcome.PARTIALLY_DENIED
    if paid:
        return ClaimOutcome.PAID
    if status == PATIENT_NOT_RECOGNISED:
        return ClaimOutcome.DENIED
    return ClaimOutcome.PENDED if LineOutcome.PENDED in counted else ClaimOutcome.ZERO_PAID


def denied_cents(line: LineAmounts, carcs: CarcLookup) -> int:
    """What was denied of the line, in any group; never below zero."""
    return max(amounts_by_kind(line.adjustments, carcs).denied, 0)


_CATEGORY_PRIORITY: Final = (
    CarcCategory.AUTHORIZATION,
    CarcCategory.ELIGIBILITY,
    CarcCategory.TIMELY_FILING,
    CarcCategory.MEDICAL_NECESSITY,
    CarcCategory.CODING,
)


def root_cause(adjustments: Iterable[CasAmount], carcs: CarcLookup) -> Carc | None:
    """The reason a denial case is counted under, or None when nothing was denied.

    The reason with the largest denied amount over all groups; ties go by category (authorization, eligibility,
    timely filing, medical necessity, coding, then the rest) and last by code, so that the answer is always the
    same.
    """
    denied: defaultdict[Carc, int] = defaultdict(int)
    for adjustment in adjustments:
        row = carcs(adjustment.carc)
        if row is not None and row.kind is CarcKind.DENIAL:
            denied[row] += adjustment.cents
    candidates = [(-cents, _priority(row), row.code, row) for row, cents in denied.items() if cents > 0]
    return min(candidates)[3] if candidates else None


def _priority(row: Carc) -> int:
    if row.category in _CATEGORY_PRIORITY:
        return _CATEGORY_PRIORITY.index(row.category)
    return len(_CATEGORY_PRIORITY)


def _reporting_only(line: LineAmounts) -> bool:
    reporting = tuple(a for a in line.adjustments if a.carc == REPORTING_ONLY_CARC)
    return bool(reporting) and total_cents(reporting) == line.charge_cents
