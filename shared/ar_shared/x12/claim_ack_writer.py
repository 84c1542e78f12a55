"""Writes 277CA (005010X214)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.claim_ack import (
    VERSION,
    ClaimAnswer,
    LevelAnswer,
    LineAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    SourceAnswer,
    Status,
)
from ar_shared.x12.claim_facts import Party, Period, Reference
from ar_shared.x12.claim_values import day_text, number_text, period_texts, procedure_parts
from ar_shared.x12.writer import Element, TransactionContent

Rows = Iterator[Sequence[Element]]
_OWN_TRACE, _OUR_TRACE = "1", "2"


def content_277ca(
    sources: Iterable[SourceAnswer], control: str, *, batch_reference: str, made_at: datetime
) -> TransactionContent:
    """The transaction to write, with ST02 `control` and BHT03 `batch_reference`."""
    bht = ["BHT", "0085", "08", batch_reference, f"{made_at:%Y%m%d}", f"{made_at:%H%M}", "TH"]
    return TransactionContent("277", control, _Writer().transaction(bht, sources), VERSION)


class _Writer:
    """Numbers the levels while it writes them."""

    def __init__(self) -> None:
        self._count = 0

    def transaction(self, bht: Sequence[str], sources: Iterable[SourceAnswer]) -> Rows:
        yield bht
        for source in sources:
            yield from self._source(source)

    def _hl(self, parent: str, code: str, *, has_child: bool | None = None) -> Sequence[str]:
        """`has_child` is left out where the guide does not ask for it."""
        self._count += 1
        child = "" if has_child is None else "1" if has_child else "0"
        return ["HL", str(self._count), parent, code, child]

    def _source(self, source: SourceAnswer) -> Rows:
        yield self._hl("", "20", has_child=bool(source.receivers))
        number = str(self._count)
        yield _name(source.party)
        if source.trace:
            yield ["TRN", _OWN_TRACE, source.trace]
        for qualifier, day in (("050", source.received_on), ("009", source.processed_on)):
            if day:
                yield ["DTP", qualifier, "D8", day_text(day)]
        yield from _findings(source)
        for receiver in source.receivers:
            yield from self._receiver(receiver, number)

    def _receiver(self, receiver: ReceiverAnswer, parent: str) -> Rows:
        yield self._hl(parent, "21", has_child=bool(receiver.providers))
        number = str(self._count)
        yield _name(receiver.party)
        if receiver.trace:
            yield ["TRN", _OUR_TRACE, receiver.trace]
        yield from _findings(receiver)
        yield from _totals(receiver, accepted="90", rejected="AA")
        for provider in receiver.providers:
            yield from self._provider(provider, number)

    def _provider(self, provider: ProviderAnswer, parent: str) -> Rows:
        yield self._hl(parent, "19", has_child=bool(provider.claims))
        number = str(self._count)
        yield _name(provider.party)
        if provider.trace:
            yield ["TRN", _OWN_TRACE, provider.trace]
        yield from _findings(provider)
        yield from _totals(provider, accepted="QA", rejected="QC")
        for claim in provider.claims:
            yield self._hl(number, "PT")
            yield from _claim(claim)


def _claim(claim: ClaimAnswer) -> Rows:
    yield _name(claim.patient)
    yield ["TRN", _OUR_TRACE, claim.patient_control_number]
    yield from map(_status, claim.statuses)
    yield from map(_reference, claim.references)
    if claim.service:
        yield _date(claim.service)
    for line in claim.lines:
        yield from _line(line)


def _line(line: LineAnswer) -> Rows:
    charge, units = _cents(line.charge_cents), number_text(line.units)
    yield ["SVC", procedure_parts(line.procedure), charge, "", line.revenue_code, "", "", units]
    yield from map(_status, line.statuses)
    yield from map(_reference, line.references)
    if line.service:
        yield _date(line.service)


def _findings(level: LevelAnswer) -> Rows:
    yield from map(_status, level.statuses)
    yield from map(_reference, level.references)


def _totals(level: LevelAnswer, *, accepted: str, rejected: str) -> Rows:
    for qualifier, count in ((accepted, level.accepted_count), (rejected, level.rejected_count)):
        if count is not None:
            yield ["QTY", qualifier, str(count)]
    for qualifier, cents in (("YU", level.accepted_cents), ("YY", level.rejected_cents)):
        if cents is not None:
            yield ["AMT", qualifier, decimal_from_cents(cents)]


def _status(status: Status) -> Sequence[Element]:
    codes = [[code.category, code.code, code.entity] for code in status.codes]
    first, second, third = [*codes, [], [], []][:3]
    day = day_text(status.effective_on) if status.effective_on else ""
    amount = _cents(status.amount_cents)
    return ["STC", first, day, status.action, amount, *[""] * 5, second, third, status.text]


def _name(party: Party) -> Sequence[str]:
    kind = "1" if party.is_person else "2"
    names = [party.name, party.first_name, party.middle_name, "", party.suffix]
    return ["NM1", party.role, kind, *names, party.id_qualifier, party.id]


def _reference(reference: Reference) -> Sequence[str]:
    return ["REF", reference.qualifier, reference.value]


def _date(period: Period) -> Sequence[str]:
    return ["DTP", "472", *period_texts(period)]


def _cents(cents: int | None) -> str:
    return "" if cents is None else decimal_from_cents(cents)
