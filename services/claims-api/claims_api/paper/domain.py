"""Does a remittance add up? Three levels, exact to the cent; a difference is a finding, never a parse failure.

Adjustments are positive when they lower the payment. Interest (AMT*I) is information: its money is in PLB L6.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims_api.phrases import Phrased
from claims_api.remittances.domain.amounts import ClaimAmounts, LineAmounts, total_cents

_PATIENT_PART_STATED: Final = ("1", "2", "3", "19", "20", "21")


class BalanceRule(Phrased):
    """The sums that must agree."""

    LINE = "line", "charge - line adjustments = paid (SVC02, CAS, SVC03)"
    CLAIM = "claim", "charge - claim and line adjustments = paid (CLP03, CAS, CLP04)"
    CLAIM_CHARGE = "claim_charge", "line charges add up to the claim's charge (SVC02, CLP03)"
    CLAIM_PAID = "claim_paid", "line payments - claim adjustments = claim payment (SVC03, CAS, CLP04)"
    PATIENT_PART = "patient_part", "patient part = all PR adjustments (CLP05, CAS)"
    TRANSACTION = "transaction", "claim payments - provider adjustments = payment (CLP04, PLB, BPR02)"
    PAYMENT_NOT_NEGATIVE = "payment_not_negative", "a payment is never below zero (BPR02)"


@dataclass(frozen=True, slots=True)
class BalanceFinding:
    """A rule that does not hold: what the sums say and what was stated. `line` counts from 1."""

    rule: BalanceRule
    expected_cents: int
    stated_cents: int
    line: int | None = None


def line_findings(line: LineAmounts, number: int) -> list[BalanceFinding]:
    expected = line.charge_cents - total_cents(line.adjustments)
    return _unless_equal(BalanceRule.LINE, expected, line.paid_cents, number)


def claim_findings(claim: ClaimAmounts) -> list[BalanceFinding]:
    """All that does not add up in one CLP, lines included. A CLP with any finding is held, whole."""
    at_claim = total_cents(claim.adjustments)
    at_lines = sum(total_cents(line.adjustments) for line in claim.lines)
    findings = [f for number, line in enumerate(claim.lines, start=1) for f in line_findings(line, number)]
    findings += _unless_equal(BalanceRule.CLAIM, claim.charge_cents - at_claim - at_lines, claim.paid_cents)
    if claim.lines:
        charges = sum(line.charge_cents for line in claim.lines)
        paid = sum(line.paid_cents for line in claim.lines) - at_claim
        findings += _unless_equal(BalanceRule.CLAIM_CHARGE, charges, claim.charge_cents)
        findings += _unless_equal(BalanceRule.CLAIM_PAID, paid, claim.paid_cents)
    if claim.patient_cents is not None and claim.status in _PATIENT_PART_STATED:
        findings += _unless_equal(BalanceRule.PATIENT_PART, _patient_cents(claim), claim.patient_cents)
    return findings


def transaction_findings(
    *, claims_paid_cents: int, provider_adjustment_cents: int, payment_cents: int
) -> list[BalanceFinding]:
    """What does not add up in one ST: sum of CLP04, sum of PLB, BPR02. With any finding nothing posts."""
    findings = _unless_equal(BalanceRule.TRANSACTION, claims_paid_cents - provider_adjustment_cents, payment_cents)
    if payment_cents < 0:
        findings.append(BalanceFinding(BalanceRule.PAYMENT_NOT_NEGATIVE, 0, payment_cents))
    return findings


def _patient_cents(claim: ClaimAmounts) -> int:
    everywhere: Iterable[tuple[str, int]] = (
        (adjustment.group, adjustment.cents)
        for adjustments in (claim.adjustments, *(line.adjustments for line in claim.lines))
        for adjustment in adjustments
    )
    return sum(cents for group, cents in everywhere if group == "PR")


def _unless_equal(rule: BalanceRule, expected: int, stated: int, line: int | None = None) -> list[BalanceFinding]:
    return [] if expected == stated else [BalanceFinding(rule, expected, stated, line)]
