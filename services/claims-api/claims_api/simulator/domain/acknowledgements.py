"""The answers before adjudication: TA1 with 999 for the file, 277CA for its claims."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from ar_shared.x12.claim_ack import (
    VERSION as VERSION_277CA,
)
from ar_shared.x12.claim_ack import (
    ClaimAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    SourceAnswer,
    Status,
    StatusCode,
)
from ar_shared.x12.claim_ack_writer import content_277ca
from ar_shared.x12.claim_facts import Party, Reference
from ar_shared.x12.functional_ack import VERSION as VERSION_999
from ar_shared.x12.functional_ack import Context, ElementFault, ElementPlace, SegmentFault, answer_group, content_999
from ar_shared.x12.interchange_ack import answer_interchange, ta1_row
from ar_shared.x12.writer import GroupContent, TransactionContent, write_interchange
from claims_api.simulator.domain.adjudicate import payer_claim_control_number
from claims_api.simulator.domain.batch import Batch, BatchClaim, BatchTransaction
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.fate import REFUSED

_INVALID_VALUE = "7"
_SEGMENT_MISSING_BELOW = "3"
_HAS_FAULTY_ELEMENTS = "8"
_ACCEPTED = StatusCode("A2", "20", "PR")
_RECEIVED = StatusCode("A1", "19", "PR")


def file_answer(batch: Batch, envelope: Envelope) -> bytes:
    """TA1 and 999: the interchange is always taken in, a transaction with a fault is refused."""
    faults = {one.transaction.control: [_fault(one)] for one in batch.transactions if one.fault is not None}
    answer = answer_group(batch.group, faults)
    group = GroupContent(
        "FA",
        envelope.sender_id,
        envelope.receiver_id,
        envelope.control,
        VERSION_999,
        [content_999(answer, "0001")],
    )
    taken_in = ta1_row(answer_interchange(batch.interchange, code="A"))
    return write_interchange(envelope.header(), [group], acknowledgements=[taken_in])


def claim_answers(
    claims: Iterable[tuple[BatchTransaction, BatchClaim]], envelope: Envelope, *, received_on: date, submitter: Party
) -> bytes:
    """One 277CA transaction for each payer among the claims, which is the one that speaks."""
    by_payer = sorted(claims, key=lambda pair: pair[1].facts.payer.id)
    contents = [
        _transaction(number, list(of_payer), envelope, received_on, submitter)
        for number, (_, of_payer) in enumerate(groupby(by_payer, key=lambda pair: pair[1].facts.payer.id), start=1)
    ]
    group = GroupContent("HN", envelope.sender_id, envelope.receiver_id, envelope.control, VERSION_277CA, contents)
    return write_interchange(envelope.header(), [group])


def _fault(refused: BatchTransaction) -> SegmentFault:
    """The amount of the CLM that is to blame (its value is not repeated), or the ST that holds no claim."""
    if refused.fault == 1:
        return SegmentFault("ST", 1, "", _SEGMENT_MISSING_BELOW)
    element = ElementFault(ElementPlace(2), _INVALID_VALUE)
    number = next((one.facts.patient_control_number for one in refused.claims if one.position == refused.fault), "")
    contexts = [Context("CLM01", number)] if number else []
    return SegmentFault("CLM", refused.fault, "2300", _HAS_FAULTY_ELEMENTS, contexts=contexts, elements=[element])


def _transaction(
    number: int,
    claims: list[tuple[BatchTransaction, BatchClaim]],
    envelope: Envelope,
    received_on: date,
    submitter: Party,
) -> TransactionContent:
    made_at = envelope.made_at
    payer = claims[0][1].facts.payer
    source = SourceAnswer(
        party=Party(role="PR", name=payer.name, id_qualifier=payer.id_qualifier or "PI", id=payer.id),
        trace=f"{envelope.control:09d}{number:04d}",
        received_on=received_on,
        processed_on=made_at.date(),
    )
    for reference, of_batch in groupby(claims, key=lambda pair: pair[0].reference):
        answered = [claim for _, claim in of_batch]
        source.receivers.append(_receiver(reference, answered, submitter, made_at))
    reference = f"{envelope.control:09d}"
    return content_277ca([source], f"{number:04d}", batch_reference=reference, made_at=made_at)


def _receiver(reference: str, claims: list[BatchClaim], submitter: Party, made_at: datetime) -> ReceiverAnswer:
    day = made_at.date()
    refused = [claim for claim in claims if claim.fate.kind in REFUSED]
    total = sum(claim.facts.charge_cents for claim in claims)
    refused_cents = sum(claim.facts.charge_cents for claim in refused)
    receiver = ReceiverAnswer(
        party=submitter,
        trace=reference,
        statuses=[Status((_RECEIVED,), day, "WQ", total)],
        accepted_count=len(claims) - len(refused),
        rejected_count=len(refused),
        accepted_cents=total - refused_cents,
        rejected_cents=refused_cents,
    )
    by_provider = sorted(claims, key=lambda claim: claim.facts.billing_provider.id)
    for _, of_provider in groupby(by_provider, key=lambda claim: claim.facts.billing_provider.id):
        answered = list(of_provider)
        billing = answered[0].facts.billing_provider
        party = Party(role="85", name=billing.name, is_person=billing.is_person, id_qualifier="XX", id=billing.id)
        cents = sum(claim.facts.charge_cents for claim in answered)
        receiver.providers.append(
            ProviderAnswer(
                party=party,
                trace="0",
                statuses=[Status((_RECEIVED,), None, "WQ", cents)],
                claims=[_answer(claim, day) for claim in answered],
            )
        )
    return receiver


def _answer(claim: BatchClaim, day: date) -> ClaimAnswer:
    facts = claim.facts
    refused = claim.fate.kind in REFUSED
    code = claim.fate.status if refused and claim.fate.status else _ACCEPTED
    patient = facts.patient or facts.subscriber
    return ClaimAnswer(
        patient=Party(
            role="QC",
            name=patient.name,
            is_person=True,
            first_name=patient.first_name,
            middle_name=patient.middle_name,
            id_qualifier="MI",
            id=facts.subscriber.id,
        ),
        patient_control_number=facts.patient_control_number,
        statuses=[Status((code,), day, "U" if refused else "WQ", facts.charge_cents, claim.fate.text)],
        references=[] if refused else [Reference("1K", payer_claim_control_number(facts))],
        service=next((line.service for line in facts.lines if line.service), None),
    )
