"""Is this payment already here? Told by who, to whom, how much, when and what it says; never by file names or
envelope numbers, which change when a clearinghouse sends the same payment again.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from claims_api.phrases import Phrased
from claims_api.remittances.domain.amounts import CasAmount, total_cents

_ELEMENT: Final = "\x1f"
_SEGMENT: Final = "\x1e"
_COMPONENT: Final = "\x1d"
_BLANKS_BEFORE: Final = re.compile(r"[ \t\r\n]+(?=[\x1d-\x1f])")
_BLANKS_AFTER: Final = re.compile(r"([\x1d-\x1f])[ \t\r\n]+")
_EMPTY_TAIL: Final = re.compile(r"[\x1d\x1f]+(?=\x1e)|\x1d+(?=\x1f)")
_DECIMAL: Final = re.compile(r"([\x1d\x1f])(-?)0*(\d*)\.(\d*?)0*(?=[\x1d-\x1f])")
NO_MONEY_METHOD: Final = "NON"


class ContentHash:
    """Hash of a transaction's CLP loops and PLB segments, fed one loop at a time in bounded memory per claim.

    The order of CLP loops, and of PLB segments, is not content; the order of segments inside a CLP loop is.
    Spaces around elements, empty trailing elements, the choice of delimiters and the writing of decimals
    (`85.70`, `85.7`) are not content. LX, TS2 and TS3 are numbering and totals: the caller leaves them out.
    """

    def __init__(self, component_separator: str) -> None:
        self._component_separator = component_separator
        self._digests: list[bytes] = []

    def add(self, segments: Iterable[Sequence[str]]) -> None:
        """One CLP loop, or one PLB segment alone: each segment as its elements, the first being its name."""
        text = _SEGMENT.join(_ELEMENT.join(segment) for segment in segments) + _SEGMENT
        text = text.replace(self._component_separator, _COMPONENT)
        self._digests.append(hashlib.sha256(_normalised(text).encode()).digest())

    def digest(self) -> bytes:
        """32 bytes. Two equal loops count twice."""
        return hashlib.sha256(b"".join(sorted(self._digests))).digest()


@dataclass(frozen=True, slots=True)
class PaymentIdentity:
    """What makes a payment that payment. `payer_key` is TRN03 (else 1000A), `payee_key` the NPI or tax id.

    `file_id` is where it came from: one file may split a payment over several transactions, another file may not.
    """

    payer_key: str
    payee_key: str
    trace_number: str
    payment_cents: int
    paid_on: date | None
    method: str
    content_hash: bytes
    file_id: UUID | None = None

    @property
    def moves_money(self) -> bool:
        return self.payment_cents != 0 and self.method != NO_MONEY_METHOD

    def lock(self, practice_id: int) -> int:
        """The advisory lock (signed 64 bit) that copies and look-alikes of this payment share."""
        parts = _under_one_trace(self) if self.moves_money else (self.content_hash.hex(),)
        digest = hashlib.blake2b(repr((practice_id, parts)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


class PaymentVerdict(Phrased):
    """What a payment is to those already here."""

    NEW = "new", "not here yet"
    DUPLICATE = "duplicate", "the same payment with the same content; nothing posts"
    LOOK_ALIKE = "look_alike", "the same trace with other content or another amount; a person decides, nothing posts"


def payment_verdict(incoming: PaymentIdentity, known: Iterable[PaymentIdentity]) -> PaymentVerdict:
    """Judge against earlier payments that share the content hash or the other parts of the identity.

    Without money the hash alone decides, because payers repeat trace numbers on such advice. With money, another
    amount on the same day is a changed copy as much as other content for the same amount; transactions of one file
    may share a trace.
    """
    verdict = PaymentVerdict.NEW
    for earlier in known:
        if not incoming.moves_money:
            if earlier.content_hash == incoming.content_hash:
                return PaymentVerdict.DUPLICATE
        elif _under_one_trace(earlier) == _under_one_trace(incoming):
            verdict = max(verdict, _judge(earlier, incoming), key=_SEVERITY.index)
    return verdict


_SEVERITY: Final = (PaymentVerdict.NEW, PaymentVerdict.LOOK_ALIKE, PaymentVerdict.DUPLICATE)


def _judge(earlier: PaymentIdentity, incoming: PaymentIdentity) -> PaymentVerdict:
    same_amount = earlier.payment_cents == incoming.payment_cents
    same_day = earlier.paid_on == incoming.paid_on
    if same_amount and same_day:
        same_content = earlier.content_hash == incoming.content_hash
        return PaymentVerdict.DUPLICATE if same_content else PaymentVerdict.LOOK_ALIKE
    split = incoming.file_id is not None and earlier.file_id == incoming.file_id
    return PaymentVerdict.LOOK_ALIKE if same_day and not split else PaymentVerdict.NEW


def claim_look_alike_key(
    *,
    payer_control_number: str,
    status: str,
    charge_cents: int,
    paid_cents: int,
    adjustments: tuple[CasAmount, ...],
    adjudicated_on: date | None,
) -> str:
    """The second guard: a claim with this key under another payment is held as a look-alike.

    CLP07, CLP02, CLP03, CLP04, the sum of all CAS (claim and lines) and the adjudication date.
    """
    day = adjudicated_on.isoformat() if adjudicated_on else ""
    parts = (payer_control_number, status, charge_cents, paid_cents, total_cents(adjustments), day)
    return "|".join(str(part) for part in parts)


def _under_one_trace(payment: PaymentIdentity) -> tuple[str, str, str]:
    return (payment.payer_key, payment.payee_key, payment.trace_number)


def _normalised(text: str) -> str:
    text = _BLANKS_AFTER.sub(r"\1", _BLANKS_BEFORE.sub("", text))
    return _DECIMAL.sub(_shortest_decimal, _EMPTY_TAIL.sub("", text))


def _shortest_decimal(match: re.Match[str]) -> str:
    separator, sign, whole, fraction = match.groups()
    if fraction:
        return f"{separator}{sign}{whole}.{fraction}"
    return f"{separator}{sign}{whole}" if whole else f"{separator}0"
