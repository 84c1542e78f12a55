"""Reads 276 (005010X212). Bad data never raises: it becomes a finding of the transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ar_shared.x12.claim_ack_reader import party_of
from ar_shared.x12.claim_facts import Party, Reference
from ar_shared.x12.claim_status import StatusInquiry, StatusParties
from ar_shared.x12.claim_values import read_period
from ar_shared.x12.envelope import Transaction
from ar_shared.x12.segment_fields import SegmentFields
from ar_shared.x12.tokens import Segment

_NOBODY: Final = Party(role="", name="")
_LEVELS: Final = {"20": "source", "21": "receiver", "19": "provider", "22": "subscriber", "23": "patient"}
_BELOW: Final = ("source", "receiver", "provider", "subscriber", "patient")
_TOTAL_CHARGE: Final = "T3"
_LINE: Final = "SVC"


def read_276(transaction: Transaction) -> Iterator[StatusInquiry]:
    """Every claim that is asked about, in the order of the transaction. Questions about single lines are left out."""
    reader = _Reader(SegmentFields(transaction))
    for segment in transaction.segments():
        yield from reader.take(segment)
    yield from reader.finish()


@dataclass(slots=True)
class _Reader:
    fields: SegmentFields
    parties: dict[str, Party] = field(default_factory=dict)
    level: str = ""
    inquiry: StatusInquiry | None = None
    in_line: bool = False

    def take(self, segment: Segment) -> Iterator[StatusInquiry]:
        match segment.id:
            case "HL":
                yield from self.finish()
                self._open_level(segment)
            case "NM1" if self.level:
                self.parties[self.level] = replace(party_of(segment), birth_on=self._party().birth_on)
            case "DMG":
                self.parties[self.level] = replace(self._party(), birth_on=self.fields.day(segment, 2, self.level))
            case "TRN":
                yield from self.finish()
                self.inquiry = StatusInquiry(self._parties(), segment[2])
            case _ if self.inquiry is not None:
                self._detail(segment, self.inquiry)

    def finish(self) -> Iterator[StatusInquiry]:
        """The question that is open, if any."""
        if self.inquiry is not None:
            yield self.inquiry
        self.inquiry, self.in_line = None, False

    def _open_level(self, segment: Segment) -> None:
        self.level = _LEVELS.get(segment[3].strip(), "")
        if not self.level:
            self.fields.report("level_unknown", "A 276 has no such level.", segment, "", 3)
            return
        for name in _BELOW[_BELOW.index(self.level) :]:
            self.parties.pop(name, None)

    def _detail(self, segment: Segment, inquiry: StatusInquiry) -> None:
        if segment.id == _LINE:
            self.in_line = True
        if self.in_line:
            return
        if segment.id == "REF":
            inquiry.references.append(Reference(segment[1], segment[2]))
        elif segment.id == "AMT" and segment[1] == _TOTAL_CHARGE:
            inquiry.charge_cents = self.fields.cents(segment, 2, "2200D")
        elif segment.id == "DTP":
            inquiry.service = read_period(segment[2], segment[3])
            if inquiry.service is None:
                self.fields.report("date_unreadable", "The date is not in the format it names.", segment, "2200D", 3)

    def _party(self) -> Party:
        return self.parties.get(self.level, _NOBODY)

    def _parties(self) -> StatusParties:
        named = {name: self.parties.get(name, _NOBODY) for name in _BELOW if name != "patient"}
        return StatusParties(**named, patient=self.parties.get("patient"))
