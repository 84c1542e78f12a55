"""The steps of a claim's life, drawn at random and tried on the books; the rules decide what is refused."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.remittances.domain.amounts import CasAmount, LineAmounts

from .books_model import GUARANTOR, Books, Bucket, RefusedError
from .invariants import broken

E, A = LedgerEvent, Account
START = date(2026, 11, 23)
REASONS = (
    "CO-45", "CO-253", "CO-197", "CO-104", "CO-59", "CO-ZZ9", "PR-1", "PR-2", "PR-45", "PR-204", "OA-23", "OA-209",
    "OA-133", "OA-100", "PI-97",
)  # fmt: skip
NEGATIVE_REASONS = ("CO-144", "CO-94", "PR-187")
PLB_CODES = ("WO", "FB", "L6", "CS", "72", "50", "IR", "LE", "E3", "AM", "CT", "BN", "IP", "LS", "OB", "B2", "QQ")
WRITE_OFFS = (
    (E.DENIAL_WRITTEN_OFF, A.ADMINISTRATIVE, A.AR_INSURANCE),
    (E.SMALL_BALANCE, A.SMALL_BALANCE, A.AR_PATIENT),
    (E.CHARITY, A.CHARITY, A.AR_PATIENT),
    (E.BAD_DEBT, A.BAD_DEBT, A.AR_PATIENT),
)

percents = st.integers(0, 70)
line_shapes = st.fixed_dictionaries(
    {
        "reasons": st.lists(st.tuples(st.sampled_from(REASONS), percents), max_size=3),
        "extra": st.none() | st.tuples(st.sampled_from(NEGATIVE_REASONS), st.integers(1, 2_000)),
    }
)
decision_shapes = st.fixed_dictionaries(
    {
        "claim": st.integers(0, 99),
        "lines": st.lists(line_shapes, min_size=3, max_size=3),
        "taken_back": st.booleans(),
        "unknown": st.integers(0, 9).map(lambda n: n == 0),
    }
)


@dataclass(frozen=True)
class Part:
    """One claim of a payment. `undoes` is the part that this one takes back; `posts` is False when it is held."""

    claim: int
    lines: tuple[LineAmounts, ...]
    posts: bool
    known: bool = True
    icn: str = ""
    journal: int | None = None
    undoes: "Part | None" = None

    @property
    def paid_cents(self) -> int:
        return sum(line.paid_cents for line in self.lines) * (-1 if self.undoes else 1)


def line_of(charge_cents: int, shape: dict[str, Any]) -> LineAmounts:
    """A line that balances. One that pays less than nothing is legal to write and makes its claim wait."""
    amounts = [_amount(reason, charge_cents * share // 100) for reason, share in shape["reasons"]]
    if shape["extra"]:
        reason, cents = shape["extra"]
        amounts.append(_amount(reason, -cents))
    paid = charge_cents - sum(amount.cents for amount in amounts)
    return LineAmounts(charge_cents, paid, tuple(amounts))


def _amount(reason: str, cents: int) -> CasAmount:
    group, carc = reason.split("-")
    return CasAmount(group, carc, cents)


class LifeOfMoney(RuleBasedStateMachine):
    """Bills, decisions of payers, reversals, provider adjustments, patients' money, our own decisions, closes."""

    fewest_payers = 0

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(START)
        self._decisions: list[tuple[int, Part]] = []
        self._names = itertools.count(1)

    def attempt(self, step: Callable[[], object]) -> bool:
        """Whether the step was taken; nothing at all has changed when the rules refuse it."""
        before = len(self.books.journals)
        try:
            step()
        except RefusedError:
            assert len(self.books.journals) == before, "a refused step changed the books"
            return False
        return True

    @rule(cents=st.lists(st.integers(0, 60_000), min_size=1, max_size=3), payers=st.sampled_from((0, 1, 1, 1, 2, 3)))
    def bill(self, cents: list[int], payers: int) -> None:
        number = self.books.bill([max(amount, 1) for amount in cents], max(payers, self.fewest_payers))
        self.billed(number)

    def billed(self, claim: int) -> None:
        """For those who take the same claim in elsewhere."""

    @precondition(lambda self: any(claim.payers for claim in self.books.claims))
    @rule(
        payer=st.sampled_from((1, 1, 1, 2, 3)),
        decisions=st.lists(decision_shapes, min_size=1, max_size=4),
        plb=st.lists(st.tuples(st.sampled_from(PLB_CODES), st.integers(-900, 900)), max_size=2),
    )
    def remit(self, payer: int, decisions: list[dict[str, Any]], plb: list[tuple[str, int]]) -> None:
        trace = f"T{next(self._names)}"
        parts = [self._part(payer, decision) for decision in self._reversals_first(payer, decisions)]
        cents = sum(part.paid_cents for part in parts) - sum(amount for _, amount in plb)
        if cents < 0:  # a payer cannot pay less than nothing: it carries the rest forward
            plb = [*plb, ("FB", cents)]
        self.books.pay(trace, max(cents, 0))
        parts = [self._posted(trace, payer, part) for part in parts]
        for code, amount in plb:
            self.books.provider_adjustment(trace, code, amount)
        self.remitted(trace, payer, parts, plb)

    def remitted(self, trace: str, payer: int, parts: list[Part], plb: list[tuple[str, int]]) -> None:
        """For those who post the same payment elsewhere."""

    @precondition(lambda self: self.books.payments)
    @rule(place=st.integers(0, 99))
    def deposit(self, place: int) -> None:
        trace = list(self.books.payments)[place % len(self.books.payments)]
        self.attempt(lambda: self.books.deposit(trace))

    @rule(cents=st.integers(1, 30_000), owner=st.sampled_from((0, 1, 1, 2, 3)))
    def receive(self, cents: int, owner: int) -> None:
        name, owner = f"R{next(self._names)}", max(owner, self.fewest_payers)
        self.books.receive(name, cents, owner)
        self.received(name, owner, cents)

    def received(self, name: str, owner: int, cents: int) -> None:
        """For those who take the same money elsewhere."""

    @precondition(lambda self: self.books.receipts and self.books.amounts)
    @rule(receipt=st.integers(0, 99), charge=st.integers(0, 99), cents=st.integers(1, 30_000))
    def apply(self, receipt: int, charge: int, cents: int) -> None:
        """To a balance of the patient if there is one that fits, else to whatever was drawn."""
        name = list(self.books.receipts)[receipt % len(self.books.receipts)]
        owed = [n for n, account, _ in self.books.buckets if account is A.AR_PATIENT] or list(self.books.amounts)
        number = owed[charge % len(owed)]
        taken = self.attempt(lambda: self.books.apply(name, number, cents))
        self.applied(name, number, cents, taken=taken)

    def applied(self, name: str, charge: int, cents: int, *, taken: bool) -> None:
        """For those who apply the same money elsewhere; `taken` is False when the rules refused."""

    @precondition(lambda self: self.books.amounts)
    @rule(
        charge=st.integers(0, 99), kind=st.sampled_from(WRITE_OFFS), cents=st.integers(1, 30_000), undone=st.booleans()
    )
    def write_off(self, charge: int, kind: tuple[LedgerEvent, Account, Account], cents: int, *, undone: bool) -> None:
        event, account, receivable = kind
        party = GUARANTOR if receivable is A.AR_PATIENT else "payer-1"
        bucket = (charge % len(self.books.amounts), receivable, party)

        def step() -> None:
            journal = self.books.write_off(event, account, bucket, cents)
            if undone and event is E.BAD_DEBT:
                self.books.undo(journal, E.BAD_DEBT_REINSTATED)

        self.attempt(step)

    @precondition(lambda self: self.books.amounts)
    @rule(charge=st.integers(0, 99), cents=st.integers(1, 30_000), to_patient=st.booleans())
    def transfer(self, charge: int, cents: int, *, to_patient: bool) -> None:
        number = charge % len(self.books.amounts)
        self.attempt(lambda: self.books.transfer(number, cents, to_patient=to_patient))

    @precondition(lambda self: any(self.books.credits.values()))
    @rule(place=st.integers(0, 99), share=st.integers(1, 120))
    def refund(self, place: int, share: int) -> None:
        owed = [bucket for bucket, cents in self.books.credits.items() if cents]
        bucket: Bucket = owed[place % len(owed)]
        cents = self.books.credits[bucket] * share // 100
        self.attempt(lambda: self.books.refund(bucket, cents))

    @precondition(lambda self: self.books.claims)
    @rule(claim=st.integers(0, 99))
    def void(self, claim: int) -> None:
        self.attempt(lambda: self.books.void(claim % len(self.books.claims)))

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.books.today += timedelta(days=days)

    @rule(days_ago=st.integers(0, 60))
    def close(self, days_ago: int) -> None:
        self.attempt(lambda: self.books.close(self.books.today - timedelta(days=days_ago)))

    @invariant()
    def the_books_are_right(self) -> None:
        problems = broken(self.books)
        assert not problems, "; ".join(problems)

    def _reversals_first(self, payer: int, decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(decisions, key=lambda decision: not (self._standing(payer, decision) and decision["taken_back"]))

    def _number(self, decision: dict[str, Any]) -> int:
        insured = [n for n, claim in enumerate(self.books.claims) if claim.payers]
        place: int = decision["claim"]
        return insured[place % len(insured)]

    def _standing(self, payer: int, decision: dict[str, Any]) -> Part | None:
        """The newest decision of this payer on the claim that was not taken back."""
        number = self._number(decision)
        return next((part for by, part in reversed(self._decisions) if (by, part.claim) == (payer, number)), None)

    def _part(self, payer: int, decision: dict[str, Any]) -> Part:
        number, standing = self._number(decision), self._standing(payer, decision)
        if standing and decision["taken_back"]:
            self._decisions.remove((payer, standing))
            return Part(number, standing.lines, posts=True, undoes=standing)
        claim = self.books.claims[number]
        lines = tuple(line_of(self.books.amounts[n], s) for n, s in zip(claim.charges, decision["lines"], strict=False))
        negative = any(line.paid_cents < 0 for line in lines)
        known = not decision["unknown"] and payer <= claim.payers
        icn = f"ICN{next(self._names)}"
        return Part(number, lines, posts=known and not negative, known=not decision["unknown"], icn=icn)

    def _posted(self, trace: str, payer: int, part: Part) -> Part:
        """The part with its journal in the books."""
        if not part.posts:
            self.books.hold(trace, part.paid_cents)
            return part
        if part.undoes:
            assert part.undoes.journal is not None
            return replace(part, journal=self.books.reverse(trace, part.claim, part.undoes.journal))
        posted = replace(part, journal=self.books.decide(trace, part.claim, payer, part.lines))
        self._decisions.append((payer, posted))
        return posted
