"""The invariants of the books (handbook 1.5), recomputed from the entries alone."""

from collections import Counter

from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF, Account
from claims_api.ledger.events import LedgerEvent

from .books_model import Books
from .ledger_model import Bucket, Entry

_CREDITS = frozenset(CREDIT_ACCOUNT_OF.values())


def broken(books: Books) -> list[str]:
    """Each rule that does not hold, in a sentence."""
    sums, owed, clearing, receipts = _recomputed(books)
    return [
        *_balances(books, sums, owed),
        *_control_total(books, sums),
        *(
            f"clearing of {trace} shows {clearing[trace]} for a payment of {cents}"
            for trace, cents in books.payments.items()
            if clearing[trace] != cents
        ),
        *(
            f"{applied} of receipt {name} are applied, more than it is"
            for name, applied in receipts.items()
            if not 0 <= applied <= books.receipts[name]
        ),
        *_journals(books),
    ]


def _recomputed(books: Books) -> tuple[Counter[Bucket], Counter[Bucket], Counter[str], Counter[str]]:
    sums: Counter[Bucket] = Counter()
    owed: Counter[Bucket] = Counter()
    clearing: Counter[str] = Counter()
    receipts: Counter[str] = Counter()
    for journal in books.journals:
        for entry in journal.entries:
            for account, party, cents in _sides(entry):
                if account in AR_ACCOUNTS and entry.charge is not None:
                    sums[entry.charge, account, party] += cents
                elif account in _CREDITS and entry.charge is not None:
                    owed[entry.charge, account, party] -= cents
                elif account is Account.REMITTANCE_CLEARING and journal.kind != "deposit":
                    clearing[party] += cents
                elif account is Account.UNAPPLIED_PATIENT and journal.kind != "receipt":
                    receipts[party] += cents
    return sums, owed, clearing, receipts


def _sides(entry: Entry) -> tuple[tuple[Account, str, int], tuple[Account, str, int]]:
    posting = entry.posting
    return (
        (posting.debit_account, posting.debit_party, posting.amount_cents),
        (posting.credit_account, posting.credit_party, -posting.amount_cents),
    )


def _balances(books: Books, sums: Counter[Bucket], owed: Counter[Bucket]) -> list[str]:
    kept: Counter[Bucket] = Counter()
    for (charge, account, party), cents in books.credits.items():
        kept[charge, CREDIT_ACCOUNT_OF[account], party] += cents
    return [
        *(f"{bucket} is below zero" for bucket, cents in sums.items() if cents < 0),
        *(f"{bucket} is not the sum of its entries" for bucket in sums if sums[bucket] != books.buckets[bucket]),
        *(f"credit {bucket} is not the sum of its entries" for bucket in kept if kept[bucket] != owed[bucket]),
        *(f"credit {bucket} is below zero" for bucket, cents in kept.items() if cents < 0),
    ]


def _control_total(books: Books, sums: Counter[Bucket]) -> list[str]:
    """Receivables in the ledger are the open buckets; all accounts together are zero."""
    control = sum(cents for (account, _), cents in books.totals.items() if account in AR_ACCOUNTS)
    problems = []
    if control != sum(sums.values()) or control != books.receivable():
        problems.append("the control total is not the sum of the open buckets")
    if sum(books.totals.values()):
        problems.append("debits and credits differ")
    return problems


def _journals(books: Books) -> list[str]:
    problems = []
    for journal in books.journals:
        if journal.effective_on > books.today:
            problems.append(f"journal {journal.number} is dated after today")
        if journal.kind == "transfer" and _moves_receivables(journal.entries):
            problems.append(f"transfer {journal.number} changed the total receivable")
        if journal.reverses is not None and _left(journal.entries, books.journals[journal.reverses].entries):
            problems.append(f"journal {journal.number} is not exactly minus what it reverses")
    return problems


def _moves_receivables(entries: list[Entry]) -> bool:
    plain = [entry for entry in entries if entry.posting.event is not LedgerEvent.CREDIT_RECLASS]
    return sum(cents for entry in plain for account, _, cents in _sides(entry) if account in AR_ACCOUNTS) != 0


def _left(entries: list[Entry], original: list[Entry]) -> bool:
    sums: Counter[Account] = Counter()
    for entry in (*entries, *original):
        if entry.posting.event is not LedgerEvent.CREDIT_RECLASS:
            for account, _, cents in _sides(entry):
                sums[account] += cents
    return any(sums.values())
