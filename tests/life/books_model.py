"""The books of a practice in memory: every rule of the ledger as plain arithmetic, without tables and without SQL.

One charge is one line. A bucket is (charge, account, party). Parties are texts: `payer-1`, `payer-2` (coverages in
their order) and `patient`; money of a payment carries the payment's name. Each use case of the product that moves
money has one method here; what it does is taken from the handbook's journals (E01 to E47) and, for the decisions of
payers, from the same pure functions that set-based posting must equal.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from claims_api.codes.code_lists import carc
from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF, Account
from claims_api.ledger.effective_on import effective_on
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.posting import PostingDraft
from claims_api.remittances.domain.amounts import LineAmounts
from claims_api.remittances.domain.line_postings import NEXT_PAYER, PATIENT, PAYER, plan_line
from claims_api.remittances.domain.provider_adjustments import provider_adjustment_posting

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


@dataclass
class Claim:
    """A bill of one or more charges to one patient with `payers` coverages (0 is self-pay)."""

    charges: list[int]
    payers: int
    decided: list[int] = field(default_factory=list)
    """Journals of decisions that stand, newest last."""


class Books:
    """What happened, in order, and what follows from it."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.first_open_day = date.min
        self.journals: list[Journal] = []
        self.claims: list[Claim] = []
        self.amounts: dict[int, int] = {}
        self.voided: set[int] = set()
        self.payments: dict[str, int] = {}
        self.receipts: dict[str, int] = {}
        self.owners: dict[str, int] = {}
        self.buckets: Counter[Bucket] = Counter()
        self.credits: Counter[Bucket] = Counter()
        """Under the receivable they came from."""
        self.totals: Counter[tuple[Account, str]] = Counter()
        """Debits less credits of each account and party."""

    # Bills

    def bill(self, cents: Sequence[int], payers: int) -> int:
        """E01 or E02 for each charge; returns the claim's number."""
        numbers = [len(self.amounts) + n for n in range(len(cents))]
        self.amounts |= dict(zip(numbers, cents, strict=True))
        claim = Claim(numbers, payers)
        self.claims.append(claim)
        event, account, party = _first_debtor(payers)
        self._book("charge", [_entry(n, event, account, A.REVENUE, self.amounts[n], party) for n in numbers])
        return len(self.claims) - 1

    def void(self, claim: int) -> None:
        """E03, the mirror of the charge; only before any payer decided and while nothing was paid."""
        bill = self.claims[claim]
        event, account, party = _first_debtor(bill.payers)
        untouched = all(self.net((n, account, party)) == self.amounts[n] for n in bill.charges)
        if bill.decided or not untouched or self.voided & set(bill.charges):
            raise RefusedError("a charge that somebody decided or paid is not voided")
        del event
        self.voided |= set(bill.charges)
        self._book(
            "void",
            [
                _entry(n, E.CHARGE_VOIDED, A.REVENUE, account, self.amounts[n], credit_party=party)
                for n in bill.charges
                if self.amounts[n]
            ],
        )

    # Payers

    def pay(self, trace: str, cents: int) -> None:
        """A payment arrives as advice; its clearing must come to `cents`."""
        self.payments[trace] = cents

    def decide(self, trace: str, claim: int, payer: int, lines: Sequence[LineAmounts]) -> int:
        """A payer's decision on a claim (CLP02 1, 2, 3): returns the journal."""
        bill = self.claims[claim]
        entries = [
            entry
            for charge, line in zip(bill.charges, lines, strict=True)
            for entry in self._decided(trace, charge, bill, payer, line)
        ]
        number = self._book("remittance", entries)
        bill.decided.append(number)
        return number

    def reverse(self, trace: str, claim: int, journal: int) -> int:
        """CLP02 22: exactly minus the decision, its money from this payment. Raises RefusedError."""
        bill = self.claims[claim]
        if journal not in bill.decided:
            raise RefusedError("there is nothing to take back")
        bill.decided.remove(journal)
        mirrored = [_mirror(e, E.REVERSAL, trace) for e in self.journals[journal].entries if not _is_reclass(e)]
        return self._book("reversal", mirrored, reverses=journal)

    def provider_adjustment(self, trace: str, code: str, cents: int) -> None:
        """A PLB pair without history."""
        posting = provider_adjustment_posting(code, cents)
        if posting is None:
            return
        draft = PostingDraft(
            posting.event,
            posting.debit_account,
            posting.credit_account,
            posting.amount_cents,
            trace if posting.debit_account is A.REMITTANCE_CLEARING else "the payer",
            trace if posting.credit_account is A.REMITTANCE_CLEARING else "the payer",
        )
        self._book("provider_adjustment", [Entry(draft, None)])

    def hold(self, trace: str, cents: int) -> None:
        """The money of a claim that cannot be posted (E46)."""
        if cents > 0:
            draft = PostingDraft(E.REMITTANCE_HELD, A.REMITTANCE_CLEARING, A.UNAPPLIED_INSURANCE, cents, trace, trace)
            self._book("held", [Entry(draft, None)])
        elif cents < 0:
            taken = PostingDraft(
                E.REMITTANCE_HELD, A.TAKE_BACKS_UNIDENTIFIED, A.REMITTANCE_CLEARING, -cents, trace, trace
            )
            self._book("held", [Entry(taken, None)])

    def deposit(self, trace: str) -> None:
        """E08: the bank has it. Raises RefusedError when clearing is not above zero."""
        cents = self.totals[A.REMITTANCE_CLEARING, trace]
        if cents <= 0:
            raise RefusedError("nothing of this payment is on its way")
        self._book("deposit", [Entry(PostingDraft(E.DEPOSIT, A.CASH, A.REMITTANCE_CLEARING, cents, "", trace), None)])

    # Patients

    def receive(self, name: str, cents: int, owner: int = 1) -> None:
        """E12: money of the patient with `owner` payers, not yet applied."""
        self.receipts[name] = cents
        self.owners[name] = owner
        self._book(
            "receipt", [Entry(PostingDraft(E.PREPAYMENT, A.CARD_CLEARING, A.UNAPPLIED_PATIENT, cents, "", name), None)]
        )

    def apply(self, name: str, charge: int, cents: int) -> None:
        """E13, to what the patient owes. Raises RefusedError for more than is left or owed, or another's balance."""
        bill = next(claim for claim in self.claims if charge in claim.charges)
        account = A.AR_PATIENT if bill.payers else A.AR_SELF_PAY
        if bill.payers != self.owners[name]:
            raise RefusedError("money of one patient never pays for another")
        if not 0 < cents <= min(self.unapplied(name), self.net((charge, account, GUARANTOR))):
            raise RefusedError("more than is left of the receipt or owed on the charge")
        self._book(
            "application",
            [_entry(charge, E.PREPAYMENT_APPLIED, A.UNAPPLIED_PATIENT, account, cents, name, GUARANTOR)],
        )

    def unapplied(self, name: str) -> int:
        return -self.totals[A.UNAPPLIED_PATIENT, name]

    # Decisions of our own

    def write_off(self, event: LedgerEvent, account: Account, bucket: Bucket, cents: int) -> int:
        """E24, E25, E27, E28: never below zero. Returns the journal; raises RefusedError."""
        charge, receivable, party = bucket
        if not 0 < cents <= self.net(bucket):
            raise RefusedError("a write-off never takes a receivable below zero")
        return self._book("write_off", [_entry(charge, event, account, receivable, cents, credit_party=party)])

    def transfer(self, charge: int, cents: int, *, to_patient: bool) -> None:
        """E40 between the first payer and the patient; the total stays."""
        insured, patient = (charge, A.AR_INSURANCE, "payer-1"), (charge, A.AR_PATIENT, GUARANTOR)
        source, target = (insured, patient) if to_patient else (patient, insured)
        if not 0 < cents <= self.net(source):
            raise RefusedError("more than is owed")
        self._book(
            "transfer",
            [_entry(charge, E.RESPONSIBILITY_CHANGE, target[1], source[1], cents, target[2], source[2])],
        )

    def refund(self, bucket: Bucket, cents: int) -> None:
        """The second half of E14 and E15: never more than the credit."""
        charge, receivable, party = bucket
        if not 0 < cents <= self.credits[bucket]:
            raise RefusedError("a refund is at most the credit")
        owed = CREDIT_ACCOUNT_OF[receivable]
        event = E.PAYER_REFUND if owed is A.REFUNDS_PAYABLE_PAYER else E.PATIENT_REFUND
        self._book("refund", [_entry(charge, event, owed, A.CASH, cents, party)], refunded=(bucket, cents))

    def undo(self, journal: int, event: LedgerEvent) -> int:
        """A linked mirror of one of our own entries (write-off, application)."""
        mirrored = [_mirror(e, event, "") for e in self.journals[journal].entries if not _is_reclass(e)]
        return self._book("undo", mirrored, reverses=journal)

    def close(self, through: date) -> None:
        """No entry is dated on or before `through` from now on."""
        if not self.first_open_day <= through < self.today:
            raise RefusedError("only days that have passed and are not closed yet")
        self.first_open_day = date.fromordinal(through.toordinal() + 1)

    # What follows

    def net(self, bucket: Bucket) -> int:
        """What is owed; below zero would be a credit."""
        return self.buckets[bucket] - self.credits[bucket]

    def receivable(self) -> int:
        return sum(self.buckets.values())

    def _decided(self, trace: str, charge: int, bill: Claim, payer: int, line: LineAmounts) -> Iterable[Entry]:
        me, following = f"payer-{payer}", f"payer-{payer + 1}"
        names = {PAYER: me, NEXT_PAYER: following, PATIENT: GUARANTOR, "": ""}
        owed = self.net((charge, A.AR_INSURANCE, me))
        plan = plan_line(line, open_cents=owed, carcs=carc, next_coverage=payer < bill.payers)
        for posting in plan.postings:
            if posting.event is E.CREDIT_RECLASS:  # settled below, for every journal alike
                continue
            clears = A.REMITTANCE_CLEARING
            yield Entry(
                PostingDraft(
                    _as_billed(posting.event, payer),
                    posting.debit_account,
                    posting.credit_account,
                    posting.amount_cents,
                    trace if posting.debit_account is clears else names[posting.debit_party],
                    trace if posting.credit_account is clears else names[posting.credit_party],
                ),
                charge,
            )

    def _book(
        self,
        kind: str,
        entries: Sequence[Entry],
        *,
        reverses: int | None = None,
        refunded: tuple[Bucket, int] | None = None,
    ) -> int:
        number = len(self.journals)
        day = effective_on(self.today, today=self.today, first_open_day=self.first_open_day)
        journal = Journal(number, kind, day, list(entries), reverses)
        self.journals.append(journal)
        touched: dict[Bucket, int] = defaultdict(int)
        for entry in entries:
            self._total(entry)
            for bucket, cents in _receivables(entry):
                touched[bucket] += cents
        if refunded:
            self.credits[refunded[0]] -= refunded[1]
        for bucket, cents in touched.items():
            journal.entries += self._settle(bucket, cents)
        return number

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
        entry = _entry(charge, E.CREDIT_RECLASS, debit, credit, abs(change), party, party)
        self._total(entry)
        return [entry]

    def _total(self, entry: Entry) -> None:
        posting = entry.posting
        self.totals[posting.debit_account, posting.debit_party] += posting.amount_cents
        self.totals[posting.credit_account, posting.credit_party] -= posting.amount_cents


