"""Reads 277CA (005010X214). Bad data never raises: it becomes a finding of the transaction."""

from collections.abc import Callable
from typing import Final

from ar_shared.x12.claim_ack import (
    ClaimAnswer,
    LevelAnswer,
    LineAnswer,
    ProviderAnswer,
    ReceiverAnswer,
    SourceAnswer,
    Status,
    StatusCode,
)
from ar_shared.x12.claim_facts import Party, Period, Reference
from ar_shared.x12.claim_model import SegmentData
from ar_shared.x12.claim_values import read_period, read_procedure
from ar_shared.x12.envelope import Transaction
from ar_shared.x12.findings import Severity
from ar_shared.x12.segment_fields import SegmentFields
from ar_shared.x12.tokens import Segment

_NOBODY: Final = Party(role="", name="")
_STATUS_ELEMENTS: Final = (1, 10, 11)
_SOURCE, _RECEIVER, _PROVIDER, _PATIENT = "20", "21", "19", "PT"
_LOOPS: Final = {_SOURCE: "2000A", _RECEIVER: "2000B", _PROVIDER: "2000C", _PATIENT: "2000D"}
_COUNTS: Final = {
    "90": "accepted_count",
    "QA": "accepted_count",
    "AA": "rejected_count",
    "QC": "rejected_count",
}
_SUMS: Final = {"YU": "accepted_cents", "YY": "rejected_cents"}


def read_277ca(transaction: Transaction) -> list[SourceAnswer]:
    """What one ST says, as a tree by information source. What is unreadable is left out and reported."""
    reader = _Reader(transaction)
    for segment in transaction.segments():
        reader.take(segment)
    if not reader.sources:
        sentence = "The acknowledgement names no information source."
        reader.fields.report("information_source_missing", sentence, transaction.header, "")
    return reader.sources


