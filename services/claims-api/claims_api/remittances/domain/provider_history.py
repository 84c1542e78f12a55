"""Which earlier amount a provider adjustment (PLB) settles, and what it leaves open: one pure plan a payment.

Amounts that raise the payment are looked at first, so that the two halves of a pair (72 and WO) find each other.
Every cent leaves remittance clearing whatever is found; what nothing explains stays as an open item of the payer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.remittances.domain.provider_adjustments import PLB_CODES, provider_adjustment_posting

Kind = Literal["announced", "forwarded", "take_back", "refund_seen"]
ACKNOWLEDGED: Final = frozenset({"72", "B2"})
_PAIRED: Final = frozenset({"WO", "CS", "OB", "WU", "72", "B2"})

NO_REVERSAL: Final = "taken back, and no reversal, announcement or refund of ours explains it"
NO_FORWARD: Final = "a balance comes back that no payment carried forward"
NO_REFUND: Final = "the payer says that our refund reached it; we know of none"
NO_DECISION: Final = "announced to be taken later, and this payment reverses no claim"
OTHER_PROVIDER: Final = "taken for another provider of the group"


@dataclass(slots=True)
class OpenItem:
    """An amount between us and the payer; `side` credit is what we owe or hold, debit what was taken from us."""

    id: UUID
    kind: Kind
    account: Account
    open_cents: int
    reference: str = ""
    claim_id: UUID | None = None
    code: str = ""
    entry_n: int | None = None
    """The entry of this payment that opened it; None for an earlier one."""
    provider_identifier: str = ""
    amount_cents: int = 0

    @property
    def side(self) -> Literal["debit", "credit"]:
        return "debit" if self.kind == "take_back" else "credit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One pair as read: `n` counts from 1. `refund_known`: we sent the payer a refund that this may acknowledge."""

    n: int
    code: str
    amount_cents: int
    reference: str = ""
    claim_id: UUID | None = None
    refund_known: bool = False
    other_provider: bool = False
    provider_identifier: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A part of an entry. `item_id`: the item that opens or settles; `claim_id`: the receivable it relieves."""

    n: int
    event: LedgerEvent
    debit_account: Account
    credit_account: Account
    cents: int
    item_id: UUID | None = None
    claim_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EntryReview:
    """What a person must look at; `item_id`: until that open amount is settled."""

    n: int
    reason: str
    cents: int
    claim_id: UUID | None = None
    item_id: UUID | None = None


@dataclass(slots=True)
class EntryPlan:
    """What a payment's entries do. `items` are all that were known before, settled by so much, and the new ones."""

    items: list[OpenItem]
    moves: list[Move] = field(default_factory=list)
    reviews: list[EntryReview] = field(default_factory=list)


def plan_entries(
    entries: Sequence[Entry],
    items: Sequence[OpenItem],
    *,
    relievable: Mapping[UUID, int],
    has_reversals: bool,
    new_id: Callable[[], UUID],
) -> EntryPlan:
    """Settle and open items, entry by entry.

    relievable: by claim, what its receivable shows because the payer reversed after our refund had left: the
    acknowledged refund pays that (E19), up to so much.
    """
    planner = _Planner(EntryPlan(list(items)), dict(relievable), has_reversals, new_id)
    for entry in sorted((entry for entry in entries if entry.amount_cents), key=lambda e: (e.amount_cents > 0, e.n)):
        planner.plan(entry)
    return planner.made


