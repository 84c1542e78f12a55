"""What posting needs to know of one 835 payment, free of any wire format.

A source streams: header first, then claims in chunks of tuples (one tuple a row, ready for COPY), then the totals
that are only known when the last claim was read. One payment may hold 100,000 claims; no list holds them all.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class RemittanceHeaderFacts:
    """Who pays whom, how much, when. `payer_numbers` and `payer_name` find the payer among the practice's own.

    `entry` is `edi`, or `manual` for what a person typed in.
    """

    payer_key: str
    payer_numbers: tuple[str, ...]
    payer_name: str
    payee_key: str
    payee_npi: str
    payee_tin: str
    trace_number: str
    method: str
    handling: str
    payment_cents: int
    paid_on: date | None
    produced_on: date | None
    facts: dict[str, Any] = field(default_factory=dict)
    entry: str = "edi"


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """One PLB pair: positive lowers the payment."""

    provider_identifier: str
    fiscal_on: date | None
    code: str
    reference: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class RemittanceTotals:
    """What the whole came to. `postable`: everything was readable and the payment adds up to the cent."""

    claim_count: int
    claims_paid_cents: int
    content_hash: bytes
    postable: bool
    has_reversals: bool = False
    has_unsplit_claims: bool = False
    has_corrections: bool = False
    provider_entries: tuple[ProviderEntry, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()

    @property
    def provider_adjustment_cents(self) -> int:
        return sum(entry.amount_cents for entry in self.provider_entries)


@dataclass(slots=True)
class StagedChunk:
    """Rows of the tables in `staging`, in the order of their columns there."""

    claims: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    adjustments: list[tuple[Any, ...]] = field(default_factory=list)
    denials: list[tuple[Any, ...]] = field(default_factory=list)
    reviews: list[tuple[Any, ...]] = field(default_factory=list)


class RemittanceSource(Protocol):
    """One ST. `chunks` is iterated once, to the end; then `totals` answers."""

    header: RemittanceHeaderFacts

    def chunks(self) -> AsyncIterator[StagedChunk]:
        """The claims, some thousands at a time."""
        ...

    def totals(self) -> RemittanceTotals:
        """Raises RuntimeError before `chunks` has ended."""
        ...
