"""How a payer takes a decision back: the same amounts below zero, under the same groups and reasons."""

from dataclasses import replace

from ar_shared.x12.claim_facts import ClaimFacts
from ar_shared.x12.remittance import REVERSAL, Adjustment, Few, RemittanceClaim
from claims_api.simulator.domain.adjudicate import payer_claim_control_number


def reversal_of(decided: RemittanceClaim, facts: ClaimFacts, remark: str) -> RemittanceClaim:
    """The mirror (CLP02 22); `remark` says why in MOA or MIA, "" leaves both out."""
    moa = ["MOA", "", "", remark] if remark else None
    mia = ["MIA", "0", "", "", "", remark] if remark else None
    services = [
        replace(
            service,
            charge_cents=-service.charge_cents,
            paid_cents=-service.paid_cents,
            paid_units=None,
            adjustments=_negated(service.adjustments),
            amounts=(),
            remarks=(),
        )
        for service in decided.services
    ]
    return replace(
        decided,
        status=REVERSAL,
        charge_cents=-decided.charge_cents,
        paid_cents=-decided.paid_cents,
        patient_responsibility_cents=-decided.patient_responsibility_cents,
        inpatient=mia if facts.claim_type == "I" else None,
        outpatient=None if facts.claim_type == "I" else moa,
        services=services or (),
        adjustments=_negated(decided.adjustments),
        amounts=(),
    )


def as_correction(decided: RemittanceClaim, facts: ClaimFacts) -> RemittanceClaim:
    """The new decision after a reversal: a number of its own (CLP07), the old one as REF*F8."""
    return replace(
        decided,
        payer_claim_control_number=payer_claim_control_number(facts, decision=2),
        references=[*decided.references, ["REF", "F8", payer_claim_control_number(facts)]],
    )


def _negated(adjustments: Few[Adjustment]) -> Few[Adjustment]:
    return [Adjustment(one.group, one.reason, -one.amount_cents) for one in adjustments] or ()
