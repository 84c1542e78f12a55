"""Open lines and the open payments that may be theirs, as one search found them: what is certain among them.

A search leaves out every line and payment that nothing connects, so that looking costs by what may match and not by
what is open. What it decides is what `matching` decides over all lines and payments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from claims_api.bank.domain.matching import LineFacts, OpenPayment, Suggestion, by_trace, certain


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that something may be done with.

    payments: open ones that it names, or of its amount near its day. undone: those a person took off it.
    unheld_cents: of a transfer with a trace, neither matched nor held.
    """

    facts: LineFacts
    version: int
    unheld_cents: int = 0
    payments: frozenset[UUID] = frozenset()
    undone: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class Candidates:
    """Lines in the order in which they are looked at; `payments` holds those that are still open."""

    lines: Sequence[Candidate]
    payments: dict[UUID, OpenPayment]
    _settled: set[UUID] = field(default_factory=set)
    _of_payment: Mapping[UUID, Sequence[Candidate]] = field(init=False)

    def __post_init__(self) -> None:
        of_payment: dict[UUID, list[Candidate]] = {payment: [] for payment in self.payments}
        for line in self.lines:
            for payment in line.payments:
                of_payment[payment].append(line)
        self._of_payment = of_payment

    def certain(self, line: Candidate) -> Suggestion | None:
        """What may be matched with the line without a person."""
        own = line.payments - line.undone
        rivals = self._rivals(own)
        near = own.union(*(rival.payments - line.undone for rival in rivals))
        return certain(line.facts, self._open(near), [rival.facts for rival in rivals])

    def is_unknown_transfer(self, line: Candidate) -> bool:
        """Whether the line names an insurer's trace that we do not know, and its money is not kept yet."""
        return line.unheld_cents > 0 and by_trace(line.facts, self._open(line.payments)) is None

    def settle(self, line: Candidate, found: Suggestion) -> None:
        """The line and its payments are open no longer."""
        self._settled.add(line.facts.id)
        for payment in found.payments:
            del self.payments[payment.id]

    def _rivals(self, payments: frozenset[UUID]) -> list[Candidate]:
        """Open lines that one of these payments may belong to."""
        found = {rival.facts.id: rival for payment in payments for rival in self._of_payment[payment]}
        return [rival for line_id, rival in found.items() if line_id not in self._settled]

    def _open(self, payments: Iterable[UUID]) -> list[OpenPayment]:
        """In the order of their ids."""
        return [self.payments[payment] for payment in sorted(payments) if payment in self.payments]