class _Reader:
    def __init__(self, transaction: Transaction) -> None:
        self.fields: Final = SegmentFields(transaction)
        self.sources: list[SourceAnswer] = []
        self._loop = ""
        self._receiver: ReceiverAnswer | None = None
        self._provider: ProviderAnswer | None = None
        self._patient = _NOBODY
        self._claim: ClaimAnswer | None = None
        self._line: LineAnswer | None = None
        self._handlers: Final[dict[str, Callable[[Segment], None]]] = {
            "BHT": lambda _: None,
            "HL": self._level,
            "NM1": self._name,
            "TRN": self._trace,
            "STC": self._status,
            "REF": self._reference,
            "DTP": self._date,
            "QTY": self._count,
            "AMT": self._sum,
            "SVC": self._service,
        }

    def take(self, segment: Segment) -> None:
        handler = self._handlers.get(segment.id)
        if handler is None:
            self.fields.report("segment_unknown", "A 277CA has no such segment.", segment, self._loop)
        elif segment.id not in {"BHT", "HL"} and not self._loop:
            self.fields.report("segment_out_of_place", "The segment stands above all levels.", segment, "")
        else:
            handler(segment)

    def _level(self, segment: Segment) -> None:
        code = segment[3].strip()
        self._claim = self._line = None
        self._patient = _NOBODY
        if code == _SOURCE:
            self.sources.append(SourceAnswer(party=_NOBODY))
            self._receiver = self._provider = None
        elif code == _RECEIVER:
            self._open_receiver(segment)
        elif code == _PROVIDER:
            self._open_provider(segment)
        elif code == _PATIENT:
            self._need_provider(segment)
        else:
            self.fields.report("level_unknown", "A 277CA has no such level.", segment, "", 3)
        self._loop = _LOOPS.get(code, self._loop)

    def _open_receiver(self, segment: Segment) -> None:
        if not self.sources:
            self._report_missing_level(segment)
            self.sources.append(SourceAnswer(party=_NOBODY))
        self._receiver, self._provider = ReceiverAnswer(party=_NOBODY), None
        self.sources[-1].receivers.append(self._receiver)

    def _open_provider(self, segment: Segment) -> None:
        if self._receiver is None:
            self._report_missing_level(segment)
            self._open_receiver(segment)
        assert self._receiver is not None
        self._provider = ProviderAnswer(party=_NOBODY)
        self._receiver.providers.append(self._provider)

    def _need_provider(self, segment: Segment) -> ProviderAnswer:
        if self._provider is None:
            self._report_missing_level(segment)
            self._open_provider(segment)
        assert self._provider is not None
        return self._provider

    def _report_missing_level(self, segment: Segment) -> None:
        sentence = "A level of the hierarchy stands without the one above it."
        self.fields.report("level_missing_above", sentence, segment, "", severity=Severity.WARNING)

    def _current(self) -> LevelAnswer | None:
        """The level that is open, None for a patient."""
        if self._loop == "2000D":
            return None
        return {"2000A": self.sources[-1], "2000B": self._receiver, "2000C": self._provider}[self._loop]

    def _claim_at(self, segment: Segment) -> ClaimAnswer:
        """The claim being read; one without TRN is kept, so that its money is not forgotten."""
        if self._claim is None:
            sentence = "A claim is answered without saying which."
            self.fields.report("claim_trace_missing", sentence, segment, "2200D")
            self._open_claim("", segment)
        assert self._claim is not None
        return self._claim

    def _open_claim(self, trace: str, segment: Segment) -> None:
        self._claim, self._line = ClaimAnswer(self._patient, trace), None
        self._need_provider(segment).claims.append(self._claim)

    def _name(self, segment: Segment) -> None:
        party = party_of(segment)
        level = self._current()
        if level is None:
            self._patient = party
        else:
            level.party = party

    def _trace(self, segment: Segment) -> None:
        level = self._current()
        if level is None:
            self._open_claim(segment[2], segment)
        else:
            level.trace = segment[2]

    def _status(self, segment: Segment) -> None:
        codes = tuple(_status_code(segment, element) for element in _STATUS_ELEMENTS if segment[element])
        loop = self._loop
        status = Status(
            codes=codes,
            effective_on=self.fields.day(segment, 2, loop),
            action=segment[3],
            amount_cents=self.fields.cents(segment, 4, loop),
            text=segment[12],
        )
        if not codes or not codes[0].category:
            self.fields.report("status_missing", "A status has no category.", segment, loop, 1)
        level = self._current()
        holder = level or self._line or self._claim_at(segment)
        holder.statuses.append(status)

    def _reference(self, segment: Segment) -> None:
        holder = self._current() or self._line or self._claim_at(segment)
        holder.references.append(Reference(segment[1], segment[2]))

    def _date(self, segment: Segment) -> None:
        period = read_period(segment[2], segment[3])
        if period is None:
            self.fields.report("date_unreadable", "The date is not in the format it names.", segment, self._loop, 3)
            return
        if self._loop == "2000A":
            self._source_date(segment, period)
        elif self._current() is None:
            holder = self._line or self._claim_at(segment)
            holder.service = period

    def _source_date(self, segment: Segment, period: Period) -> None:
        if segment[1] == "050":
            self.sources[-1].received_on = period.start_on
        elif segment[1] == "009":
            self.sources[-1].processed_on = period.start_on

    def _count(self, segment: Segment) -> None:
        self._total(segment, _COUNTS, self.fields.count(segment, 2, self._loop))

    def _sum(self, segment: Segment) -> None:
        self._total(segment, _SUMS, self.fields.cents(segment, 2, self._loop))

    def _total(self, segment: Segment, names: dict[str, str], number: int | None) -> None:
        level, name = self._current(), names.get(segment[1])
        if level is None or name is None:
            self.fields.report("total_out_of_place", "The total belongs to no level.", segment, self._loop, 1)
        else:
            setattr(level, name, number)

    def _service(self, segment: Segment) -> None:
        if self._current() is not None:
            self.fields.report("segment_out_of_place", "A service line stands in no claim.", segment, self._loop)
            return
        claim = self._claim_at(segment)
        self._line = LineAnswer(
            procedure=read_procedure(_data(segment), 1),
            charge_cents=self.fields.cents(segment, 2, "2220D"),
            revenue_code=segment[4],
            units=self.fields.quantity(segment, 7, "2220D"),
        )
        claim.lines.append(self._line)


def _data(segment: Segment) -> SegmentData:
    component = segment.delimiters.component
    return [text.split(component) if component in text else text for text in segment.row]


def _status_code(segment: Segment, element: int) -> StatusCode:
    category, code, entity = [*segment.components(element), "", "", ""][:3]
    return StatusCode(category, code, entity)


def party_of(nm1: Segment) -> Party:
    """The party an NM1 names."""
    return Party(
        role=nm1[1],
        name=nm1[3],
        is_person=nm1[2] == "1",
        first_name=nm1[4],
        middle_name=nm1[5],
        suffix=nm1[7],
        id_qualifier=nm1[8],
        id=nm1[9],
    )
