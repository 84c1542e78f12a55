"""Reads an 835 claim by claim, in the memory of one claim, and says what does not add up.

Nothing is dropped: a segment that is unknown, misplaced or unreadable is kept as an `ExtraSegment` and reported.
One odd element costs its own claim (`usable` is False), never the transaction. Speed depends on one loop,
`Remittance.claims`: it sends segments through tables of small functions, and sums are checked once per claim.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final, NamedTuple

from ar_shared.x12.envelope import Run, Transaction
from ar_shared.x12.findings import Finding, Severity
from ar_shared.x12.remittance import (
    ClaimGroup,
    ExtraSegment,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceService,
    RemittanceSummary,
    element,
    one_more,
)
from ar_shared.x12.remittance_balance import check_claim, check_payment
from ar_shared.x12.remittance_faults import readable_amount, shown_id, unreadable_amounts, unreadable_elements
from ar_shared.x12.remittance_header import BEGINS_CLAIMS, HeaderReader
from ar_shared.x12.remittance_levels import IN_CLAIM, IN_SERVICE, OUTSIDE, REPEATING, Level, Repeats, remember
from ar_shared.x12.remittance_summary import read_provider_adjustments
from ar_shared.x12.tokens import Block, Row
from ar_shared.x12.values import CENTS, QUANTITIES, read_cents

_OUTSIDE_CLAIMS: Final = frozenset(("LX", "TS3", "TS2", "PLB"))
_PADDING: Final = [("",) * missing for missing in range(14, -1, -1)]  # CLP has at most 14 elements that matter
_ODDITIES: Final = {
    "segment_misplaced": "The segment stands in another loop than the one it belongs to.",
    "segment_unexpected": "The segment is not expected here; it is kept as it is.",
}


class _Place(NamedTuple):
    row: Row
    segment_index: int
    byte_offset: int

    @classmethod
    def of(cls, block: Block, position: int) -> "_Place":
        return cls(block.row(position), block.first_index + position, block.start(position))


def read_835(transaction: Transaction) -> "Remittance":
    """The remittance of one ST with its header read; claims and summary follow as `claims()` is iterated."""
    return Remittance(transaction)


class Remittance:
    """One payment. Iterate `claims()` to the end, once; then `summary` is whole and checked."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.header = RemittanceHeader()
        self.summary = RemittanceSummary()
        self._runs: Iterator[Run] = transaction.runs()
        self._group: ClaimGroup | None = None
        self._loop = "header"
        self._component = transaction.delimiters.component
        self._read_header()

    def claims(self) -> Iterator[RemittanceClaim]:
        """Each CLP with all that belongs to it, checked."""
        claim: RemittanceClaim | None = None
        level: Level | None = None
        handlers = OUTSIDE
        end = 0
        separator = self.transaction.delimiters.element
        repeats: Repeats = {}
        for block, first, stop in self._runs:
            index, start_of = block.first_index, block.start
            for position, text in enumerate(block.texts[first:stop], first):
                repeated = repeats.get(text)
                if repeated is not None and level is not None:
                    repeated[0](level, repeated[1])
                    continue
                row = text.split(separator)
                segment_id = row[0]
                handler = handlers.get(segment_id)
                if handler is not None:
                    try:
                        handler(level, row)
                        if segment_id in REPEATING:
                            remember(repeats, text, row, level)
                    except (IndexError, ValueError):
                        assert claim is not None
                        self._unreadable(claim, _Place.of(block, position))
                elif segment_id == "SVC" and claim is not None:
                    level = self._service(claim, row, index + position, start_of(position))
                    handlers = IN_SERVICE
                elif segment_id == "CLP":
                    start = block.start(position)
                    if claim is not None:
                        yield self._finished(claim, start)
                    level = claim = self._claim(row, index + position, start)
                    handlers = IN_CLAIM
                else:
                    place = _Place.of(block, position)
                    if claim is not None and segment_id in _OUTSIDE_CLAIMS:
                        yield self._finished(claim, place.byte_offset)
                        claim, level, handlers = None, None, OUTSIDE
                    self._aside(claim, place)
            end = block.end(stop - 1)
        if claim is not None:
            yield self._finished(claim, end)
        check_payment(self.transaction, self.header, self.summary)

    # One claim

    def _claim(self, row: Row, segment_index: int, byte_offset: int) -> RemittanceClaim:
        if len(row) < 14:
            row += _PADDING[len(row)]
        try:
            return RemittanceClaim(
                row[1],
                row[2],
                read_cents(row[3]),
                read_cents(row[4]),
                read_cents(row[5] or "0"),
                row[6],
                row[7],
                row[8],
                row[9],
                row[10],
                row[11],
                row[12],
                row[13],
                self.summary.claim_count + 1,
                segment_index,
                byte_offset,
                0,
                self._group,
            )
        except ValueError:
            readable = [*row[:3], *map(readable_amount, row[3:6]), *row[6:]]
            claim = self._claim(readable, segment_index, byte_offset)
            self._unreadable(claim, _Place(row, segment_index, byte_offset))
            return claim

    def _service(self, claim: RemittanceClaim, row: Row, segment_index: int, byte_offset: int) -> RemittanceService:
        if len(row) < 8:
            row += _PADDING[len(row)]
        try:
            service = RemittanceService(
                row[1],
                CENTS[row[2]],
                CENTS[row[3]],
                row[4],
                QUANTITIES[row[5]],
                row[6],
                QUANTITIES[row[7]],
                self._component,
                segment_index,
                byte_offset,
            )
        except ValueError:
            readable = [*row[:2], *map(readable_amount, row[2:4]), row[4], "", row[6], ""]
            service = self._service(claim, readable, segment_index, byte_offset)
            self._unreadable(claim, _Place(row, segment_index, byte_offset))
            return service
        known: Any = claim.services
        if known:
            known.append(service)
        else:
            claim.services = [service]
        return service

    def _finished(self, claim: RemittanceClaim, end: int) -> RemittanceClaim:
        claim.byte_length = end - claim.byte_offset
        check_claim(claim, self.transaction)
        summary = self.summary
        summary.claim_count += 1
        summary.service_count += len(claim.services)
        summary.charge_cents += claim.charge_cents
        summary.paid_cents += claim.paid_cents
        if not claim.usable:
            summary.unusable_count += 1
        elif not claim.balanced:
            summary.unbalanced_count += 1
        return claim

    def _aside(self, claim: RemittanceClaim | None, place: _Place) -> None:
        if claim is None:
            self._read_outside(place)
        else:
            self._misplaced(claim, place)

    def _misplaced(self, claim: RemittanceClaim, place: _Place) -> None:
        """A segment of the claim that comes after a line is still the claim's; any other is kept apart."""
        loop, segment_id = _loop(claim), place.row[0]
        code = "segment_misplaced" if segment_id in IN_CLAIM else "segment_unexpected"
        claim.findings = one_more(claim.findings, self._oddity(code, loop, place))
        if segment_id not in IN_CLAIM:
            claim.extra = one_more(claim.extra, ExtraSegment(loop, place.row, place.segment_index))
            return
        try:
            IN_CLAIM[segment_id](claim, place.row)
        except (IndexError, ValueError):
            self._unreadable(claim, place)

    def _unreadable(self, claim: RemittanceClaim, place: _Place) -> None:
        loop = _loop(claim)
        claim.usable = False
        claim.extra = one_more(claim.extra, ExtraSegment(loop, place.row, place.segment_index))
        for finding in self._faults(loop, place):
            claim.findings = one_more(claim.findings, finding)

    # Around the claims

    def _read_header(self) -> None:
        reader = HeaderReader(self.header)
        for block, first, stop in self._runs:
            for position in range(first, stop):
                place = _Place.of(block, position)
                if place.row[0] in BEGINS_CLAIMS:
                    self._runs = chain([Run(block, position, stop)], self._runs)
                    return
                self._read_header_segment(reader, place)

    def _read_header_segment(self, reader: HeaderReader, place: _Place) -> None:
        try:
            code = reader.add(place.row)
        except (IndexError, ValueError):
            self._unreadable_outside(reader.loop, place)
            return
        if code:
            self.summary.findings.add(self._oddity(code, reader.loop, place))
        if code == "segment_unexpected":
            self._keep(reader.loop, place)

    def _read_outside(self, place: _Place) -> None:
        """LX, TS3, TS2 and PLB; anything else here has lost its claim."""
        row = place.row
        if row[0] == "LX":
            self._loop, self._group = "2000", ClaimGroup(element(row, 1))
        elif row[0] in ("TS3", "TS2"):
            self._group = self._group or ClaimGroup()
            self._group.totals.append(row)
        elif row[0] == "PLB":
            self._loop = "summary"
            self._read_provider_adjustments(place)
        else:
            self.summary.findings.add(self._oddity("segment_unexpected", self._loop, place))
            self._keep(self._loop, place)

    def _read_provider_adjustments(self, place: _Place) -> None:
        if unreadable_elements(place.row):
            self._unreadable_outside("summary", place)
        if not unreadable_amounts(place.row):
            self.summary.provider_adjustments += read_provider_adjustments(place.row, self._component)

    def _unreadable_outside(self, loop: str, place: _Place) -> None:
        """Without one of its amounts the payment cannot be checked; without a date it can."""
        amounts = unreadable_amounts(place.row)
        self.summary.usable = self.summary.usable and not amounts
        self._keep(loop, place)
        for finding in self._faults(loop, place):
            severity = Severity.ERROR if finding.element in amounts else Severity.WARNING
            self.summary.findings.add(replace(finding, severity=severity))

    def _keep(self, loop: str, place: _Place) -> None:
        self.summary.extra.append(ExtraSegment(loop, place.row, place.segment_index))

    # Findings

    def _faults(self, loop: str, place: _Place) -> Iterator[Finding]:
        text = "The element cannot be read, so what depends on it is not posted."
        finding = self._finding("element_unreadable", text, loop, place)
        return (replace(finding, element=number) for number in unreadable_elements(place.row) or (None,))

    def _oddity(self, code: str, loop: str, place: _Place) -> Finding:
        return replace(self._finding(code, _ODDITIES[code], loop, place), severity=Severity.WARNING)

    def _finding(self, code: str, text: str, loop: str, place: _Place) -> Finding:
        return self.transaction.finding(
            code,
            text,
            loop=loop,
            segment_index=place.segment_index,
            segment=shown_id(place.row[0]),
            byte_offset=place.byte_offset,
        )


def _loop(claim: RemittanceClaim) -> str:
    return "2110" if claim.services else "2100"