def _first_debtor(payers: int) -> tuple[LedgerEvent, Account, str]:
    if payers:
        return E.CHARGE_INSURED, A.AR_INSURANCE, "payer-1"
    return E.CHARGE_SELF_PAY, A.AR_SELF_PAY, GUARANTOR


def _as_billed(event: LedgerEvent, payer: int) -> LedgerEvent:
    return E.SECONDARY_PAYMENT if event is E.INSURANCE_PAYMENT and payer > 1 else event


def _entry(
    charge: int,
    event: LedgerEvent,
    debit: Account,
    credit: Account,
    cents: int,
    debit_party: str = "",
    credit_party: str = "",
) -> Entry:
    return Entry(PostingDraft(event, debit, credit, cents, debit_party, credit_party), charge)


def _mirror(entry: Entry, event: LedgerEvent, trace: str) -> Entry:
    """The same amount the other way; a payment's money goes back through the payment that takes it."""
    posting, clears = entry.posting, A.REMITTANCE_CLEARING
    return Entry(
        PostingDraft(
            event,
            posting.credit_account,
            posting.debit_account,
            posting.amount_cents,
            trace if posting.credit_account is clears else posting.credit_party,
            trace if posting.debit_account is clears else posting.debit_party,
        ),
        entry.charge,
    )


def _is_reclass(entry: Entry) -> bool:
    return entry.posting.event is E.CREDIT_RECLASS


def _receivables(entry: Entry) -> list[tuple[Bucket, int]]:
    posting = entry.posting
    sides = (
        (posting.debit_account, posting.debit_party, posting.amount_cents),
        (posting.credit_account, posting.credit_party, -posting.amount_cents),
    )
    if entry.charge is None or _is_reclass(entry):
        return []
    return [((entry.charge, account, party), cents) for account, party, cents in sides if account in AR_ACCOUNTS]
