"""One movement of money as the rules see it, before it becomes a row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claims_api.ledger.domain import ACCOUNTS, AR_ACCOUNTS, Account, Side
from claims_api.ledger.events import MOVEMENTS, LedgerEvent


class IllegalPostingError(ValueError):
    """The movement breaks a rule of the ledger; a defect of the program, never of the input."""


@dataclass(frozen=True, slots=True)
class PostingDraft:
    """`amount_cents` > 0 moves from the credit account to the debit account.

    A party is a coverage, guarantor, remittance or payer; it tells two buckets of one account apart.
    Raises IllegalPostingError for a non-positive amount, a movement that the event does not make, or one that
    ends where it began.
    """

    event: LedgerEvent
    debit_account: Account
    credit_account: Account
    amount_cents: int
    debit_party: str = ""
    credit_party: str = ""

    def __post_init__(self) -> None:
        if self.amount_cents <= 0:
            raise IllegalPostingError("a posting moves a positive amount")
        if (self.debit_account, self.credit_account) not in MOVEMENTS[self.event]:
            raise IllegalPostingError(f"{self.event} does not move {self.credit_account:d} to {self.debit_account:d}")
        if (self.debit_account, self.debit_party) == (self.credit_account, self.credit_party):
            raise IllegalPostingError("a posting needs two different buckets")


def account_totals(postings: Iterable[PostingDraft]) -> dict[Account, int]:
    """Cents per account, on the account's normal side; accounts that were not touched are absent."""
    debits: Counter[Account] = Counter()
    for posting in postings:
        debits[posting.debit_account] += posting.amount_cents
        debits[posting.credit_account] -= posting.amount_cents
    return {
        account: cents if ACCOUNTS[account].normal_side is Side.DEBIT else -cents for account, cents in debits.items()
    }


def receivable_cents(postings: Iterable[PostingDraft]) -> int:
    """The control total: open receivables of all parties."""
    return sum(cents for account, cents in account_totals(postings).items() if account in AR_ACCOUNTS)
