"""Which payments a bank line brought: by trace, else by payer, amount and date.

By trace the sum decides: all payments that the line names, and nothing else, add up to it. Without a trace a payment
of the same payer and amount within three business days counts only if no other payment and no other line fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

WINDOW_BUSINESS_DAYS: Final = 3
"""CORE 370 lets remittance and money be three business days apart."""
WINDOW_DAYS: Final = WINDOW_BUSINESS_DAYS + 2
"""As many days at most are between them: the business days and one weekend."""


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """A posted remittance that waits for money, all of it or a part."""

    id: UUID
    trace: str
    payer_key: str
    payer_name: str
    open_cents: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a line says of its payments. `named` are traces from addenda, references and check numbers."""

    id: UUID
    posted_on: date
    amount_cents: int
    named: tuple[str, ...]
    company_ids: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Payments that may be the line's: why, and how far their sum is from it (line less payments)."""

    payments: tuple[OpenPayment, ...]
    by: str
    difference_cents: int


def business_days_between(first: date, second: date) -> int:
    """Business days (Monday to Friday) from one day to the other, whichever is earlier; 0 for the same day."""
    first, second = min(first, second), max(first, second)
    days = (first + timedelta(days=n) for n in range(1, (second - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def by_trace(line: LineFacts, payments: Sequence[OpenPayment]) -> Suggestion | None:
    """All payments the line names; None when it names none that is open."""
    named = tuple(payment for payment in payments if _is_named(line, payment))
    if not named:
        return None
    return Suggestion(named, "trace", line.amount_cents - sum(payment.open_cents for payment in named))


def by_amount(line: LineFacts, payments: Sequence[OpenPayment]) -> list[Suggestion]:
    """Payments of that amount near that day: of the payer that the line names (`payer`), else of anyone (`amount`)."""
    near = [
        payment
        for payment in payments
        if payment.open_cents == line.amount_cents
        and business_days_between(payment.paid_on, line.posted_on) <= WINDOW_BUSINESS_DAYS
    ]
    own = [payment for payment in near if names_payer(line, payment)]
    return [Suggestion((payment,), "payer" if own else "amount", 0) for payment in own or near]


def certain(line: LineFacts, payments: Sequence[OpenPayment], lines: Sequence[LineFacts]) -> Suggestion | None:
    """The one suggestion that may be matched without a person; lines: all open lines, this one among them."""
    traced = by_trace(line, payments)
    if traced is not None:
        return traced if traced.difference_cents == 0 and _is_plain(traced) else None
    found = by_amount(line, payments)
    if len(found) != 1 or found[0].by != "payer":
        return None
    rivals = [other for other in lines if other.id != line.id and found[0] in by_amount(other, payments)]
    return None if rivals else found[0]


def names_payer(line: LineFacts, payment: OpenPayment) -> bool:
    """Whether the line's company id or text is the payer's."""
    if payment.payer_key and payment.payer_key in line.company_ids:
        return True
    name = _plain(payment.payer_name)
    return len(name) >= 4 and name in _plain(line.text)


def _is_named(line: LineFacts, payment: OpenPayment) -> bool:
    if payment.trace not in line.named:
        return False
    return not line.company_ids or payment.payer_key in line.company_ids or not payment.payer_key.isdigit()


def _is_plain(suggestion: Suggestion) -> bool:
    """Each waits for money, and no two are under one trace: that may be one payment told twice."""
    traces = [payment.trace for payment in suggestion.payments]
    return len(set(traces)) == len(traces) and all(payment.open_cents > 0 for payment in suggestion.payments)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
