"""The sums an 835 must satisfy, in exact cents (005010X221A1 front matter, balancing). Each failure is a finding.

| Level   | Rule                                                     | Where the finding goes |
|---------|----------------------------------------------------------|------------------------|
| line    | SVC02 - line CAS = SVC03                                 | claim                  |
| claim   | CLP03 - claim CAS - line CAS = CLP04                     | claim                  |
| claim   | sum of SVC02 = CLP03, when there are lines               | claim                  |
| claim   | CLP05 = all PR amounts, when processed (a warning)       | claim                  |
| payment | sum of CLP04 - sum of PLB = BPR02, and BPR02 is not negative | summary            |
"""

from typing import Final

from ar_shared.x12.envelope import Transaction
from ar_shared.x12.findings import Finding, Severity
from ar_shared.x12.remittance import RemittanceClaim, RemittanceHeader, RemittanceService, RemittanceSummary, one_more

_PROCESSED: Final = frozenset(("1", "2", "3", "19", "20", "21"))


def check_claim(claim: RemittanceClaim, transaction: Transaction) -> None:
    """Sets `balanced`. A claim that is not usable is not in balance either; its sums would mean nothing."""
    if not claim.usable:
        claim.balanced = False
        return
    charges = 0
    adjusted = claim.adjusted_cents
    patient = claim.patient_cents
    for service in claim.services:
        charges += service.charge_cents
        adjusted += service.adjusted_cents
        patient += service.patient_cents
        if service.charge_cents - service.adjusted_cents != service.paid_cents:
            _unbalance(claim, _line_finding(service, transaction))
    if claim.charge_cents - adjusted != claim.paid_cents:
        text = "The claim's charge less all its adjustments is not what it was paid."
        _unbalance(claim, _claim_finding(claim, transaction, "claim_unbalanced", text, 4))
    if claim.services and charges != claim.charge_cents:
        text = "The charges of the lines do not add up to the claim's charge."
        _unbalance(claim, _claim_finding(claim, transaction, "claim_charge_differs_from_lines", text, 3))
    if claim.status in _PROCESSED and patient != claim.patient_responsibility_cents:
        text = "The patient responsibility of the claim is not the sum of its PR adjustments."
        code = "patient_responsibility_differs"
        finding = _claim_finding(claim, transaction, code, text, 5, severity=Severity.WARNING)
        claim.findings = one_more(claim.findings, finding)


def check_payment(transaction: Transaction, header: RemittanceHeader, summary: RemittanceSummary) -> None:
    """Sets `balanced` of the summary once every claim has been counted."""
    payment = header.payment
    _check_header(transaction, header, summary)
    if payment.financial is None or not summary.usable:
        return
    if payment.amount_cents < 0:
        _add(
            summary,
            transaction,
            "payment_negative",
            "The payment total is negative.",
            2,
        )
    if payment.credit_or_debit == "D":
        _add(summary, transaction, "payment_is_debit", "The payment takes money from the provider.", 3)
    summary.balanced = summary.paid_cents - summary.provider_adjustment_cents == payment.amount_cents
    if not summary.balanced:
        text = "The claims' payments less the provider adjustments are not the payment total."
        _add(summary, transaction, "payment_unbalanced", text, 2)


def _check_header(transaction: Transaction, header: RemittanceHeader, summary: RemittanceSummary) -> None:
    """What a payment cannot be recognised or posted without."""
    for missing, code, text, segment in (
        (header.payment.financial is None, "payment_missing", "There is no BPR, so no payment total.", "BPR"),
        (not header.payment.trace, "trace_missing", "There is no trace number.", "TRN"),
        (header.payer is None, "payer_missing", "The payer is not named.", "N1"),
        (header.payee is None, "payee_missing", "The payee is not named.", "N1"),
    ):
        if missing:
            summary.findings.add(transaction.finding(code, text, loop="header", segment=segment))


def _unbalance(claim: RemittanceClaim, finding: Finding) -> None:
    claim.balanced = False
    claim.findings = one_more(claim.findings, finding)


def _line_finding(service: RemittanceService, transaction: Transaction) -> Finding:
    return transaction.finding(
        "line_unbalanced",
        "The line's charge less its adjustments is not what it was paid.",
        segment_index=service.segment_index,
        loop="2110",
        segment="SVC",
        element=3,
        byte_offset=service.byte_offset,
    )


def _claim_finding(
    claim: RemittanceClaim,
    transaction: Transaction,
    code: str,
    text: str,
    element: int,
    *,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return transaction.finding(
        code,
        text,
        severity=severity,
        segment_index=claim.segment_index,
        loop="2100",
        segment="CLP",
        element=element,
        byte_offset=claim.byte_offset,
    )


def _add(summary: RemittanceSummary, transaction: Transaction, code: str, text: str, element: int) -> None:
    summary.findings.add(transaction.finding(code, text, loop="header", segment="BPR", element=element))
