"""Typed elements of a transaction's segments; what cannot be read becomes a finding of the transaction."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ar_shared.x12.envelope import Transaction
from ar_shared.x12.findings import Severity
from ar_shared.x12.tokens import Segment
from ar_shared.x12.values import CENTS, DATES, QUANTITIES


@dataclass(frozen=True, slots=True)
class SegmentFields:
    """Each reading is None for an element that is absent or unreadable; only the latter is reported."""

    transaction: Transaction

    def cents(self, segment: Segment, element: int, loop: str) -> int | None:
        text = segment[element]
        if not text:
            return None
        try:
            return CENTS[text]
        except ValueError:
            self.report(
                "amount_unreadable", "The amount is not a number with at most two places.", segment, loop, element
            )
            return None

    def day(self, segment: Segment, element: int, loop: str) -> date | None:
        text = segment[element]
        if not text:
            return None
        try:
            return DATES[text]
        except ValueError:
            self.report("date_unreadable", "The date is not in the format it names.", segment, loop, element)
            return None

    def quantity(self, segment: Segment, element: int, loop: str) -> Decimal | None:
        try:
            return QUANTITIES[segment[element]]
        except ValueError:
            self.report("quantity_unreadable", "The quantity is not a number.", segment, loop, element)
            return None

    def count(self, segment: Segment, element: int, loop: str) -> int | None:
        """A whole number, not below zero."""
        text = segment[element].strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            self.report("count_unreadable", "The count is not a whole number.", segment, loop, element)
            return None
        return int(text)

    def report(
        self,
        code: str,
        text: str,
        segment: Segment,
        loop: str,
        element: int | None = None,
        *,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.transaction.findings.add(
            self.transaction.finding(
                code,
                text,
                severity=severity,
                segment_index=segment.index,
                loop=loop,
                segment=segment.id,
                element=element,
                byte_offset=segment.offset,
            )
        )
