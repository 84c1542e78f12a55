"""The sums an 835 must satisfy, in exact cents (005010X221A1 front matter, balancing). Each failure is a finding.

| Level   | Rule                                                     | Where the finding goes |
|---------|----------------------------------------------------------|------------------------|
| line    | SVC02 - line CAS = SVC03                                 | claim                  |
| claim   | CLP03 - claim CAS - line CAS = CLP04                     | claim                  |
| claim   | sum of SVC02 = CLP03, when there are lines               | claim                  |
| claim   | CLP05 = all PR amounts, when processed (a warning)       | claim                  |
| payment | sum of CLP04 - sum of PLB = BPR02, and BPR02 is not negative | summary            |
"""

from typing import Final, NamedTuple

from ar_shared.x12.envelope import Transaction
from ar_shared.x12.findings import Severity
from ar_shared.x12.remittance import (
    Payment,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceService,
    RemittanceSummary,
    one_more,
)

PATIENT_RULE: Final = "patient_responsibility_differs"
_PROCESSED: Final = frozenset(("1", "2", "3", "19", "20", "21"))
_TEXTS: Final = {
    "line_unbalanced": "The line's charge less its adjustments is not what it was paid.",
    "claim_unbalanced": "The claim's charge less all its adjustments is not what it was paid.",
    "claim_charge_differs_from_lines": "The charges of the lines do not add up to the claim's charge.",
    PATIENT_RULE: "The patient responsibility of the claim is not the sum of its PR adjustments.",
    "payment_missing": "There is no BPR, so there is no payment total.",
    "trace_missing": "There is no trace number.",
    "payer_missing": "The payer is not named.",
    "payee_missing": "The payee is not named.",
    "payment_negative": "The payment total is negative.",
    "payment_is_debit": "The payment takes money from the provider.",
    "payment_unbalanced": "The claims' payments less the provider adjustments are not the payment total.",
}


class Imbalance(NamedTuple):
    """One broken rule: the element that is not what the others add up to, of the line or (None) of the claim."""

    code: str
    element: int
    service: RemittanceService | None = None


class HeaderGap(NamedTuple):
    code: str
    segment: str


def imbalances(claim: RemittanceClaim) -> list[Imbalance]:
    """The rules a claim breaks, from its sums as they stand."""
    found = []
    charges = 0
    adjusted = claim.adjusted_cents
    patient = claim.patient_cents
    for service in claim.services:
        charges += service.charge_cents
        adjusted += service.adjusted_cents
        patient += service.patient_cents
        if service.charge_cents - service.adjusted_cents != service.paid_cents:
            found.append(Imbalance("line_unbalanced", 3, service))
    if claim.charge_cents - adjusted != claim.paid_cents:
        found.append(Imbalance("claim_unbalanced", 4))
    if charges != claim.charge_cents and claim.services:
        found.append(Imbalance("claim_charge_differs_from_lines", 3))
    if patient != claim.patient_responsibility_cents and claim.status in _PROCESSED:
        found.append(Imbalance(PATIENT_RULE, 5))
    return found


def header_gaps(header: RemittanceHeader) -> list[HeaderGap]:
    """What a payment cannot be recognised or posted without."""
    gaps = (
        (header.payment.financial is None, HeaderGap("payment_missing", "BPR")),
        (not header.payment.trace, HeaderGap("trace_missing", "TRN")),
        (header.payer is None, HeaderGap("payer_missing", "N1")),
        (header.payee is None, HeaderGap("payee_missing", "N1")),
    )
    return [gap for missing, gap in gaps if missing]


def is_payment_balanced(payment: Payment, paid_cents: int, provider_adjustment_cents: int) -> bool:
    return paid_cents - provider_adjustment_cents == payment.amount_cents >= 0


def check_claim(claim: RemittanceClaim, transaction: Transaction) -> None:
    """Sets `balanced`. A claim that is not usable is not in balance either; its sums would mean nothing."""
    if not claim.usable:
        claim.balanced = False
        return
    for imbalance in imbalances(claim):
        only_warns = imbalance.code == PATIENT_RULE
        claim.balanced = claim.balanced and only_warns
        place = imbalance.service or claim
        finding = transaction.finding(
            imbalance.code,
            _TEXTS[imbalance.code],
            severity=Severity.WARNING if only_warns else Severity.ERROR,
            segment_index=place.segment_index,
            loop="2100" if place is claim else "2110",
            segment="CLP" if place is claim else "SVC",
            element=imbalance.element,
            byte_offset=place.byte_offset,
        )
        claim.findings = one_more(claim.findings, finding)


def check_payment(transaction: Transaction, header: RemittanceHeader, summary: RemittanceSummary) -> None:
    """Sets `balanced` of the summary once every claim has been counted."""
    for gap in header_gaps(header):
        _report(summary, transaction, gap.code, gap.segment)
    payment = header.payment
    if payment.financial is None or not summary.usable:
        return
    if payment.amount_cents < 0:
        _report(summary, transaction, "payment_negative", "BPR", 2)
    if payment.credit_or_debit == "D":
        _report(summary, transaction, "payment_is_debit", "BPR", 3)
    taken = summary.provider_adjustment_cents
    summary.balanced = is_payment_balanced(payment, summary.paid_cents, taken)
    if not summary.balanced:
        _report(summary, transaction, "payment_unbalanced", "BPR", 2)


def _report(
    summary: RemittanceSummary, transaction: Transaction, code: str, segment: str, element: int | None = None
) -> None:
    found = transaction.finding(code, _TEXTS[code], loop="header", segment=segment, element=element)
    summary.findings.add(found)
