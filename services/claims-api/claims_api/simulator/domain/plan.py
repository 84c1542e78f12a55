"""Everything a file of ours will be answered with, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from ar_shared.kernel.clock import PracticeTime
from ar_shared.x12.claim_facts import Party
from ar_shared.x12.remittance import ProviderAdjustment, RemittanceClaim
from claims_api.simulator.domain.acknowledgements import claim_answers, file_answer
from claims_api.simulator.domain.batch import Batch, BatchClaim, BatchTransaction
from claims_api.simulator.domain.calendar import (
    business_days_after,
    claim_answer_at,
    file_answer_at,
    payment_at,
)
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.course import Chapter, chapters
from claims_api.simulator.domain.envelope import Addresses, Envelope
from claims_api.simulator.domain.fate import UNPAID, Delivery, FateKind, Money
from claims_api.simulator.domain.mix import DELIVERIES, MONEYS
from claims_api.simulator.domain.notices import notice_file
from claims_api.simulator.domain.payment_parties import PaymentParties

LATE_DAYS: Final = 4
"""Business days between the date of a late file and its arrival."""

NOTICE_DAYS: Final = 5
"""Business days until a payer says by itself that it has not decided, or what it wants to see."""

_NOTICED: Final = frozenset({FateKind.PENDED, FateKind.ASKED})
_IN_COMPANY: Final = frozenset({Delivery.SHARED, Delivery.APART})


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """One file about claims before their payment; `part` tells those of one kind apart."""

    kind: str
    part: str
    due_at: datetime
    claims: tuple[tuple[BatchTransaction, BatchClaim], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """What a claim puts into a later payment: decisions, entries beside them, or both.

    `control_number` is the claim's own (CLM01). Parts of equal `file` come in one file and those of equal `payment`
    in one ST of it. The payer writes the file at `due_at`; it arrives at `arrives_at`.
    """

    control_number: str
    file: str
    payment: str
    paid_on: date
    due_at: datetime
    arrives_at: datetime
    parties: PaymentParties
    claims: tuple[RemittanceClaim, ...]
    entries: tuple[ProviderAdjustment, ...]
    delivery: Delivery
    money: Money


def planned_answers(batch: Batch, sent: PracticeTime) -> Iterator[PlannedAnswer]:
    """The 999 on the same day, a 277CA one or two business days later by the habit of the payer, then any notice."""
    if batch.is_answered:
        yield PlannedAnswer("999", "1", file_answer_at(sent))
    taken_in = sorted(batch.taken_in(), key=lambda pair: pair[1].habits.acknowledges_after)
    for days, pairs in groupby(taken_in, key=lambda pair: pair[1].habits.acknowledges_after):
        yield PlannedAnswer("277CA", str(days), claim_answer_at(sent, days), tuple(pairs))
    noticed = tuple(pair for pair in batch.taken_in() if pair[1].fate.kind in _NOTICED)
    if noticed:
        yield PlannedAnswer("277", "notice", claim_answer_at(sent, NOTICE_DAYS), noticed)


def planned_parts(batch: Batch, sent: PracticeTime) -> Iterator[PlannedPart]:
    """Every payment of every claim that will be paid or denied."""
    addresses = Addresses.back_from(batch.interchange)
    for _, claim in batch.taken_in():
        if claim.fate.kind in UNPAID:
            continue
        for chapter in chapters(claim, sent.today):
            if chapter.claims or chapter.entries:
                yield _part(batch.seed, claim, chapter, addresses, sent)


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
    if answer.kind == "277":
        return notice_file([claim for _, claim in answer.claims], envelope, submitter=party)
    return claim_answers(answer.claims, envelope, received_on=sent.today, submitter=party)


def _part(seed: str, claim: BatchClaim, chapter: Chapter, addresses: Addresses, sent: PracticeTime) -> PlannedPart:
    parties = PaymentParties.of(claim, addresses)
    if chapter.payer is not None:
        parties = parties.paid_by(chapter.payer)
    own = claim.facts.patient_control_number
    file = f"{chapter.paid_on:%Y%m%d}/{parties.account}"
    if chapter.delivery not in _IN_COMPANY:
        file += f"/{own}"
    elif claim.is_chosen:
        file += "/chosen"
    stands_alone = chapter.delivery is not Delivery.SHARED or _pays_apart(claim, chapter)
    payment = own if stands_alone else ""
    delivery, money = chapter.delivery, chapter.money
    if not claim.is_chosen:
        delivery = Chance(f"{seed}\0file\0{file}").weighted(DELIVERIES, "delivery")
        money = _money(Chance(f"{seed}\0payment\0{file}\0{payment}"), parties)
    arrives_on = business_days_after(chapter.paid_on, LATE_DAYS) if delivery is Delivery.LATE else chapter.paid_on
    return PlannedPart(
        control_number=own,
        file=file,
        payment=payment,
        paid_on=chapter.paid_on,
        due_at=payment_at(chapter.paid_on, sent),
        arrives_at=payment_at(arrives_on, sent),
        parties=parties,
        claims=chapter.claims,
        entries=chapter.entries,
        delivery=delivery,
        money=money,
    )


def _pays_apart(claim: BatchClaim, chapter: Chapter) -> bool:
    return claim.habits.pays_each_claim_apart and not claim.is_chosen and chapter.payer is None


def _money(chance: Chance, parties: PaymentParties) -> Money:
    money = chance.weighted(MONEYS, "money")
    return Money.USUAL if money is Money.CARD and not parties.pays_by_check else money
