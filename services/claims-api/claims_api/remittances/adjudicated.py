"""One CLP, judged by the pure rules: outcomes, denials, what the lines pay, what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from claims_api.codes.code_lists import carc, rarc
from claims_api.codes.domain import Carc, CarcKind, Preventable, Rarc
from claims_api.denials.routing import DenialRoute, route_denial
from claims_api.ledger.cas_effects import FollowUp, cas_effect
from claims_api.remittances.domain.allowed import Allowed, allowed_amount
from claims_api.remittances.domain.amounts import CasAmount, ClaimAmounts, LineAmounts
from claims_api.remittances.domain.claim_level_spread import DerivedAdjustment, spread_claim_level
from claims_api.remittances.domain.claim_status import PATIENT_NOT_RECOGNISED, payer_sequence
from claims_api.remittances.domain.line_outcome import (
    ClaimOutcome,
    LineOutcome,
    claim_outcome,
    denied_cents,
    line_outcome,
    root_cause,
)
from claims_api.remittances.domain.patient_share import moving_cents

NO_REASON = "nothing paid and no reason that explains it"
NOT_RECOGNISED = "the payer does not know the patient"
NETS_TOO_MUCH = "more nets the patient share than there is"


@dataclass(frozen=True, slots=True)
class FoundDenial:
    """A denied line, or (line 0) a claim denied as a whole, and who does what about it."""

    line: int
    group: str
    carc: str
    remarks: tuple[str, ...]
    cents: int
    route: DenialRoute


@dataclass(frozen=True, slots=True)
class FoundReview:
    """Something a person must look at that no single adjustment tells."""

    line: int
    reason: str
    cents: int


@dataclass(slots=True)
class JudgedLine:
    """A line with its part of claim-level adjustments (`derived`). `cash_cents` is what posts as paid."""

    outcome: LineOutcome
    denied_cents: int
    allowed: Allowed
    moves: list[int]
    cash_cents: int
    derived: list[CasAmount] = field(default_factory=list)


@dataclass(slots=True)
class JudgedClaim:
    """What the rules say of a decision (never of a reversal or an estimate)."""

    outcome: ClaimOutcome
    lines: list[JudgedLine]
    denials: list[FoundDenial]
    reviews: list[FoundReview]

    @property
    def pays_negative(self) -> bool:
        return any(line.cash_cents < 0 for line in self.lines)


def judge_claim(
    claim: ClaimAmounts,
    *,
    claim_remarks: Sequence[str],
    line_remarks: Sequence[Sequence[str]],
    stated_allowed: Sequence[int | None],
) -> JudgedClaim:
    """Apply the rules of `domain` to one decision; sequences run parallel to `claim.lines`."""
    later_payer = (payer_sequence(claim.status) or 1) > 1
    judged = JudgedClaim(ClaimOutcome.ZERO_PAID, [], [], [])
    for number, (line, remarks, stated) in enumerate(
        zip(claim.lines, line_remarks, stated_allowed, strict=True), start=1
    ):
        judged.lines.append(_judge_line(judged, number, line, (*remarks, *claim_remarks), stated, later_payer))
    _spread(claim, judged.lines)
    whole = LineAmounts(claim.charge_cents, claim.paid_cents, claim.adjustments)
    if claim.adjustments or not claim.lines:
        judged.denials += _denials(0, claim.adjustments, tuple(claim_remarks))
    judged.outcome = _claim_outcome(claim, judged, whole)
    if claim.status == PATIENT_NOT_RECOGNISED and not judged.denials:
        judged.reviews.append(FoundReview(0, NOT_RECOGNISED, claim.charge_cents))
    return judged


def _judge_line(
    judged: JudgedClaim,
    number: int,
    line: LineAmounts,
    remarks: tuple[str, ...],
    stated_allowed: int | None,
    later_payer: bool,
) -> JudgedLine:
    outcome = line_outcome(line, carc)
    moves, over_netted = moving_cents(line.adjustments, carc)
    if over_netted:
        judged.reviews.append(FoundReview(number, NETS_TOO_MUCH, over_netted))
    if outcome is LineOutcome.ZERO_PAID_REVIEW:
        judged.reviews.append(FoundReview(number, NO_REASON, line.charge_cents))
    judged.denials += _denials(number, line.adjustments, remarks)
    allowed = allowed_amount(line, carc, stated_cents=stated_allowed, later_payer=later_payer)
    return JudgedLine(outcome, denied_cents(line, carc), allowed, moves, line.paid_cents)


def _spread(claim: ClaimAmounts, lines: list[JudgedLine]) -> None:
    """Bring claim-level adjustments down to the lines: each lowers what its line pays."""
    if not (claim.adjustments and lines):
        return
    for share in spread_claim_level(
        claim.adjustments,
        open_cents=[line.paid_cents for line in claim.lines],
        charge_cents=[line.charge_cents for line in claim.lines],
    ):
        _bring_down(lines[share.line], share)


def _bring_down(line: JudgedLine, share: DerivedAdjustment) -> None:
    line.derived.append(share.adjustment)
    line.cash_cents -= share.adjustment.cents


def _claim_outcome(claim: ClaimAmounts, judged: JudgedClaim, whole: LineAmounts) -> ClaimOutcome:
    if not claim.lines:
        outcome = line_outcome(whole, carc)
        if outcome is LineOutcome.ZERO_PAID_REVIEW:
            judged.reviews.append(FoundReview(0, NO_REASON, claim.charge_cents))
        return claim_outcome(claim.status, [outcome])
    if denied_cents(whole, carc):
        return ClaimOutcome.PARTIALLY_DENIED if claim.paid_cents else ClaimOutcome.DENIED
    return claim_outcome(claim.status, [line.outcome for line in judged.lines])


def _denials(line: int, adjustments: Sequence[CasAmount], remarks: tuple[str, ...]) -> list[FoundDenial]:
    """One case for all denials of the line, under their root cause; one for each reduction that stays open."""
    rows = [
        (adjustment, row)
        for adjustment in adjustments
        if adjustment.cents > 0
        and (row := carc(adjustment.carc)) is not None
        and cas_effect(adjustment.group, row).follow_up is FollowUp.DENIAL_CASE
    ]
    if not rows:
        return []
    found = [
        _case(line, adjustment.group, row, remarks, adjustment.cents)
        for adjustment, row in _one_each([pair for pair in rows if pair[1].kind is not CarcKind.DENIAL])
    ]
    denied = [adjustment for adjustment, row in rows if row.kind is CarcKind.DENIAL]
    root = root_cause(denied, carc)
    if root is not None:
        group = next(adjustment.group for adjustment in denied if adjustment.carc == root.code)
        found.append(_case(line, group, root, remarks, sum(adjustment.cents for adjustment in denied)))
    return found


def _one_each(pairs: list[tuple[CasAmount, Carc]]) -> list[tuple[CasAmount, Carc]]:
    """The same reason twice on one line is one case of their sum."""
    sums: dict[tuple[str, str], tuple[CasAmount, Carc]] = {}
    for adjustment, row in pairs:
        before = sums.get((adjustment.group, adjustment.carc))
        cents = adjustment.cents + (before[0].cents if before else 0)
        sums[adjustment.group, adjustment.carc] = (CasAmount(adjustment.group, adjustment.carc, cents), row)
    return list(sums.values())


def _case(line: int, group: str, row: Carc, remarks: tuple[str, ...], cents: int) -> FoundDenial:
    codes = tuple(sorted(set(remarks)))
    return FoundDenial(line, group, row.code, codes, cents, _route(row.code, group, codes))


@lru_cache(maxsize=4096)
def _route(code: str, group: str, remarks: tuple[str, ...]) -> DenialRoute:
    """Remembered: a payment repeats a few dozen combinations."""
    row = carc(code)
    known: list[Rarc] = [remark for remark in map(rarc, remarks) if remark is not None]
    route = None if row is None else route_denial(row, group, known)
    if route is None:
        raise AssertionError("only what opens a case is routed")
    return route


def appeal_path(route: DenialRoute) -> str:
    """`new_claim`, `appeal` or `none`."""
    if route.new_claim:
        return "new_claim"
    return "appeal" if route.appeal_allowed else "none"


def is_preventable(route: DenialRoute) -> bool:
    return route.preventable is not Preventable.NO
