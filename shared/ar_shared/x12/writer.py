"""Putting segments and envelopes together: counts, control numbers, and text that cannot break a delimiter."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final

from ar_shared.x12.delimiters import STANDARD, Delimiters

Element = str | Sequence[str]
"""A simple element, or the components of a composite one."""


@dataclass(frozen=True, slots=True)
class InterchangeHeader:
    """What the ISA says. `made_at` is wall time of the sender; control numbers have at most 9 digits."""

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    made_at: datetime
    control: int
    usage: str = "P"
    acknowledgement_requested: bool = False


@dataclass(frozen=True, slots=True)
class TransactionContent:
    """One transaction to write: `segments` are those between ST and SE; `version` fills ST03 (835 has none)."""

    set_id: str
    control: str
    segments: Iterable[Sequence[Element]]
    version: str = ""


@dataclass(frozen=True, slots=True)
class GroupContent:
    """One group to write; `version` is GS08, such as `005010X221A1`."""

    functional_id: str
    sender_code: str
    receiver_code: str
    control: int
    version: str
    transactions: Iterable[TransactionContent] = field(default_factory=tuple)


class SegmentWriter:
    """Makes the text of one segment: unsafe characters become spaces, trailing empty elements go."""

    def __init__(self, delimiters: Delimiters = STANDARD, *, line_breaks: bool = True) -> None:
        self.delimiters = delimiters
        self._end = delimiters.segment + ("\n" if line_breaks and delimiters.segment not in "\r\n" else "")
        control = dict.fromkeys((*range(32), 127), " ")
        marks = (delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment)
        self._safe: Final = str.maketrans({**control, **{ord(mark): " " for mark in marks if mark}})

    def safe(self, text: str) -> str:
        """The text without delimiters, control characters and surrounding space."""
        return text.translate(self._safe).strip()

    def segment(self, elements: Sequence[Element]) -> str:
        return self.raw_segment([self._element(element) for element in elements])

    def raw_segment(self, elements: Sequence[str]) -> str:
        """The same from elements that are already safe and keep their padding (ISA)."""
        return self.delimiters.element.join(elements).rstrip(self.delimiters.element) + self._end

    def _element(self, element: Element) -> str:
        if isinstance(element, str):
            return self.safe(element)
        separator = self.delimiters.component
        return separator.join(map(self.safe, element)).rstrip(separator)


def write_interchange(
    header: InterchangeHeader,
    groups: Iterable[GroupContent],
    *,
    acknowledgements: Iterable[Sequence[Element]] = (),
    writer: SegmentWriter | None = None,
) -> bytes:
    """One whole interchange, UTF-8; `acknowledgements` are TA1 segments, which stand in front of the groups."""
    return "".join(stream_interchange(header, groups, acknowledgements, writer or SegmentWriter())).encode()


def stream_interchange(
    header: InterchangeHeader,
    groups: Iterable[GroupContent],
    acknowledgements: Iterable[Sequence[Element]],
    writer: SegmentWriter,
) -> Iterator[str]:
    """The same segment by segment; the trailers hold what was counted on the way."""
    control = _digits(header.control, 9)
    yield _interchange_header(header, control, writer)
    yield from map(writer.segment, acknowledgements)
    count = 0
    for group in groups:
        count += 1
        yield from _stream_group(group, header.made_at, writer)
    yield writer.segment(["IEA", str(count), control])


def _interchange_header(header: InterchangeHeader, control: str, writer: SegmentWriter) -> str:
    marks = writer.delimiters
    elements = ["ISA", "00", " " * 10, "00", " " * 10]
    for qualifier, party in (
        (header.sender_qualifier, header.sender_id),
        (header.receiver_qualifier, header.receiver_id),
    ):
        elements += [_fixed(qualifier, 2, writer), _fixed(party, 15, writer)]
    elements += [f"{header.made_at:%y%m%d}", f"{header.made_at:%H%M}", marks.repetition or "U"]
    elements += ["00501" if marks.repetition else "00401", control]
    elements += ["1" if header.acknowledgement_requested else "0", header.usage, marks.component]
    return writer.raw_segment(elements)


def _stream_group(group: GroupContent, made_at: datetime, writer: SegmentWriter) -> Iterator[str]:
    control = str(group.control)
    made = [f"{made_at:%Y%m%d}", f"{made_at:%H%M}"]
    parties = [group.functional_id, group.sender_code, group.receiver_code]
    yield writer.segment(["GS", *parties, *made, control, "X", group.version])
    count = 0
    for transaction in group.transactions:
        count += 1
        yield from _stream_transaction(transaction, writer)
    yield writer.segment(["GE", str(count), control])


def _stream_transaction(transaction: TransactionContent, writer: SegmentWriter) -> Iterator[str]:
    header = ["ST", transaction.set_id, transaction.control, transaction.version]
    count = 1
    for segment in chain([header], transaction.segments):
        count += 1
        yield writer.segment(segment)
    yield writer.segment(["SE", str(count), transaction.control])


def _digits(number: int, width: int) -> str:
    if not 0 < number < 10**width:
        raise ValueError(f"a control number has 1 to {width} digits")
    return f"{number:0{width}d}"


def _fixed(text: str, width: int, writer: SegmentWriter) -> str:
    safe = writer.safe(text)
    if len(safe) > width:
        raise ValueError(f"an interchange id has at most {width} characters")
    return safe.ljust(width)
