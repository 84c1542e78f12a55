"""999: whether a group and each of its transactions were taken in, and where their syntax was at fault.

It says nothing about the merit of a claim. Source: 005010X231A1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ar_shared.x12.envelope import Group, Transaction
from ar_shared.x12.segment_fields import SegmentFields
from ar_shared.x12.tokens import Row, Segment
from ar_shared.x12.writer import Element, TransactionContent

VERSION: Final = "005010X231A1"
ACCEPTED: Final = "A"
ACCEPTED_WITH_ERRORS: Final = "E"
PARTLY_ACCEPTED: Final = "P"
REJECTED: Final = "R"
_TAKEN_IN: Final = frozenset({ACCEPTED, ACCEPTED_WITH_ERRORS})
_REFUSED: Final = frozenset({REJECTED, "M", "W", "X"})
_MAX_REASONS: Final = 5
_SEGMENT_IN_ERROR: Final = "5"


@dataclass(slots=True)
class ElementPlace:
    """Which element, component and repetition is meant; each counts from 1."""

    element: int | None = None
    component: int | None = None
    repetition: int | None = None


@dataclass(slots=True)
class Context:
    """A CTX: what the fault has to do with. `name` `CLM01` carries the patient control number in `value`."""

    name: str
    value: str = field(default="", repr=False)
    segment_id: str = ""
    segment_position: int | None = None
    loop: str = ""
    place: ElementPlace = field(default_factory=ElementPlace)
    references: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ElementFault:
    """An IK4. `copy` is the element as it was received: it may be patient data, so it stays out of any log."""

    place: ElementPlace
    code: str
    reference: str = ""
    copy: str = field(default="", repr=False)
    contexts: list[Context] = field(default_factory=list)


@dataclass(slots=True)
class SegmentFault:
    """An IK3. `position` counts the segments of the transaction from 1, the ST."""

    segment_id: str
    position: int | None
    loop: str = ""
    code: str = ""
    contexts: list[Context] = field(default_factory=list)
    elements: list[ElementFault] = field(default_factory=list)


@dataclass(slots=True)
class SetAnswer:
    """AK2 to IK5 for one transaction of the group. `code` is empty when its IK5 is missing."""

    set_id: str
    control: str
    version: str = ""
    code: str = ""
    reasons: list[str] = field(default_factory=list)
    faults: list[SegmentFault] = field(default_factory=list)


@dataclass(slots=True)
class GroupAnswer:
    """AK1 to AK9: the answer to one group. `code` is empty when the AK9 is missing."""

    functional_id: str
    control: str
    version: str = ""
    code: str = ""
    included_count: int | None = None
    received_count: int | None = None
    accepted_count: int | None = None
    reasons: list[str] = field(default_factory=list)
    sets: list[SetAnswer] = field(default_factory=list)

    def is_accepted(self, set_control: str) -> bool | None:
        """Whether the transaction with this ST02 was taken in; None when the 999 does not say.

        A transaction without an AK2 of its own shares the answer of its group, unless that is `P`.
        """
        code = next((answer.code for answer in self.sets if answer.control == set_control), "") or self.code
        if code in _TAKEN_IN:
            return True
        return False if code in _REFUSED else None


def read_999(transaction: Transaction) -> GroupAnswer | None:
    """The answer of one ST; None when it names no group (finding `group_answer_missing`). Never raises."""
    reader = _Reader(transaction)
    for segment in transaction.segments():
        reader.take(segment)
    return reader.finish()


def answer_group(group: Group, faults: Mapping[str, Sequence[SegmentFault]]) -> GroupAnswer:
    """The answer to a group that was read: transactions with faults (by ST02) are rejected, the others accepted."""
    sets = [_answer_set(one, faults.get(one.control, ())) for one in group.transactions]
    accepted = sum(answer.code == ACCEPTED for answer in sets)
    code = ACCEPTED if accepted == len(sets) else PARTLY_ACCEPTED if accepted else REJECTED
    return GroupAnswer(
        group.functional_id,
        group.control,
        group.version,
        code,
        len(sets),
        len(sets),
        accepted,
        sets=sets,
    )


def content_999(answer: GroupAnswer, control: str) -> TransactionContent:
    """The transaction to write, with ST02 `control`."""
    return TransactionContent("999", control, _segments(answer), VERSION)


class _Reader:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._fields = SegmentFields(transaction)
        self._answer: GroupAnswer | None = None
        self._set: SetAnswer | None = None
        self._fault: SegmentFault | None = None
        self._element: ElementFault | None = None
        self._handlers: Final = {
            "AK1": self._group,
            "AK2": self._begin_set,
            "IK3": self._segment_fault,
            "IK4": self._element_fault,
            "CTX": self._context,
            "IK5": self._end_set,
            "AK9": self._end_group,
        }

    def take(self, segment: Segment) -> None:
        handler = self._handlers.get(segment.id)
        if handler is None:
            self._fields.report("segment_unknown", "A 999 has no such segment.", segment, "")
        else:
            handler(segment)

    def finish(self) -> GroupAnswer | None:
        self._leave_set(self._transaction.header)
        answer = self._answer
        if answer is None:
            sentence = "The acknowledgement does not say which group it answers."
            self._fields.report("group_answer_missing", sentence, self._transaction.header, "")
        elif not answer.code:
            sentence = "The acknowledgement does not say whether the group was accepted."
            self._fields.report("group_code_missing", sentence, self._transaction.header, "")
        return answer

    def _group(self, segment: Segment) -> None:
        if self._answer is not None:
            self._fields.report("group_answer_repeated", "The 999 answers a second group.", segment, "")
            return
        self._answer = GroupAnswer(segment[1], segment[2], segment[3])

    def _begin_set(self, segment: Segment) -> None:
        self._leave_set(segment)
        self._set = SetAnswer(segment[1], segment[2], segment[3])
        if self._answer is not None:
            self._answer.sets.append(self._set)

    def _leave_set(self, segment: Segment) -> None:
        if self._set is not None and not self._set.code:
            sentence = "The acknowledgement does not say whether a transaction was accepted."
            self._fields.report("set_code_missing", sentence, segment, "2000")
        self._set = self._fault = self._element = None

    def _segment_fault(self, segment: Segment) -> None:
        position = self._fields.count(segment, 2, "2100")
        self._fault = SegmentFault(segment[1], position, segment[3], segment[4])
        self._element = None
        if self._set is None:
            self._out_of_place(segment)
        else:
            self._set.faults.append(self._fault)

    def _element_fault(self, segment: Segment) -> None:
        self._element = ElementFault(_place(segment, 1), segment[3], segment[2], segment[4])
        if self._fault is None:
            self._out_of_place(segment)
        else:
            self._fault.elements.append(self._element)

    def _context(self, segment: Segment) -> None:
        holder = self._element or self._fault
        if holder is None:
            self._out_of_place(segment)
            return
        for named in segment.repeats(1):
            name, _, value = named.partition(segment.delimiters.component)
            holder.contexts.append(
                Context(
                    name,
                    value,
                    segment[2],
                    self._fields.count(segment, 3, "2100"),
                    segment[4],
                    _place(segment, 5),
                    [text for text in segment.components(6) if text],
                )
            )

    def _end_set(self, segment: Segment) -> None:
        if self._set is None:
            self._out_of_place(segment)
            return
        self._set.code, self._set.reasons = segment[1], [text for text in segment.row[2:7] if text]
        self._leave_set(segment)

    def _end_group(self, segment: Segment) -> None:
        self._leave_set(segment)
        if self._answer is None:
            self._out_of_place(segment)
            return
        self._answer.code = segment[1]
        self._answer.included_count = self._fields.count(segment, 2, "")
        self._answer.received_count = self._fields.count(segment, 3, "")
        self._answer.accepted_count = self._fields.count(segment, 4, "")
        self._answer.reasons = [text for text in segment.row[5:10] if text]

    def _out_of_place(self, segment: Segment) -> None:
        self._fields.report("segment_out_of_place", "The segment answers nothing that was opened.", segment, "")


def _place(segment: Segment, element: int) -> ElementPlace:
    numbers = [int(text) if text.isascii() and text.isdigit() else None for text in segment.components(element)]
    return ElementPlace(*[*numbers, None, None, None][:3])


def _answer_set(transaction: Transaction, faults: Sequence[SegmentFault]) -> SetAnswer:
    code, reasons = (REJECTED, [_SEGMENT_IN_ERROR]) if faults else (ACCEPTED, [])
    return SetAnswer(transaction.set_id, transaction.control, transaction.version, code, reasons, list(faults))


def _segments(answer: GroupAnswer) -> Iterator[Sequence[Element]]:
    yield ["AK1", answer.functional_id, answer.control, answer.version]
    for one in answer.sets:
        yield ["AK2", one.set_id, one.control, one.version]
        for fault in one.faults:
            yield from _fault_segments(fault)
        yield ["IK5", one.code, *one.reasons[:_MAX_REASONS]]
    counts = (answer.included_count, answer.received_count, answer.accepted_count)
    yield ["AK9", answer.code, *map(_number, counts), *answer.reasons[:_MAX_REASONS]]


def _fault_segments(fault: SegmentFault) -> Iterator[Sequence[Element]]:
    yield ["IK3", fault.segment_id, _number(fault.position), fault.loop, fault.code]
    yield from map(_context_row, fault.contexts)
    for element in fault.elements:
        yield ["IK4", _place_parts(element.place), element.reference, element.code, element.copy]
        yield from map(_context_row, element.contexts)


def _context_row(context: Context) -> Sequence[Element]:
    place = _place_parts(context.place)
    position = _number(context.segment_position)
    name = [context.name, context.value]
    return ["CTX", name, context.segment_id, position, context.loop, place, context.references]


def _place_parts(place: ElementPlace) -> Row:
    return [_number(number) for number in (place.element, place.component, place.repetition)]


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
