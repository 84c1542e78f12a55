"""Reads an 835 claim by claim, in the memory of one claim, and says what does not add up.

Nothing is dropped: a segment that is unknown, misplaced or unreadable is kept as an `ExtraSegment` and reported.
One odd element costs its own claim (`usable` is False), never the transaction. Speed depends on one loop,
`Remittance.claims`: it sends segments through tables of small functions, and sums are checked once per claim.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from ar_shared.x12.envelope import Run, Transaction
from ar_shared.x12.findings import Finding, Severity
from ar_shared.x12.remittance import (
    ClaimGroup,
    ExtraSegment,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceService,
    RemittanceSummary,
)
from ar_shared.x12.remittance_balance import check_claim, check_payment
from ar_shared.x12.remittance_faults import shown_id, unreadable_amounts, unreadable_elements
from ar_shared.x12.remittance_header import BEGINS_CLAIMS, HeaderReader
from ar_shared.x12.remittance_levels import IN_CLAIM, IN_SERVICE, Level
from ar_shared.x12.remittance_summary import read_provider_adjustments
from ar_shared.x12.tokens import Block, Row
from ar_shared.x12.values import CENTS, QUANTITIES

_OUTSIDE_CLAIMS: Final = frozenset(("LX", "TS3", "TS2", "PLB"))
_CLP: Final = [""] * 14
_SVC: Final = [""] * 8
_ODDITIES: Final = {
    "segment_misplaced": "The segment stands in another loop than the one it belongs to.",
    "segment_unexpected": "The segment is not expected here; it is kept as it is.",
}


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
        handlers = IN_CLAIM
        end = 0
        for block, first, stop in self._runs:
            rows = block.rows
            for position in range(first, stop):
                row = rows[position]
                segment_id = row[0]
                if segment_id == "CLP":
                    if claim is not None:
                        yield self._finished(claim, block.start(position))
                    level = claim = self._claim(row, block, position)
                    handlers = IN_CLAIM
                elif claim is None:
                    self._read_outside(block, position)
                elif segment_id == "SVC":
                    level = self._service(claim, row, block, position)
                    handlers = IN_SERVICE
                else:
                    try:
                        handlers[segment_id](level, row)
                    except KeyError:
                        if segment_id in _OUTSIDE_CLAIMS:
                            yield self._finished(claim, block.start(position))
                            claim = None
                            self._read_outside(block, position)
                        else:
                            self._misplaced(claim, block, position)
                    except (IndexError, ValueError):
                        self._unreadable(claim, block, position)
            end = block.end(stop - 1)
        if claim is not None:
            yield self._finished(claim, end)
        check_payment(self.transaction, self.header, self.summary)

    def _claim(self, row: Row, block: Block, position: int) -> RemittanceClaim:
        row.extend(_CLP[len(row) :])
        index = block.first_index + position
        claim = RemittanceClaim(
            row[1],
            row[2],
            0,
            0,
            0,
            row[6],
            row[7],
            row[8],
            row[9],
            row[10],
            row[11],
            row[12],
            row[13],
            self.summary.claim_count + 1,
            index,
            block.start(position),
            0,
            self._group,
        )
        try:
            claim.charge_cents = CENTS[row[3]]
            claim.paid_cents = CENTS[row[4]]
            claim.patient_responsibility_cents = CENTS[row[5]] if row[5] else 0
        except ValueError:
            self._unreadable(claim, block, position)
        return claim

    def _service(self, claim: RemittanceClaim, row: Row, block: Block, position: int) -> RemittanceService:
        row.extend(_SVC[len(row) :])
        service = RemittanceService(
            row[1],
            0,
            0,
            row[4],
            None,
            row[6],
            None,
            self._component,
            block.first_index + position,
            block.start(position),
        )
        claim.services.append(service)
        try:
            service.charge_cents = CENTS[row[2]]
            service.paid_cents = CENTS[row[3]]
            service.paid_units = QUANTITIES[row[5]]
            service.submitted_units = QUANTITIES[row[7]]
        except ValueError:
            self._unreadable(claim, block, position)
        return service

    def _finished(self, claim: RemittanceClaim, end: int) -> RemittanceClaim:
        claim.byte_length = end - claim.byte_offset
        check_claim(claim, self.transaction)
        summary = self.summary
        summary.claim_count += 1
        summary.service_count += len(claim.services)
        summary.charge_cents += claim.charge_cents
        summary.paid_cents += claim.paid_cents
        summary.unusable_count += not claim.usable
        summary.unbalanced_count += claim.usable and not claim.balanced
        return claim

    def _misplaced(self, claim: RemittanceClaim, block: Block, position: int) -> None:
        """A segment of the claim that comes after a line is still the claim's; any other is kept apart."""
        row = block.rows[position]
        code = "segment_misplaced" if row[0] in IN_CLAIM else "segment_unexpected"
        claim.findings.append(self._oddity(code, _loop(claim), block, position))
        if code == "segment_unexpected":
            claim.extra.append(ExtraSegment(_loop(claim), row, block.first_index + position))
            return
        try:
            IN_CLAIM[row[0]](claim, row)
        except (IndexError, ValueError):
            self._unreadable(claim, block, position)

    def _unreadable(self, claim: RemittanceClaim, block: Block, position: int) -> None:
        claim.usable = False
        claim.extra.append(ExtraSegment(_loop(claim), block.rows[position], block.first_index + position))
        claim.findings.extend(self._faults(_loop(claim), block, position))

    # Around the claims

    def _read_header(self) -> None:
        reader = HeaderReader(self.header)
        for block, first, stop in self._runs:
            for position in range(first, stop):
                if block.rows[position][0] in BEGINS_CLAIMS:
                    self._runs = chain([Run(block, position, stop)], self._runs)
                    return
                self._read_header_segment(reader, block, position)

    def _read_header_segment(self, reader: HeaderReader, block: Block, position: int) -> None:
        row = block.rows[position]
        try:
            code = reader.add(row)
        except (IndexError, ValueError):
            self._unreadable_outside(reader.loop, block, position)
            return
        if code:
            self.summary.findings.add(self._oddity(code, reader.loop, block, position))
        if code == "segment_unexpected":
            self._keep(reader.loop, block, position)

    def _read_outside(self, block: Block, position: int) -> None:
        """LX, TS3, TS2 and PLB; anything else here has lost its claim."""
        row = block.rows[position]
        if row[0] == "LX":
            self._loop, self._group = "2000", ClaimGroup(row[1] if len(row) > 1 else "")
        elif row[0] in ("TS3", "TS2"):
            self._group = self._group or ClaimGroup()
            self._group.totals.append(row)
        elif row[0] == "PLB":
            self._loop = "summary"
            self._read_provider_adjustments(block, position)
        else:
            self.summary.findings.add(self._oddity("segment_unexpected", self._loop, block, position))
            self._keep(self._loop, block, position)

    def _read_provider_adjustments(self, block: Block, position: int) -> None:
        row = block.rows[position]
        if unreadable_elements(row):
            self._unreadable_outside("summary", block, position)
        if not unreadable_amounts(row):
            self.summary.provider_adjustments.extend(read_provider_adjustments(row, self._component))

    def _unreadable_outside(self, loop: str, block: Block, position: int) -> None:
        """Without one of its amounts the payment cannot be checked; without a date it can."""
        amounts = unreadable_amounts(block.rows[position])
        self.summary.usable = self.summary.usable and not amounts
        self._keep(loop, block, position)
        for finding in self._faults(loop, block, position):
            severity = Severity.ERROR if finding.element in amounts else Severity.WARNING
            self.summary.findings.add(replace(finding, severity=severity))

    def _keep(self, loop: str, block: Block, position: int) -> None:
        index = block.first_index + position
        self.summary.extra.append(ExtraSegment(loop, block.rows[position], index))

    # Findings

    def _faults(self, loop: str, block: Block, position: int) -> Iterator[Finding]:
        text = "The element cannot be read, so what depends on it is not posted."
        finding = self._finding("element_unreadable", text, loop, block, position)
        numbers = unreadable_elements(block.rows[position])
        return (replace(finding, element=number) for number in numbers or (None,))

    def _oddity(self, code: str, loop: str, block: Block, position: int) -> Finding:
        finding = self._finding(code, _ODDITIES[code], loop, block, position)
        return replace(finding, severity=Severity.WARNING)

    def _finding(self, code: str, text: str, loop: str, block: Block, position: int) -> Finding:
        return self.transaction.finding(
            code,
            text,
            loop=loop,
            segment_index=block.first_index + position,
            segment=shown_id(block.rows[position][0]),
            byte_offset=block.start(position),
        )


def _loop(claim: RemittanceClaim) -> str:
    return "2110" if claim.services else "2100"
