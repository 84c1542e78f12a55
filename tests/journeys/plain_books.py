"""What the books must say, recomputed from the bytes of the files alone, by a reader that shares nothing with ours.

Knows only the files of the demo: one interchange, `~` and `*`, no claim-level adjustments, no provider entries.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Books:
    """Cents. `adjusted` by group and reason, such as ("CO", "45")."""

    charged: int = 0
    paid: int = 0
    claims_charged: int = 0
    claims_answered: int = 0
    adjusted: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def contractual(self) -> int:
        return self.adjusted["CO", "45"]

    @property
    def statutory(self) -> int:
        return self.adjusted["CO", "253"]

    @property
    def patient_share(self) -> int:
        return sum(self.adjusted["PR", reason] for reason in ("1", "2", "3"))

    @property
    def receivable(self) -> int:
        """Charged and not gone: a denied amount stays with the payer, a patient's share with the patient."""
        return self.charged - self.paid - self.contractual - self.statutory

    @property
    def insurance(self) -> int:
        return self.receivable - self.patient_share


def books_of(claim_files: Iterable[bytes], payment_files: Iterable[bytes]) -> Books:
    """The books after these files."""
    books = Books()
    for content in claim_files:
        for row in _rows(content):
            if row[0] == "CLM":
                books.claims_charged += 1
                books.charged += _cents(row[2])
    for content in payment_files:
        _add_payment(books, content)
    return books


def paid_on(payment_file: bytes) -> str:
    """BPR16, CCYYMMDD."""
    return next(row[16] for row in _rows(payment_file) if row[0] == "BPR")


def _add_payment(books: Books, content: bytes) -> None:
    for row in _rows(content):
        match row[0]:
            case "CLP":
                books.claims_answered += 1
                books.paid += _cents(row[4])
            case "CAS":
                for at in range(2, len(row), 3):
                    books.adjusted[row[1], row[at]] += _cents(row[at + 1])
            case "PLB":
                raise AssertionError("the simulated payers make no provider entries")


def _rows(content: bytes) -> Iterator[list[str]]:
    for text in content.decode().split("~"):
        if text.strip():
            yield text.strip().split("*")


def _cents(text: str) -> int:
    cents = Decimal(text) * 100
    assert cents == int(cents)
    return int(cents)
