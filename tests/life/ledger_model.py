"""A ledger in memory: journals, what they leave open, and the rule that keeps receivables at zero or above.

One charge is one line. A bucket is (charge, account, party). Parties are texts: `payer-1`, `payer-2` (coverages in
their order) and `patient`; money of a payment carries the payment's name.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF, Account
from claims_api.ledger.effective_on import effective_on
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.posting import PostingDraft
from claims_api.periods.domain import Month

E, A = LedgerEvent, Account
Bucket = tuple[int, Account, str]
"""(charge, account, party)"""

GUARANTOR = "patient"


class RefusedError(Exception):
    """The rules do not allow it; nothing has changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A posting with the charge it belongs to, if any."""

    posting: PostingDraft
    charge: int | None


@dataclass
class Journal:
    """One business event."""

    number: int
    kind: str
    effective_on: date
    entries: list[Entry] = field(default_factory=list)
    reverses: int | None = None


class Ledger:
    """What happened, in order, and what follows from it."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.first_open_day = date.min
        self.closed: set[Month] = set()
        """Each by itself; the first one took all before it along."""
        self.journals: list[Journal] = []
        self.buckets: Counter[Bucket] = Counter()
        self.credits: Counter[Bucket] = Counter()
        """Under the receivable they came from."""
        self.totals: Counter[tuple[Account, str]] = Counter()
        """Debits less credits of each account and party."""

    def net(self, bucket: Bucket) -> int:
        """What is owed; below zero would be a credit."""
        return self.buckets[bucket] - self.credits[bucket]

    def receivable(self) -> int:
        return sum(self.buckets.values())

    def close(self, month: Month) -> None:
        """Nothing is dated in it from now on; months close one after the other, once they are over."""
        due = self.first_open_day in (date.min, month.first_day)
        if not due or month.last_day >= self.today:
            raise RefusedError("another month comes first, or this one is not over")
        self.first_open_day = month.next.first_day
        self.closed.add(month)

    def reopen(self, month: Month) -> None:
        """Only the last one that was closed by itself."""
        if month.next.first_day != self.first_open_day or month not in self.closed:
            raise RefusedError("it is not the last closed month")
        self.first_open_day = month.first_day
        self.closed.remove(month)

    def book(
        self,
        kind: str,
        entries: Sequence[Entry],
        *,
        reverses: int | None = None,
        drawn: tuple[Bucket, int] | None = None,
    ) -> int:
        """The number of the new journal. drawn: a credit that grows or shrinks without passing its receivable."""
        number = len(self.journals)
        day = effective_on(self.today, today=self.today, first_open_day=self.first_open_day)
        journal = Journal(number, kind, day, list(entries), reverses)
        self.journals.append(journal)
        touched: dict[Bucket, int] = defaultdict(int)
        for one in entries:
            self._total(one)
            for bucket, cents in _receivables(one):
                touched[bucket] += cents
        if drawn:
            self.credits[drawn[0]] += drawn[1]
        for bucket, cents in touched.items():
            journal.entries += self._settle(bucket, cents)
        return number

    def undo(self, journal: int, event: LedgerEvent, *, drawn: tuple[Bucket, int] | None = None) -> int:
        """A linked mirror of one of our own journals."""
        return self.book("undo", self.mirrored(journal, event), reverses=journal, drawn=drawn)

    def mirrored(self, journal: int, event: LedgerEvent, trace: str = "") -> list[Entry]:
        """Its entries backwards, but for the credits that the ledger keeps by itself (E45)."""
        return [_mirror(e, event, trace) for e in self.journals[journal].entries if not is_reclass(e)]

    def _settle(self, bucket: Bucket, cents: int) -> list[Entry]:
        """Below zero it becomes a credit; what comes later draws that credit back first (E45)."""
        net, before = self.net(bucket) + cents, self.credits[bucket]
        self.buckets[bucket], self.credits[bucket] = max(net, 0), max(-net, 0)
        change = self.credits[bucket] - before
        if not change:
            return []
        charge, receivable, party = bucket
        owed = CREDIT_ACCOUNT_OF[receivable]
        debit, credit = (receivable, owed) if change > 0 else (owed, receivable)
        kept = entry(charge, E.CREDIT_RECLASS, debit, credit, abs(change), party, party)
        self._total(kept)
        return [kept]

    def _total(self, one: Entry) -> None:
        posting = one.posting
        self.totals[posting.debit_account, posting.debit_party] += posting.amount_cents
        self.totals[posting.credit_account, posting.credit_party] -= posting.amount_cents


def entry(
    charge: int | None,
    event: LedgerEvent,
    debit: Account,
    credit: Account,
    cents: int,
    debit_party: str = "",
    credit_party: str = "",
) -> Entry:
    return Entry(PostingDraft(event, debit, credit, cents, debit_party, credit_party), charge)


def is_reclass(one: Entry) -> bool:
    return one.posting.event is E.CREDIT_RECLASS


def _mirror(one: Entry, event: LedgerEvent, trace: str) -> Entry:
    """The same amount the other way; a payment's money goes back through the payment that takes it."""
    posting, clears = one.posting, A.REMITTANCE_CLEARING
    return Entry(
        PostingDraft(
            event,
            posting.credit_account,
            posting.debit_account,
            posting.amount_cents,
            trace if posting.credit_account is clears else posting.credit_party,
            trace if posting.debit_account is clears else posting.debit_party,
        ),
        one.charge,
    )


def _receivables(one: Entry) -> list[tuple[Bucket, int]]:
    posting = one.posting
    sides = (
        (posting.debit_account, posting.debit_party, posting.amount_cents),
        (posting.credit_account, posting.credit_party, -posting.amount_cents),
    )
    if one.charge is None or is_reclass(one):
        return []
    return [((one.charge, account, party), cents) for account, party, cents in sides if account in AR_ACCOUNTS]
