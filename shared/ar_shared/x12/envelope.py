"""Interchange > group > transaction: the headers, and whether the trailers agree with what was read.

Bad data never raises; it becomes a finding on the envelope it concerns, and everything readable is delivered.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ar_shared.x12.delimiters import STANDARD, Delimiters
from ar_shared.x12.findings import Finding, Findings, Severity
from ar_shared.x12.tokens import CONTROL_IDS, Block, Segment, read_blocks

_NOWHERE: Final = Segment([""], 0, 0, 0, STANDARD)


class Run(NamedTuple):
    """Consecutive segments `block.texts[first:stop]`, none of them an envelope segment."""

    block: Block
    first: int
    stop: int

    def segments(self) -> Iterator[Segment]:
        return map(self.block.segment, range(self.first, self.stop))


@dataclass(slots=True)
class Interchange:
    """One ISA..IEA. Its groups, TA1 segments and findings are complete once the reader has moved past it."""

    header: Segment
    groups: list["Group"] = field(default_factory=list)
    acknowledgements: list[Segment] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    complete: bool = False

    @property
    def delimiters(self) -> Delimiters:
        return self.header.delimiters

    @property
    def sender_qualifier(self) -> str:
        return self.header[5].strip()

    @property
    def sender_id(self) -> str:
        return self.header[6].strip()

    @property
    def receiver_qualifier(self) -> str:
        return self.header[7].strip()

    @property
    def receiver_id(self) -> str:
        return self.header[8].strip()

    @property
    def date(self) -> str:
        """YYMMDD, as written."""
        return self.header[9].strip()

    @property
    def time(self) -> str:
        """HHMM, as written."""
        return self.header[10].strip()

    @property
    def version(self) -> str:
        return self.header[12].strip()

    @property
    def control(self) -> str:
        return self.header[13].strip()

    @property
    def acknowledgement_requested(self) -> bool:
        return self.header[14].strip() == "1"

    @property
    def usage(self) -> str:
        """`P` production, `T` test."""
        return self.header[15].strip()


@dataclass(slots=True)
class Group:
    """One GS..GE of an interchange."""

    interchange: Interchange
    header: Segment
    transactions: list["Transaction"] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    complete: bool = False

    @property
    def functional_id(self) -> str:
        """`HP` for 835, `HC` for 837, `FA` for 999, `HN` for 277CA."""
        return self.header[1].strip()

    @property
    def sender_code(self) -> str:
        return self.header[2].strip()

    @property
    def receiver_code(self) -> str:
        return self.header[3].strip()

    @property
    def date(self) -> str:
        return self.header[4].strip()

    @property
    def time(self) -> str:
        return self.header[5].strip()

    @property
    def control(self) -> str:
        return self.header[6].strip()

    @property
    def version(self) -> str:
        """Version and guide, such as `005010X221A1`."""
        return self.header[8].strip()


@dataclass(slots=True)
class Transaction:
    """One ST..SE. Its segments are read once, in order, straight from the file.

    `complete` turns True when the SE is read; `segment_count` counts ST and SE, as SE01 does.
    """

    group: Group
    header: Segment
    _cursor: "_Cursor"
    findings: Findings = field(default_factory=Findings)
    segment_count: int = 1
    complete: bool = False
    end_offset: int = 0
    _open: bool = True

    @property
    def interchange(self) -> Interchange:
        return self.group.interchange

    @property
    def delimiters(self) -> Delimiters:
        return self.header.delimiters

    @property
    def set_id(self) -> str:
        return self.header[1].strip()

    @property
    def control(self) -> str:
        return self.header[2].strip()

    @property
    def version(self) -> str:
        """The guide: ST03, or GS08 where there is none (835)."""
        return self.header[3].strip() or self.group.version

    def segments(self) -> Iterator[Segment]:
        """The segments between ST and SE."""
        for run in self.runs():
            yield from run.segments()

    def runs(self) -> Iterator[Run]:
        """The same in stretches of bare text; a stretch handed out counts as read."""
        while self._open and (run := self._cursor.run()) is not None:
            self.segment_count += run.stop - run.first
            self.end_offset = run.block.end(run.stop - 1)
            yield run
        if self._open:
            self._open = False
            self._close()

    def finding(
        self,
        code: str,
        text: str,
        *,
        severity: Severity = Severity.ERROR,
        segment_index: int | None = None,
        loop: str = "",
        segment: str | None = None,
        element: int | None = None,
        byte_offset: int | None = None,
    ) -> Finding:
        """A finding with this transaction's control numbers; without a place of its own it points at the ST."""
        return Finding(
            code,
            text,
            severity,
            self.interchange.control,
            self.group.control,
            self.control,
            self.header.index if segment_index is None else segment_index,
            loop,
            "ST" if segment is None else segment,
            element,
            self.header.offset if byte_offset is None else byte_offset,
        )

    def _close(self) -> None:
        trailer = self._cursor.trailer("SE")
        if trailer is None:
            text = "The transaction has no SE trailer, so the end of it may be missing."
            self.findings.add(self.finding("transaction_trailer_missing", text))
            return
        self.segment_count += 1
        self.complete, self.end_offset = True, trailer.offset + trailer.length
        if not _same_count(trailer[1], self.segment_count):
            text = f"SE01 does not equal the {self.segment_count} segments of the transaction."
            self._report_trailer("segment_count_wrong", text, trailer, 1)
        if trailer[2].strip() != self.control:
            text = "SE02 differs from the control number in ST02."
            self._report_trailer("transaction_control_mismatch", text, trailer, 2)

    def _report_trailer(self, code: str, text: str, trailer: Segment, element: int) -> None:
        found = self.finding(
            code,
            text,
            segment_index=trailer.index,
            segment="SE",
            element=element,
            byte_offset=trailer.offset,
        )
        self.findings.add(found)


