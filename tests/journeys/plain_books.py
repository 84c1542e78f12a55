"""What the books must say, recomputed from the bytes of the files alone, by a reader that shares nothing with ours.

Knows only the files of the demo: one interchange, `~` and `*`. A payment counts once, whatever file it comes in: who
pays, the trace and the day tell. What a reversal takes back it takes back by its signs. A shape whose effect cannot
be told from sums alone (a correction before its reversal, money taken back without a reversal) is refused.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Row = list[str]
_TAKEN_AND_OWED = ("WO", "FB", "CS", "LE", "OB", "AM")


@dataclass
class Books:
    """Cents. `adjusted` by group and reason, such as ("CO", "45"); `entries` by PLB code, positive as taken from us."""

    charged: int = 0
    paid: int = 0
    received: int = 0
    claims_charged: int = 0
    claims_answered: int = 0
    payments: int = 0
    adjusted: Counter[tuple[str, str]] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=Counter)

    @property
    def contractual(self) -> int:
        return self.adjusted["CO", "45"]

    @property
    def statutory(self) -> int:
        return self.adjusted["CO", "253"]

    @property
    def withheld(self) -> int:
        return self.adjusted["CO", "104"] + self.entries["E3"]

    @property
    def patient_share(self) -> int:
        return sum(self.adjusted["PR", reason] for reason in ("1", "2", "3"))

    @property
    def receivable(self) -> int:
        """Charged and not gone: a denied amount stays with the payer, a patient's share with the patient."""
        return self.charged - self.paid - self.contractual - self.statutory - self.adjusted["CO", "104"]

    @property
    def insurance(self) -> int:
        return self.receivable - self.patient_share

    @property
    def taken_by_payers(self) -> int:
        """What payers took beside claims less what they left with us to take later."""
        return sum(self.entries[code] for code in _TAKEN_AND_OWED)


def books_of(claim_files: Iterable[bytes], payment_files: Iterable[bytes]) -> Books:
    """The books after these files."""
    books = Books()
    for content in claim_files:
        for row in _rows(content):
            if row[0] == "CLM":
                books.claims_charged += 1
                books.charged += _cents(row[2])
    known: set[tuple[str, ...]] = set()
    posted: Counter[str] = Counter()
    for content in payment_files:
        for payment in _payments(content):
            if _identity(payment) not in known:
                known.add(_identity(payment))
                _add_payment(books, payment, posted)
    assert set(books.entries) <= {*_TAKEN_AND_OWED, "L6", "50", "IR", "E3", "BN"}, "an entry with an unknown effect"
    return books


def payment_count(content: bytes) -> int:
    """How many ST a file has."""
    return sum(1 for _ in _payments(content))


def _identity(payment: Sequence[Row]) -> tuple[str, ...]:
    """TRN03, TRN02, BPR16."""
    bpr = next(row for row in payment if row[0] == "BPR")
    trn = next(row for row in payment if row[0] == "TRN")
    return trn[3], trn[2], bpr[16]


def _payments(content: bytes) -> Iterator[list[Row]]:
    payment: list[Row] = []
    for row in _rows(content):
        if row[0] == "ST":
            payment = []
        payment.append(row)
        if row[0] == "SE":
            yield payment


def _add_payment(books: Books, payment: Sequence[Row], posted: Counter[str]) -> None:
    books.payments += 1
    for row in payment:
        match row[0]:
            case "BPR":
                books.received += _cents(row[2])
            case "CLP":
                posted[row[1]] += -1 if row[2] == "22" else 1
                assert 0 <= posted[row[1]] <= 1, "a correction before its reversal: sums alone do not tell"
                books.claims_answered += 1
                books.paid += _cents(row[4])
            case "CAS":
                for at in range(2, len(row), 3):
                    books.adjusted[row[1], row[at]] += _cents(row[at + 1])
            case "PLB":
                for at in range(3, len(row), 2):
                    books.entries[row[at].split(":")[0]] += _cents(row[at + 1])


def _rows(content: bytes) -> Iterator[Row]:
    for text in content.decode().split("~"):
        if text.strip():
            yield text.strip().split("*")


def _cents(text: str) -> int:
    cents = Decimal(text) * 100
    assert cents == int(cents)
    return int(cents)
