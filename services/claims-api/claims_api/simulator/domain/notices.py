"""277: what a payer says of claims when it is asked (276), and what it says unasked of those it has not decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ar_shared.x12.claim_ack import StatusCode
from ar_shared.x12.claim_facts import Party, Period, Reference
from ar_shared.x12.claim_status import (
    PATIENT_CONTROL_NUMBER,
    PAYER_CLAIM_NUMBER,
    VERSION,
    ClaimStatus,
    StatusAnswer,
    StatusInquiry,
    StatusParties,
)
from ar_shared.x12.claim_status_writer import content_277
from ar_shared.x12.remittance import REVERSAL, RemittanceClaim
from ar_shared.x12.writer import GroupContent, write_interchange
from claims_api.simulator.domain.adjudicate import payer_claim_control_number
from claims_api.simulator.domain.batch import BatchClaim
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.fate import FateKind

_UNASKED: Final = "0"
_NOT_FOUND: Final = StatusCode("D0", "35")
_IN_PROCESS: Final = StatusCode("P1", "20")
_UNDECIDED: Final = StatusCode("P2", "3")
_WANTS_DOCUMENTS: Final = StatusCode("P3", "317")
_PAID: Final = StatusCode("F1", "65")
_DENIED: Final = StatusCode("F2", "585")
_CHANGED: Final = StatusCode("F3", "3")
_PASSED_ON: Final = StatusCode("F3F", "3")
_NOTHING_PAID: Final = StatusCode("F4", "3")
_STATUS_OF_FORWARDED: Final = frozenset({"19", "20", "21", "23"})
_PENDED: Final = "133"
_LEFT_TO_OTHERS: Final = frozenset({"1", "2", "3", "23", "45", "253"})
"""A claim with these reasons alone was not denied."""


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """What a payer knows of a claim: it waits for documents or not, and its last decision with the payment's facts."""

    patient_control_number: str
    payer_claim_number: str
    charge_cents: int
    wants_documents: bool = False
    decision: RemittanceClaim | None = None
    paid_on: date | None = None
    trace: str = ""


def status_of(known: KnownClaim, today: date) -> ClaimStatus:
    """The STC for a claim as it stands today."""
    decision = known.decision
    if decision is None:
        code = _WANTS_DOCUMENTS if known.wants_documents else _IN_PROCESS
        return ClaimStatus(code, today, known.charge_cents)
    code = _code_of(decision)
    if code == _UNDECIDED:
        return ClaimStatus(code, known.paid_on or today, known.charge_cents)
    return ClaimStatus(
        code,
        known.paid_on or today,
        known.charge_cents,
        max(0, decision.paid_cents),
        known.paid_on,
        known.paid_on,
        known.trace,
    )


def answer_to(inquiry: StatusInquiry, known: KnownClaim | None, today: date) -> StatusAnswer:
    """With the payer's numbers of the claim, or that there is no such claim."""
    if known is None:
        return StatusAnswer(
            inquiry.parties,
            inquiry.trace,
            (ClaimStatus(_NOT_FOUND, today),),
            tuple(inquiry.references),
            inquiry.service,
        )
    references = _numbers(known.payer_claim_number, known.patient_control_number)
    return StatusAnswer(inquiry.parties, inquiry.trace, (status_of(known, today),), references, inquiry.service)


def status_file(answers: Iterable[StatusAnswer], envelope: Envelope) -> bytes:
    """One 277 with one ST."""
    reference = f"{envelope.control:09d}"
    content = content_277(answers, "0001", batch_reference=reference, made_at=envelope.made_at)
    group = GroupContent("HN", envelope.sender_id, envelope.receiver_id, envelope.control, VERSION, [content])
    return write_interchange(envelope.header(), [group])


def notice_file(claims: Sequence[BatchClaim], envelope: Envelope, *, submitter: Party) -> bytes:
    """A 277 nobody asked for: pended (P2), or documents are wanted (P3)."""
    ordered = sorted(claims, key=lambda one: (one.facts.payer.id, one.facts.billing_provider.id))
    return status_file([_notice(claim, envelope.made_at.date(), submitter) for claim in ordered], envelope)


def _notice(claim: BatchClaim, day: date, submitter: Party) -> StatusAnswer:
    facts = claim.facts
    code = _WANTS_DOCUMENTS if claim.fate.kind is FateKind.ASKED else _UNDECIDED
    billing, subscriber, patient = facts.billing_provider, facts.subscriber, facts.patient
    parties = StatusParties(
        source=Party(role="PR", name=facts.payer.name, id_qualifier="PI", id=facts.payer.id),
        receiver=submitter,
        provider=Party(role="1P", name=billing.name, is_person=billing.is_person, id_qualifier="XX", id=billing.id),
        subscriber=_person("IL", subscriber, subscriber.id),
        patient=_person("QC", patient, "") if patient else None,
    )
    days = [line.service.start_on for line in facts.lines if line.service and line.service.start_on]
    return StatusAnswer(
        parties,
        _UNASKED,
        (ClaimStatus(code, day, facts.charge_cents),),
        _numbers(payer_claim_control_number(facts), facts.patient_control_number),
        Period(min(days), max(days)) if days else None,
    )


def _person(role: str, party: Party, number: str) -> Party:
    return Party(
        role=role,
        name=party.name,
        is_person=True,
        first_name=party.first_name,
        middle_name=party.middle_name,
        id_qualifier="MI" if number else "",
        id=number,
    )


def _numbers(payer_number: str, patient_number: str) -> tuple[Reference, ...]:
    return (Reference(PAYER_CLAIM_NUMBER, payer_number), Reference(PATIENT_CONTROL_NUMBER, patient_number))


def _code_of(decision: RemittanceClaim) -> StatusCode:
    reasons = {one.reason for one in decision.all_adjustments()}
    if decision.status == REVERSAL:
        return _CHANGED
    if decision.status in _STATUS_OF_FORWARDED:
        return _PASSED_ON
    if _PENDED in reasons:
        return _UNDECIDED
    if decision.paid_cents > 0:
        return _PAID
    return _NOTHING_PAID if reasons <= _LEFT_TO_OTHERS else _DENIED