@dataclass(slots=True)
class _Planner:
    made: EntryPlan
    relievable: dict[UUID, int]
    has_reversals: bool
    new_id: Callable[[], UUID]

    def plan(self, entry: Entry) -> None:
        raises = entry.amount_cents < 0
        if entry.code == "FB":
            left = self._forward(entry) if raises else self._comes_back(entry)
        elif raises:
            left = self._raises(entry)
        else:
            left = self._lowers(entry)
        if left:
            self._by_table(entry, left)

    def _forward(self, entry: Entry) -> int:
        self._open(entry, "forwarded", Account.OWED_TO_PAYER, LedgerEvent.BALANCE_FORWARD, -entry.amount_cents)
        return 0

    def _comes_back(self, entry: Entry) -> int:
        left = self._settle(entry, entry.amount_cents, "forwarded", LedgerEvent.BALANCE_FORWARD, whole_payer=True)
        if left:
            opened = self._open(entry, "take_back", Account.TAKE_BACKS_UNIDENTIFIED, LedgerEvent.BALANCE_FORWARD, left)
            self._review(entry, NO_FORWARD, left, opened)
        return 0

    def _raises(self, entry: Entry) -> int:
        """Given back, acknowledged or announced: first against what was taken from us for the same cause."""
        left = -entry.amount_cents
        if entry.code in ACKNOWLEDGED:
            left = self._relieve(entry, left)
            left = self._settle(entry, left, "take_back", LedgerEvent.REFUND_ACKNOWLEDGED)
            if left:
                account, event = Account.TAKE_BACKS_UNIDENTIFIED, LedgerEvent.REFUND_ACKNOWLEDGED
                opened = self._open(entry, "refund_seen", account, event, left)
                if not entry.refund_known:
                    self._review(entry, NO_REFUND, left, opened)
            return 0
        if entry.code == "WO":
            left = self._settle(entry, left, "take_back", LedgerEvent.TAKE_BACK_ANNOUNCED)
            if left:
                opened = self._open(entry, "announced", Account.OWED_TO_PAYER, LedgerEvent.TAKE_BACK_ANNOUNCED, left)
                if not self.has_reversals:
                    self._review(entry, NO_DECISION, left, opened)
            return 0
        if entry.code in _PAIRED:
            left = self._settle(entry, left, "take_back", LedgerEvent.PROVIDER_ADJUSTMENT)
        return left

    def _lowers(self, entry: Entry) -> int:
        left = entry.amount_cents
        if entry.code in _PAIRED:
            left = self._settle(entry, left, "announced", LedgerEvent.TAKE_BACK)
            left = self._settle(entry, left, "refund_seen", LedgerEvent.REFUND_ACKNOWLEDGED)
        return left

    def _relieve(self, entry: Entry, cents: int) -> int:
        """The refund pays what the payer's reversal left open on the claim."""
        if entry.claim_id is None:
            return cents
        part = min(cents, self.relievable.get(entry.claim_id, 0))
        if part:
            self.relievable[entry.claim_id] -= part
            moved = (LedgerEvent.REFUND_ACKNOWLEDGED, Account.REMITTANCE_CLEARING, Account.AR_INSURANCE)
            self.made.moves.append(Move(entry.n, *moved, part, claim_id=entry.claim_id))
        return cents - part

    def _settle(self, entry: Entry, cents: int, kind: Kind, event: LedgerEvent, *, whole_payer: bool = False) -> int:
        """Take from the items of this kind that fit; returns what is left of `cents`."""
        for item in self._fitting(entry, cents, kind, whole_payer):
            part = min(cents, item.open_cents)
            if not part:
                continue
            item.open_cents -= part
            cents -= part
            clearing, account = Account.REMITTANCE_CLEARING, item.account
            sides = (account, clearing) if entry.amount_cents > 0 else (clearing, account)
            self.made.moves.append(Move(entry.n, event, *sides, part, item.id))
        return cents

    def _fitting(self, entry: Entry, cents: int, kind: Kind, whole_payer: bool) -> list[OpenItem]:
        """By claim, else by reference, else the only one of just this amount; for balances: else all, if they add up.

        Items of another claim never fit. A balance that this payment carries forward does not come back in it.
        """
        candidates = [
            item
            for item in self.made.items
            if item.kind == kind and item.open_cents and not (kind == "forwarded" and item.entry_n is not None)
        ]
        if entry.claim_id is not None:
            same = [item for item in candidates if item.claim_id == entry.claim_id]
            if same:
                return same
            candidates = [item for item in candidates if item.claim_id is None]
        named = [item for item in candidates if entry.reference and item.reference == entry.reference]
        if named:
            return named
        equal = [item for item in candidates if item.open_cents == cents]
        if len(equal) == 1:
            return equal
        return candidates if whole_payer and sum(item.open_cents for item in candidates) == cents else []

    def _open(self, entry: Entry, kind: Kind, account: Account, event: LedgerEvent, cents: int) -> UUID:
        item = OpenItem(
            self.new_id(),
            kind,
            account,
            cents,
            entry.reference,
            entry.claim_id,
            entry.code,
            entry.n,
            entry.provider_identifier,
            cents,
        )
        self.made.items.append(item)
        clearing = Account.REMITTANCE_CLEARING
        sides = (account, clearing) if entry.amount_cents > 0 else (clearing, account)
        self.made.moves.append(Move(entry.n, event, *sides, cents, item.id))
        return item.id

    def _by_table(self, entry: Entry, left: int) -> None:
        """What the code says by itself; money taken without a known cause opens an item."""
        posting = provider_adjustment_posting(entry.code, left if entry.amount_cents > 0 else -left)
        if posting is None:
            raise AssertionError("what is left of an entry is not zero")
        opened = None
        if posting.debit_account is Account.TAKE_BACKS_UNIDENTIFIED:
            opened = self._open(entry, "take_back", posting.debit_account, posting.event, left)
        else:
            self.made.moves.append(Move(entry.n, posting.event, posting.debit_account, posting.credit_account, left))
        if posting.work_item:
            self._review(entry, _reason(entry), left, opened)

    def _review(self, entry: Entry, reason: str, cents: int, item_id: UUID | None) -> None:
        self.made.reviews.append(EntryReview(entry.n, reason, cents, entry.claim_id, item_id))


def _reason(entry: Entry) -> str:
    if entry.other_provider:
        return OTHER_PROVIDER
    if entry.code == "WO":
        return NO_REVERSAL
    row = PLB_CODES.get(entry.code)
    return f"provider adjustment: {row.meaning}" if row else "provider adjustment with a code we do not know"


def moves_of(plan: EntryPlan, n: int) -> Iterator[Move]:
    """What one entry did, in order."""
    return (move for move in plan.moves if move.n == n)
