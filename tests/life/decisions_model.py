"""What a practice decides by itself: write-offs, transfers and refunds, each with its way back."""

from dataclasses import dataclass
from datetime import date

from claims_api.ledger.domain import CREDIT_ACCOUNT_OF, Account
from claims_api.refunds.domain import RESERVING, TRANSITIONS, RefundEvent, RefundState
from claims_api.write_offs.domain import BOOKINGS, WriteOffClass

from .ledger_model import A, Bucket, E, Entry, Ledger, RefusedError, entry


@dataclass
class WriteOff:
    """`journal` is taken back when `stands` is False."""

    kind: WriteOffClass
    bucket: Bucket
    cents: int
    journal: int
    stands: bool = True


@dataclass
class Transfer:
    """From one receivable of a charge to another."""

    source: Bucket
    target: Bucket
    cents: int
    journal: int
    stands: bool = True


@dataclass
class Refund:
    """Of the credit of a charge (`source` is its receivable) or of a receipt."""

    source: Bucket | str
    cents: int
    state: RefundState = RefundState.REQUESTED
    due: int = -1
    """Journal that made a receipt's money a refund due (E14)."""
    issued: int = -1
    """Journal of the newest payment."""

    @property
    def is_reserving(self) -> bool:
        """Whether its money is still where it came from."""
        return self.state is RefundState.REQUESTED if isinstance(self.source, str) else self.state in RESERVING


class OwnDecisions(Ledger):
    """Never below zero, never more than the credit, never a cent twice."""

    def __init__(self, today: date) -> None:
        super().__init__(today)
        self.write_offs: list[WriteOff] = []
        self.transfers: list[Transfer] = []
        self.refunds: list[Refund] = []

    def write_off(self, kind: WriteOffClass, bucket: Bucket, cents: int) -> None:
        """E05, E24, E25, E27, E28, E35, E48."""
        charge, receivable, party = bucket
        booking = BOOKINGS[kind]
        if receivable not in booking.credits or not 0 < cents <= self.net(bucket):
            raise RefusedError("a write-off never takes a receivable below zero")
        entries = [entry(charge, booking.event, booking.debit, receivable, cents, credit_party=party)]
        self.write_offs.append(WriteOff(kind, bucket, cents, self.book("write_off", entries)))

    def reverse_write_off(self, n: int) -> None:
        """Once; bad debt by its own event (E41)."""
        one = self.write_offs[n]
        if not one.stands:
            raise RefusedError("it was taken back before")
        self.undo(one.journal, BOOKINGS[one.kind].reversal)
        one.stands = False

    def transfer(self, source: Bucket, target: Bucket, cents: int) -> None:
        """E40; the total stays."""
        if source == target or not 0 < cents <= self.net(source):
            raise RefusedError("more than is owed")
        charge, owing, party = source
        _, owes, new_party = target
        entries = [entry(charge, E.RESPONSIBILITY_CHANGE, owes, owing, cents, new_party, party)]
        self.transfers.append(Transfer(source, target, cents, self.book("transfer", entries)))

    def reverse_transfer(self, n: int) -> None:
        """Once, while the new party still owes it."""
        one = self.transfers[n]
        if not one.stands or self.net(one.target) < one.cents:
            raise RefusedError("it was taken back before, or the new party owes less")
        self.undo(one.journal, E.POSTED_WRONG)
        one.stands = False

    def ask_refund(self, source: Bucket | str, cents: int) -> None:
        """The money is reserved at once."""
        kept = self.unapplied(source) if isinstance(source, str) else self.credits[source]
        reserved = sum(one.cents for one in self.refunds if one.source == source and one.is_reserving)
        if not 0 < cents <= kept - reserved:
            raise RefusedError("a refund is at most the credit")
        self.refunds.append(Refund(source, cents))

    def step_refund(self, n: int, event: RefundEvent) -> None:
        """E14, E15, E37 and their ways back."""
        one = self.refunds[n]
        after = TRANSITIONS.get((one.state, event))
        if after is None:
            raise RefusedError("it is not that far, or past it")
        match event:
            case RefundEvent.APPROVE:
                self._make_due(one)
            case RefundEvent.ISSUE:
                one.issued = self._pay_out(one, "refund")
            case RefundEvent.TURN_OVER:
                self._pay_out(one, "unclaimed")
            case RefundEvent.REMIT:
                charge = None if isinstance(one.source, str) else one.source[0]
                self.book("remitted", [entry(charge, E.UNCLAIMED_PROPERTY, A.UNCLAIMED_PROPERTY, A.CASH, one.cents)])
            case RefundEvent.VOID | RefundEvent.CANCEL | RefundEvent.MARK_STALE:
                self._take_back(one, event)
        one.state = after

    def unapplied(self, receipt: str) -> int:
        return -self.totals[A.UNAPPLIED_PATIENT, receipt]

    def _make_due(self, one: Refund) -> None:
        if not isinstance(one.source, str):
            return
        if one.cents > self.unapplied(one.source):
            raise RefusedError("the money was used meanwhile")
        due = entry(
            None, E.PATIENT_REFUND, A.UNAPPLIED_PATIENT, A.REFUNDS_PAYABLE_PATIENT, one.cents, one.source, one.source
        )
        one.due = self.book("refund_due", [due])

    def _pay_out(self, one: Refund, kind: str) -> int:
        if isinstance(one.source, str):
            return self.book(kind, [self._paid(one, None, A.REFUNDS_PAYABLE_PATIENT, one.source, kind)])
        charge, receivable, party = one.source
        if one.cents > self.credits[one.source]:
            raise RefusedError("a later posting used the credit")
        paid = self._paid(one, charge, CREDIT_ACCOUNT_OF[receivable], party, kind)
        return self.book(kind, [paid], drawn=(one.source, -one.cents))

    @staticmethod
    def _paid(one: Refund, charge: int | None, owed: Account, party: str, kind: str) -> Entry:
        if kind == "unclaimed":
            return entry(charge, E.UNCLAIMED_PROPERTY, owed, A.UNCLAIMED_PROPERTY, one.cents, party)
        event = E.PAYER_REFUND if owed is A.REFUNDS_PAYABLE_PAYER else E.PATIENT_REFUND
        return entry(charge, event, owed, A.CASH, one.cents, party)

    def _take_back(self, one: Refund, event: RefundEvent) -> None:
        if one.state is RefundState.ISSUED:
            drawn = None if isinstance(one.source, str) else (one.source, one.cents)
            self.undo(one.issued, E.POSTED_WRONG, drawn=drawn)
        if event is not RefundEvent.MARK_STALE and one.due >= 0:
            self.undo(one.due, E.POSTED_WRONG)
