"""Reads 837P and 837I: one claim at a time, with the levels above it, whatever their order and however odd."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ar_shared.x12.claim_extract import inspect_claim
from ar_shared.x12.claim_facts import ClaimFacts
from ar_shared.x12.claim_fields import Problem
from ar_shared.x12.claim_loops import (
    KEYED_BY_FIRST_ELEMENT,
    LEVEL_OF_HL03,
    LEVEL_WITHOUT_HL,
    LOOPS,
    NM1_FALLBACK,
    claim_type_of,
)
from ar_shared.x12.claim_model import ClaimImage, ClaimType, Loop, SegmentData
from ar_shared.x12.delimiters import STANDARD
from ar_shared.x12.envelope import Transaction
from ar_shared.x12.findings import Finding, Severity
from ar_shared.x12.tokens import Segment

_LEVELS: Final = ("2000A", "2000B", "2000C")


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """One claim of a file. `facts` is None when an error keeps it from being used; the image is always whole.

    `segment_index` and `byte_offset` are those of its CLM.
    """

    image: ClaimImage
    facts: ClaimFacts | None
    findings: tuple[Finding, ...]
    segment_index: int
    byte_offset: int


def read_837(transaction: Transaction) -> Iterator[ReadClaim]:
    """The claims of one ST, as they are read; no more than one is held.

    A claim's own faults are findings on the claim. What concerns no claim (a level without claims, an unknown
    guide) goes to `transaction.findings`. Nothing raises for bad data.
    """
    versions = (transaction.version, transaction.group.version)
    version = next((version for version in versions if claim_type_of(version)), "")
    claim_type = claim_type_of(version)
    if claim_type is None:
        sentence = "The transaction follows a guide that is not read here."
        transaction.findings.add(transaction.finding("guide_unsupported", sentence, element=3))
        return
    yield from _Reader(transaction, claim_type, version).claims()


@dataclass(slots=True)
class _Section:
    """The header, a level or a claim while it is being read. `stack` is the way from its loop to the open one."""

    loop: Loop
    opened_by: Segment
    stack: list[Loop] = field(default_factory=list)
    places: dict[int, Segment] = field(default_factory=dict)
    has_claim: bool = False

    def __post_init__(self) -> None:
        self.stack.append(self.loop)

    def add(self, data: SegmentData, segment: Segment) -> None:
        self.stack[-1].items.append(data)
        self.places[id(data)] = segment

    def open_loop(self, depth: int, loop_id: str) -> None:
        """Begins an inner loop of the loop at `depth` of the stack."""
        loop = Loop(loop_id)
        self.stack[depth].items.append(loop)
        self.stack[depth + 1 :] = [loop]


class _Reader:
    def __init__(self, transaction: Transaction, claim_type: ClaimType, version: str) -> None:
        self._transaction = transaction
        self._type = claim_type
        self._version = version
        self._loops = LOOPS[claim_type]
        self._beginners = frozenset(key for inner in self._loops.values() for key in inner)
        self._marks = transaction.delimiters
        self._header = _Section(Loop("HEADER"), transaction.header)
        self._levels: dict[str, _Section] = {}
        self._claim: _Section | None = None
        self._current = self._header
        self._claim_count = 0

    def claims(self) -> Iterator[ReadClaim]:
        for segment in self._transaction.segments():
            key = _key(segment)
            opened = self._opened_by(segment, key)
            if opened is not None:
                if self._claim is not None:
                    yield self._finish(self._claim)
                self._open(opened, segment)
            self._place(segment, key)
        if self._claim is not None:
            yield self._finish(self._claim)
        self._leave_levels("2000A")
        if self._claim_count == 0:
            self._report("claims_missing", "The transaction holds no claim.", self._transaction.header)

    def _opened_by(self, segment: Segment, key: str) -> str | None:
        """The section this segment begins: a claim, or a level with or without its HL."""
        if segment.id == "CLM":
            return "2300"
        if segment.id == "HL":
            return LEVEL_OF_HL03.get(segment[3].strip())
        level = LEVEL_WITHOUT_HL.get(key)
        if level is None or level == self._current.loop.id or self._taker(segment, key) is not None:
            return None
        return level

    def _open(self, loop_id: str, segment: Segment) -> None:
        self._claim = None
        section = _Section(Loop(loop_id), segment)
        self._current = section
        if loop_id == "2300":
            self._claim = section
            return
        self._leave_levels(loop_id)
        self._levels[loop_id] = section
        if segment.id != "HL":
            sentence = "A level of the hierarchy begins without its HL segment."
            self._report("hierarchy_segment_missing", sentence, segment, loop_id, Severity.WARNING)

    def _leave_levels(self, loop_id: str) -> None:
        """Closes this level and those below it; one that held no claim is not stored anywhere, and says so."""
        for level in _LEVELS[_LEVELS.index(loop_id) :]:
            section = self._levels.pop(level, None)
            if section is not None and not section.has_claim:
                sentence = "A level of the hierarchy has no claim under it."
                self._report("level_without_claim", sentence, section.opened_by, level, Severity.WARNING)

    def _place(self, segment: Segment, key: str) -> None:
        taker = self._taker(segment, key)
        if taker is not None:
            self._current.open_loop(*taker)
        self._current.add(self._data(segment), segment)

    def _taker(self, segment: Segment, key: str) -> tuple[int, str] | None:
        """Depth of the innermost open loop in which this segment begins an inner loop, and that one's id."""
        if key not in self._beginners and segment.id != "NM1":
            return None
        stack = self._current.stack
        may_fall_back = segment.id == "NM1" and key not in LEVEL_WITHOUT_HL
        for depth in range(len(stack) - 1, -1, -1):
            outer = stack[depth].id
            inner = self._loops.get(outer, {}).get(key)
            if inner is None and may_fall_back:
                inner = NM1_FALLBACK.get(outer)
            if inner is not None:
                return depth, inner
        return None

    def _data(self, segment: Segment) -> SegmentData:
        component = self._marks.component
        row = segment.row
        if self._marks.repetition != STANDARD.repetition:
            row = [self._with_standard_repetition(text) for text in row]
        return [text.split(component) if component in text else text for text in row]

    def _with_standard_repetition(self, text: str) -> str:
        text = text.replace(STANDARD.repetition, " ")
        return text.replace(self._marks.repetition, STANDARD.repetition) if self._marks.repetition else text

    def _finish(self, section: _Section) -> ReadClaim:
        self._claim_count += 1
        for level in self._levels.values():
            level.has_claim = True
        image = ClaimImage(
            claim_type=self._type,
            version=self._version,
            header=self._header.loop,
            billing=self._level("2000A"),
            subscriber=self._level("2000B"),
            patient=self._level("2000C"),
            claim=section.loop,
        )
        inspection = inspect_claim(image)
        opened = section.opened_by
        findings = tuple(self._finding(problem, opened) for problem in inspection.problems)
        return ReadClaim(image, inspection.facts, findings, opened.index, opened.offset)

    def _level(self, loop_id: str) -> Loop | None:
        section = self._levels.get(loop_id)
        return section.loop if section else None

    def _finding(self, problem: Problem, claim: Segment) -> Finding:
        place = self._place_of(problem.segment) or claim
        return self._transaction.finding(
            problem.code,
            problem.text,
            severity=Severity.ERROR if problem.is_fatal else Severity.WARNING,
            segment_index=place.index,
            loop=problem.loop_id,
            segment=place.id,
            element=problem.element or None,
            byte_offset=place.offset,
        )

    def _place_of(self, data: SegmentData | None) -> Segment | None:
        for section in (self._claim, *self._levels.values(), self._header):
            if section is not None and (place := section.places.get(id(data))) is not None:
                return place
        return None

    def _report(
        self, code: str, text: str, segment: Segment, loop_id: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        finding = self._transaction.finding(
            code,
            text,
            severity=severity,
            segment_index=segment.index,
            loop=loop_id,
            segment=segment.id,
            byte_offset=segment.offset,
        )
        self._transaction.findings.add(finding)


def _key(segment: Segment) -> str:
    return f"{segment.id}*{segment[1]}" if segment.id in KEYED_BY_FIRST_ELEMENT else segment.id
