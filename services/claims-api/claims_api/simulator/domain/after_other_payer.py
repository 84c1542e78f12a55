"""What a secondary payer pays: the part of each line that the payer before it left to the patient. Cents."""

from collections.abc import Sequence
from typing import Final

from ar_shared.x12.claim_facts import Adjustment, ClaimFacts, ServiceLine
from claims_api.simulator.domain.batch import BatchClaim
from claims_api.simulator.domain.fate import FateKind
from claims_api.simulator.domain.lines import CONTRACTUAL, DecidedLine, PatientShare, share_and_cut

PRIOR_IMPACT: Final = "23"
_SHARES: Final = ((60, ""), (40, "2"))


def pay_the_rest(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    """OA-23 for what the payer before took care of, then the rest: paid, or shared with the patient.

    PRICED_TWICE writes the contractual cut of the first payer as one of its own, and less under OA-23.
    """
    share = PatientShare(claim.chance.weighted(_SHARES, "share of the rest"))
    left = rests(claim.facts)
    for line, rest in zip(lines, left, strict=True):
        cut = _contractual(line.source) if claim.fate.kind is FateKind.PRICED_TWICE else 0
        line.take("CO", CONTRACTUAL, cut)
        line.take("OA", PRIOR_IMPACT, line.source.charge_cents - rest - cut)
        line.allowed_cents = rest * (100 - claim.fate.percent) // 100
        line.take("CO", CONTRACTUAL, rest - line.allowed_cents)
        share_and_cut(line, share, is_sequestered=False)
        line.allowed_cents = 0


def rests(facts: ClaimFacts) -> list[int]:
    """What the last payer before left open of each line: what it says, else its PR adjustments.

    Adjustments of the claim as a whole are spread over its lines in their order.
    """
    on_claim = _patient_cents(facts.other_coverages[-1].adjustments) if facts.other_coverages else 0
    found = []
    for line in facts.lines:
        rest = _rest(line)
        more = min(on_claim, line.charge_cents - rest)
        on_claim -= more
        found.append(rest + more)
    return found


def _rest(line: ServiceLine) -> int:
    if not line.adjudications:
        return 0
    last = line.adjudications[-1]
    rest = _patient_cents(last.adjustments) if last.remaining_cents is None else last.remaining_cents
    return min(rest, line.charge_cents)


def _patient_cents(adjustments: Sequence[Adjustment]) -> int:
    return sum(one.amount_cents for one in adjustments if one.group == "PR")


def _contractual(line: ServiceLine) -> int:
    """The CO-45 of the payers before, at most what is not left open."""
    cut = sum(
        one.amount_cents
        for adjudication in line.adjudications
        for one in adjudication.adjustments
        if (one.group, one.reason) == ("CO", CONTRACTUAL)
    )
    return min(cut, line.charge_cents - _rest(line))
