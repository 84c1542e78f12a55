"""The books of a practice in memory: every rule of the ledger as plain arithmetic, without tables and without SQL.

Each use case of the product that moves money has one method; what it does is taken from the handbook's journals (E01
to E48) and, for the decisions of payers, from the same pure functions that set-based posting must equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from claims_api.codes.code_lists import carc
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.remittances.domain import provider_history as history
from claims_api.remittances.domain.amounts import LineAmounts
from claims_api.remittances.domain.line_postings import NEXT_PAYER, PATIENT, PAYER, plan_line

from .decisions_model import OwnDecisions
from .ledger_model import GUARANTOR, A, Bucket, E, Entry, RefusedError, entry

REFERENCE = "REF1"
"""What all provider adjustments of the stories name: no claim."""


@dataclass(eq=False)
class Claim:
    """A bill of one or more charges to one patient with `payers` coverages (0 is self-pay)."""

    charges: list[int]
    payers: int
    decided: list[int] = field(default_factory=list)
    """Journals of decisions that stand, newest last."""
    was_decided: bool = False


class Books(OwnDecisions):
    """Bills, payers' decisions, patients' money."""

    def __init__(self, today: date) -> None:
        super().__init__(today)
        self.claims: list[Claim] = []
        self.claim_of: dict[int, Claim] = {}
        """Of each charge, voided ones included."""
        self.amounts: dict[int, int] = {}
        self.voided: set[int] = set()
        self.payments: dict[str, int] = {}
        self.receipts: dict[str, int] = {}
        self.owners: dict[str, int] = {}
        self.drawer: list[str] = []
        """Receipts on the deposit slip that is open."""
        self.payer_items: dict[int, list[history.OpenItem]] = {}
        """What is open between us and each payer beside claims."""

    # Bills

    def bill(self, cents: Sequence[int], payers: int) -> int:
        """E01 or E02 for each charge; returns the claim's number."""
        numbers = [len(self.amounts) + n for n in range(len(cents))]
        self.amounts |= dict(zip(numbers, cents, strict=True))
        claim = Claim(numbers, payers)
        self.claims.append(claim)
        self.claim_of |= dict.fromkeys(numbers, claim)
        self.book("charge", [self._billed(n, payers) for n in numbers])
        return len(self.claims) - 1

    def reprice(self, charge: int, cents: int) -> None:
        """E03, the mirror of the charge, and another one in its place; only while it is open as it was billed."""
        self._require_untouched(charge)
        bill, new = self.claim_of[charge], len(self.amounts)
        self.amounts[new] = cents
        self.claim_of[new] = bill
        bill.charges[bill.charges.index(charge)] = new
        self._mirror_charge(charge)
        self.book("charge", [self._billed(new, bill.payers)])

    def void(self, charge: int) -> None:
        """E03 alone, of a charge that no claim bills."""
        if self.claim_of[charge].payers:
            raise RefusedError("a claim bills it")
        self._require_untouched(charge)
        self._mirror_charge(charge)

    def _require_untouched(self, charge: int) -> None:
        _, account, party = _first_debtor(self.claim_of[charge].payers)
        debtor = (charge, account, party)
        others = any(left for bucket, left in self.buckets.items() if bucket[0] == charge and bucket != debtor)
        if charge in self.voided or self.buckets[debtor] != self.amounts[charge] or others:
            raise RefusedError("a charge that somebody paid, wrote off or moved is not voided")

    def _mirror_charge(self, charge: int) -> None:
        _, account, party = _first_debtor(self.claim_of[charge].payers)
        self.voided.add(charge)
        self.book(
            "void",
            [entry(charge, E.CHARGE_VOIDED, A.REVENUE, account, self.amounts[charge], credit_party=party)],
        )

    # Payers

    def pay(self, trace: str, cents: int) -> None:
        """A payment arrives as advice; its clearing must come to `cents`."""
        self.payments[trace] = cents

    def decide_again(self, claims: Iterable[int]) -> None:
        """Before the first payer's decisions post: what a person had moved away from it is its own again (E33)."""
        bills = [self.claims[claim] for claim in claims]
        for one in self.transfers:
            charge, _, party = one.source
            if one.stands and party == "payer-1" and self.claim_of[charge] in bills:
                self.undo(one.journal, E.POSTED_WRONG)
                one.stands = False

    def decide(self, trace: str, claim: int, payer: int, lines: Sequence[LineAmounts]) -> int:
        """A payer's decision on a claim (CLP02 1, 2, 3): returns the journal."""
        bill = self.claims[claim]
        entries = [
            one
            for charge, line in zip(bill.charges, lines, strict=True)
            for one in self._decided(trace, charge, bill, payer, line)
        ]
        number = self.book("remittance", entries)
        bill.decided.append(number)
        bill.was_decided = True
        return number

    def reverse(self, trace: str, claim: int, journal: int) -> int:
        """CLP02 22: exactly minus the decision, its money from this payment. Raises RefusedError."""
        bill = self.claims[claim]
        if journal not in bill.decided:
            raise RefusedError("there is nothing to take back")
        bill.decided.remove(journal)
        return self.book("reversal", self.mirrored(journal, E.REVERSAL, trace), reverses=journal)

    def adjust(
        self, trace: str, payer: int, plb: Sequence[tuple[str, int]], taken: Mapping[int, int], *, reverses: bool
    ) -> None:
        """The PLB pairs of a payment. taken: cents by claim that the payment's own reversals take."""
        entries = [
            history.Entry(n, code, cents, REFERENCE, _announced(code, cents, taken))
            for n, (code, cents) in enumerate(plb, start=1)
        ]
        plan = history.plan_entries(
            entries, self.payer_items.get(payer, []), relievable={}, has_reversals=reverses, new_id=uuid4
        )
        for item in plan.items:
            item.entry_n = None
        self.payer_items[payer] = [item for item in plan.items if item.open_cents]
        moves = [
            entry(
                None,
                move.event,
                move.debit_account,
                move.credit_account,
                move.cents,
                trace if move.debit_account is A.REMITTANCE_CLEARING else "the payer",
                trace if move.credit_account is A.REMITTANCE_CLEARING else "the payer",
            )
            for move in plan.moves
        ]
        if moves:
            self.book("provider_adjustment", moves)

    def hold(self, trace: str, cents: int) -> None:
        """The money of a claim that cannot be posted (E46)."""
        if cents > 0:
            held = entry(None, E.REMITTANCE_HELD, A.REMITTANCE_CLEARING, A.UNAPPLIED_INSURANCE, cents, trace, trace)
            self.book("held", [held])
        elif cents < 0:
            taken = entry(
                None, E.REMITTANCE_HELD, A.TAKE_BACKS_UNIDENTIFIED, A.REMITTANCE_CLEARING, -cents, trace, trace
            )
            self.book("held", [taken])

    def deposit(self, trace: str) -> None:
        """E08: the bank has it. Raises RefusedError when clearing is not above zero."""
        cents = self.totals[A.REMITTANCE_CLEARING, trace]
        if cents <= 0:
            raise RefusedError("nothing of this payment is on its way")
        self.book("deposit", [entry(None, E.DEPOSIT, A.CASH, A.REMITTANCE_CLEARING, cents, "", trace)])

    # Patients

    def receive(self, name: str, cents: int, owner: int = 1) -> None:
        """E12: money of the patient with `owner` payers, not yet applied; it goes on the open deposit slip."""
        self.receipts[name] = cents
        self.owners[name] = owner
        self.drawer.append(name)
        self.book("receipt", [entry(None, E.PREPAYMENT, A.CARD_CLEARING, A.UNAPPLIED_PATIENT, cents, "", name)])

    def bank_drawer(self) -> int:
        """E08 for each receipt of the open slip; returns the sum. Raises RefusedError for an empty one."""
        if not self.drawer:
            raise RefusedError("there is nothing on the slip")
        cents = [self.receipts[name] for name in self.drawer]
        self.drawer = []
        self.book("deposit", [entry(None, E.DEPOSIT, A.CASH, A.CARD_CLEARING, one) for one in cents])
        return sum(cents)

    def apply(self, name: str, charge: int, cents: int) -> None:
        """E13, to what the patient owes. Raises RefusedError for more than is left or owed, or another's balance."""
        bill = self.claim_of[charge]
        account = A.AR_PATIENT if bill.payers else A.AR_SELF_PAY
        if bill.payers != self.owners[name]:
            raise RefusedError("money of one patient never pays for another")
        if not 0 < cents <= min(self.unapplied(name), self.net((charge, account, GUARANTOR))):
            raise RefusedError("more than is left of the receipt or owed on the charge")
        applied = entry(charge, E.PREPAYMENT_APPLIED, A.UNAPPLIED_PATIENT, account, cents, name, GUARANTOR)
        self.book("application", [applied])

    # What follows

    def owed_by(self, charge: int, party: str) -> Bucket:
        """The receivable of the party on the charge."""
        if party != GUARANTOR:
            return charge, A.AR_INSURANCE, party
        return charge, A.AR_PATIENT if self.claim_of[charge].payers else A.AR_SELF_PAY, party

    def _billed(self, charge: int, payers: int) -> Entry:
        event, account, party = _first_debtor(payers)
        return entry(charge, event, account, A.REVENUE, self.amounts[charge], party)

    def _decided(self, trace: str, charge: int, bill: Claim, payer: int, line: LineAmounts) -> Iterable[Entry]:
        me, following = f"payer-{payer}", f"payer-{payer + 1}"
        names = {PAYER: me, NEXT_PAYER: following, PATIENT: GUARANTOR, "": ""}
        owed = self.net((charge, A.AR_INSURANCE, me))
        plan = plan_line(line, open_cents=owed, carcs=carc, next_coverage=payer < bill.payers)
        for posting in plan.postings:
            if posting.event is E.CREDIT_RECLASS:  # the ledger settles every journal alike
                continue
            clears = A.REMITTANCE_CLEARING
            yield entry(
                charge,
                E.SECONDARY_PAYMENT if posting.event is E.INSURANCE_PAYMENT and payer > 1 else posting.event,
                posting.debit_account,
                posting.credit_account,
                posting.amount_cents,
                trace if posting.debit_account is clears else names[posting.debit_party],
                trace if posting.credit_account is clears else names[posting.credit_party],
            )


def _first_debtor(payers: int) -> tuple[LedgerEvent, Account, str]:
    if payers:
        return E.CHARGE_INSURED, A.AR_INSURANCE, "payer-1"
    return E.CHARGE_SELF_PAY, A.AR_SELF_PAY, GUARANTOR


def _announced(code: str, cents: int, taken: Mapping[int, int]) -> UUID | None:
    """The claim whose reversal of this payment a WO below zero is for: the only one of its amount."""
    fitting = [claim for claim, amount in taken.items() if amount == -cents] if code == "WO" and cents < 0 else []
    return UUID(int=fitting[0] + 1) if len(fitting) == 1 else None