class EnvelopeReader:
    """Walks one file once; `interchanges` grows as `transactions()` advances.

    Moving to the next transaction skips what was left unread of the one before. Raises UnreadableFileError
    (only) when the bytes hold no ISA. `findings` is what belongs to no interchange.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.interchanges: list[Interchange] = []
        self.findings = Findings()
        self._cursor = _Cursor(read_blocks(chunks))
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._interchange_controls: set[str] = set()
        self._group_controls: set[str] = set()
        self._transaction_controls: set[str] = set()
        self._handlers: dict[str, Callable[[Segment], None]] = {
            "ISA": self._open_interchange,
            "GS": self._open_group,
            "SE": self._stray_trailer,
            "GE": self._close_group,
            "IEA": self._close_interchange,
        }

    def transactions(self) -> Iterator[Transaction]:
        while True:
            while (run := self._cursor.run()) is not None:
                for segment in run.segments():
                    self._stray(segment)
            control = self._cursor.control()
            if control is None:
                break
            self._note_unterminated(control)
            if control.id != "ST":
                self._handlers[control.id](control)
                continue
            transaction = self._open_transaction(control)
            yield transaction
            for _ in transaction.runs():
                pass
        self._leave_interchange()

    def _open_interchange(self, header: Segment) -> None:
        self._leave_interchange()
        self._interchange = Interchange(header)
        self._group_controls.clear()
        if _seen_before(self._interchange.control, self._interchange_controls):
            text = "Another interchange of the file has the same control number."
            self._report(self._interchange.findings, "interchange_control_duplicate", text, header, 13)
        if len(header.row) != 17:
            text = "The interchange header does not have its 16 elements."
            self._report(self._interchange.findings, "interchange_header_odd", text, header)
        self.interchanges.append(self._interchange)

    def _open_group(self, header: Segment) -> None:
        self._leave_group()
        interchange = self._current_interchange(header)
        self._group = Group(interchange, header)
        self._transaction_controls.clear()
        if _seen_before(self._group.control, self._group_controls):
            text = "Another group of the interchange has the same control number."
            self._report(self._group.findings, "group_control_duplicate", text, header, 6)
        interchange.groups.append(self._group)

    def _open_transaction(self, header: Segment) -> Transaction:
        group = self._current_group(header)
        transaction = Transaction(group, header, self._cursor, end_offset=header.offset + header.length)
        if _seen_before(transaction.control, self._transaction_controls):
            text = "Another transaction of the group has the same control number."
            transaction.findings.add(transaction.finding("transaction_control_duplicate", text, element=2))
        group.transactions.append(transaction)
        return transaction

    def _current_interchange(self, at: Segment) -> Interchange:
        if self._interchange is None:
            self._interchange = Interchange(_NOWHERE)
            self._group_controls.clear()
            self.interchanges.append(self._interchange)
            text = "There is no ISA header in front of this."
            self._report(self._interchange.findings, "interchange_header_missing", text, at)
        return self._interchange

    def _current_group(self, at: Segment) -> Group:
        if self._group is None:
            interchange = self._current_interchange(at)
            self._group = Group(interchange, _NOWHERE)
            self._transaction_controls.clear()
            interchange.groups.append(self._group)
            text = "There is no GS header in front of this transaction."
            self._report(self._group.findings, "group_header_missing", text, at)
        return self._group

    def _stray_trailer(self, trailer: Segment) -> None:
        text = "The trailer closes nothing that is open."
        self._report(self._innermost(), "trailer_without_header", text, trailer)

    def _stray(self, segment: Segment) -> None:
        self._note_unterminated(segment)
        if segment.index == 0:
            text = "There is text in front of the first ISA header."
            self._report(self.findings, "text_before_interchange", text, segment)
        elif segment.id == "TA1" and self._interchange is not None:
            self._interchange.acknowledgements.append(segment)
        else:
            text = "The segment stands outside any transaction."
            self._report(self._innermost(), "segment_outside_transaction", text, segment)

    def _close_group(self, trailer: Segment) -> None:
        group = self._group
        if group is None or group.header is _NOWHERE:
            self._stray_trailer(trailer)
            return
        group.complete = True
        if not _same_count(trailer[1], len(group.transactions)):
            text = f"GE01 does not equal the {len(group.transactions)} transactions of the group."
            self._report(group.findings, "transaction_count_wrong", text, trailer, 1)
        if trailer[2].strip() != group.control:
            text = "GE02 differs from the control number in GS06."
            self._report(group.findings, "group_control_mismatch", text, trailer, 2)
        self._group = None

    def _close_interchange(self, trailer: Segment) -> None:
        self._leave_group()
        interchange = self._interchange
        if interchange is None or interchange.header is _NOWHERE:
            self._stray_trailer(trailer)
            return
        interchange.complete = True
        if not _same_count(trailer[1], len(interchange.groups)):
            text = f"IEA01 does not equal the {len(interchange.groups)} groups of the interchange."
            self._report(interchange.findings, "group_count_wrong", text, trailer, 1)
        if trailer[2].strip() != interchange.control:
            text = "IEA02 differs from the control number in ISA13."
            self._report(interchange.findings, "interchange_control_mismatch", text, trailer, 2)
        self._interchange = None

    def _leave_group(self) -> None:
        group, self._group = self._group, None
        if group is not None and group.header is not _NOWHERE:
            text = "The group has no GE trailer, so the end of it may be missing."
            self._report(group.findings, "group_trailer_missing", text, group.header, group=group)

    def _leave_interchange(self) -> None:
        self._leave_group()
        interchange, self._interchange = self._interchange, None
        if interchange is not None and interchange.header is not _NOWHERE:
            text = "The interchange has no IEA trailer, so the end of it may be missing."
            found = interchange.findings
            self._report(found, "interchange_trailer_missing", text, interchange.header, interchange=interchange)

    def _note_unterminated(self, segment: Segment) -> None:
        if not segment.terminated and segment.index:
            text = "The file ends without a segment terminator."
            self._report(self._innermost(), "segment_not_terminated", text, segment, severity=Severity.WARNING)

    def _innermost(self) -> Findings:
        owner = self._group or self._interchange or self
        return owner.findings

    def _report(
        self,
        findings: Findings,
        code: str,
        text: str,
        segment: Segment,
        element: int | None = None,
        *,
        severity: Severity = Severity.ERROR,
        group: Group | None = None,
        interchange: Interchange | None = None,
    ) -> None:
        group = group or self._group
        interchange = interchange or (group.interchange if group else self._interchange)
        findings.add(
            Finding(
                code,
                text,
                severity,
                interchange.control if interchange else "",
                group.control if group else "",
                segment_index=segment.index,
                segment=segment.id if segment.id in CONTROL_IDS else "",
                element=element,
                byte_offset=segment.offset,
            )
        )


class _Cursor:
    """A place in the blocks of a file that always knows the next envelope segment."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._block: Block | None = None
        self._at = 0
        self._controls: Iterator[int] = iter(())
        self._next_control = 0

    def run(self) -> Run | None:
        """Moves over the segments up to the next envelope segment of the block; None when one is next."""
        block = self._current()
        if block is None or self._at == self._next_control:
            return None
        run = Run(block, self._at, self._next_control)
        self._at = self._next_control
        return run

    def control(self) -> Segment | None:
        """Moves over the envelope segment that is next; None at the end of the file."""
        block = self._current()
        if block is None:
            return None
        segment = block.segment(self._at)
        self._at += 1
        self._next_control = next(self._controls, len(block.texts))
        return segment

    def trailer(self, segment_id: str) -> Segment | None:
        """The same if it has this id; else None, and the cursor stays."""
        block = self._current()
        if block is None or block.row(self._at)[0] != segment_id:
            return None
        return self.control()

    def _current(self) -> Block | None:
        while self._block is None or self._at == len(self._block.texts):
            self._block = next(self._blocks, None)
            if self._block is None:
                return None
            self._at = 0
            self._controls = iter(self._block.controls)
            self._next_control = next(self._controls, len(self._block.texts))
        return self._block


def _seen_before(control: str, controls: set[str]) -> bool:
    seen = control in controls
    controls.add(control)
    return seen


def _same_count(text: str, count: int) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and int(text[-12:]) == count
