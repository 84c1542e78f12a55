"""Everything a file of ours will be answered with, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ar_shared.kernel.clock import PracticeTime
from ar_shared.x12.claim_facts import Party
from ar_shared.x12.remittance import RemittanceClaim
from claims_api.simulator.domain.acknowledgements import claim_answers, file_answer
from claims_api.simulator.domain.adjudicate import adjudicate
from claims_api.simulator.domain.batch import Batch, BatchClaim, BatchTransaction
from claims_api.simulator.domain.calendar import claim_answer_at, file_answer_at, payment_at
from claims_api.simulator.domain.envelope import Addresses, Envelope
from claims_api.simulator.domain.fate import UNPAID
from claims_api.simulator.domain.payer_habits import pays_on
from claims_api.simulator.domain.payment_parties import PaymentParties


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """One acknowledgement file; `part` tells those of one kind apart."""

    kind: str
    part: str
    due_at: datetime
    claims: tuple[tuple[BatchTransaction, BatchClaim], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """One claim of a later payment. Claims of equal `payment` are paid together."""

    payment: str
    due_at: datetime
    parties: PaymentParties
    decision: RemittanceClaim


def planned_answers(batch: Batch, sent: PracticeTime) -> Iterator[PlannedAnswer]:
    """The 999 on the same day, then a 277CA one or two business days later by the habit of the payer."""
    if batch.is_answered:
        yield PlannedAnswer("999", "1", file_answer_at(sent))
    taken_in = sorted(batch.taken_in(), key=lambda pair: pair[1].habits.acknowledges_after)
    for days, pairs in groupby(taken_in, key=lambda pair: pair[1].habits.acknowledges_after):
        yield PlannedAnswer("277CA", str(days), claim_answer_at(sent, days), tuple(pairs))


def planned_decisions(batch: Batch, sent: PracticeTime) -> Iterator[PlannedDecision]:
    """Every claim that will be paid or denied, each on its payment day."""
    addresses = Addresses.back_from(batch.interchange)
    for _, claim in batch.taken_in():
        if claim.fate.kind in UNPAID:
            continue
        day = pays_on(claim.habits, claim.chance, sent.today)
        parties = PaymentParties.of(claim, addresses)
        payment = f"{day:%Y%m%d}/{parties.payer_id}/{parties.payee_npi}/{addresses.receiver_id}"
        yield PlannedDecision(payment, payment_at(day, sent), parties, adjudicate(claim))


def answer_content(batch: Batch, answer: PlannedAnswer, control: int, sent: PracticeTime) -> bytes:
    """The file itself; `control` is its interchange number."""
    addresses = Addresses.back_from(batch.interchange)
    envelope = Envelope(addresses, answer.due_at.astimezone(sent.zone), control)
    if answer.kind == "999":
        return file_answer(batch, envelope)
    submitter = answer.claims[0][1].facts.submitter
    party = Party(
        role="41",
        name=submitter.name if submitter else envelope.receiver_id,
        id_qualifier="46",
        id=submitter.id if submitter else envelope.receiver_id,
    )
    return claim_answers(answer.claims, envelope, received_on=sent.today, submitter=party)
