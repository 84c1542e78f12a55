"""Writes 277 (005010X212)."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.claim_facts import Party
from ar_shared.x12.claim_status import VERSION, ClaimStatus, StatusAnswer
from ar_shared.x12.claim_values import day_text, period_texts
from ar_shared.x12.writer import Element, TransactionContent

Rows = Iterator[Sequence[Element]]
_ASKED_TRACE: Final = "2"


def content_277(
    answers: Iterable[StatusAnswer], control: str, *, batch_reference: str, made_at: datetime
) -> TransactionContent:
    """The transaction to write, with ST02 `control` and BHT03 `batch_reference`.

    Neighbours with equal parties share their levels, so answers of one payer, asker and provider belong together.
    """
    bht = ["BHT", "0010", "08", batch_reference, f"{made_at:%Y%m%d}", f"{made_at:%H%M}", "DG"]
    return TransactionContent("277", control, _Writer().transaction(bht, list(answers)), VERSION)


class _Writer:
    """Numbers the levels while it writes them."""

    def __init__(self) -> None:
        self._count = 0

    def transaction(self, bht: Sequence[str], answers: Sequence[StatusAnswer]) -> Rows:
        yield bht
        for source, of_source in groupby(answers, lambda one: one.parties.source):
            at_source = yield from self._level("", "20", source)
            for receiver, of_receiver in groupby(of_source, lambda one: one.parties.receiver):
                at_receiver = yield from self._level(at_source, "21", receiver)
                for provider, of_provider in groupby(of_receiver, lambda one: one.parties.provider):
                    at_provider = yield from self._level(at_receiver, "19", provider)
                    yield from self._people(at_provider, of_provider)

    def _people(self, at_provider: str, answers: Iterable[StatusAnswer]) -> Rows:
        people = groupby(answers, lambda one: (one.parties.subscriber, one.parties.patient))
        for (subscriber, patient), of_person in people:
            at_subscriber = yield from self._level(at_provider, "22", subscriber, has_child=patient is not None)
            if patient is not None:
                yield self._hl(at_subscriber, "23", "")
                yield _name(patient)
            for answer in of_person:
                yield from _answer(answer)

    def _level(
        self, parent: str, code: str, party: Party, *, has_child: bool = True
    ) -> Generator[Sequence[Element], None, str]:
        """Writes the level; returns its number."""
        yield self._hl(parent, code, "1" if has_child else "0")
        number = str(self._count)
        yield _name(party)
        return number

    def _hl(self, parent: str, code: str, child: str) -> Sequence[str]:
        self._count += 1
        return ["HL", str(self._count), parent, code, child]


def _answer(answer: StatusAnswer) -> Rows:
    yield ["TRN", _ASKED_TRACE, answer.trace]
    yield from map(_status, answer.statuses)
    for reference in answer.references:
        yield ["REF", reference.qualifier, reference.value]
    if answer.service:
        yield ["DTP", "472", *period_texts(answer.service)]


def _status(status: ClaimStatus) -> Sequence[Element]:
    code = [status.code.category, status.code.code, status.code.entity]
    amounts = [_cents(status.charge_cents), _cents(status.paid_cents)]
    days = [day_text(status.effective_on), *map(_day, (status.decided_on, status.paid_on))]
    return ["STC", code, days[0], "", *amounts, days[1], "", days[2], status.payment_number]


def _name(party: Party) -> Sequence[str]:
    kind = "1" if party.is_person else "2"
    names = [party.name, party.first_name, party.middle_name, "", party.suffix]
    return ["NM1", party.role, kind, *names, party.id_qualifier, party.id]


def _day(day: date | None) -> str:
    return day_text(day) if day else ""


def _cents(cents: int | None) -> str:
    return "" if cents is None else decimal_from_cents(cents)
