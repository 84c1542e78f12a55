"""The steps of a claim's life, drawn at random and tried on the books; the rules decide what is refused."""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import Enum, auto
from typing import Any, ClassVar, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from claims_api.periods.domain import Month
from claims_api.refunds.domain import TRANSITIONS, RefundEvent
from claims_api.write_offs.domain import WriteOffClass

from .books_model import Books
from .invariants import broken
from .ledger_model import GUARANTOR, A, Bucket, RefusedError
from .payments import Decision, Part, Payment, decision_of, decision_seeds, line_of, plb_of, plb_seeds

_T = TypeVar("_T")
START = date(2026, 11, 23)
parties = st.sampled_from((GUARANTOR, GUARANTOR, "payer-1", "payer-1", "payer-2", "payer-3"))
places = st.integers(0, 99)
amounts = st.integers(1, 30_000)
shares = st.sampled_from((100, 50, 30, 101, 7))
"""Percent of what is open: all of it, parts, and a little more than there is."""
prices = st.lists(st.integers(1, 60_000), min_size=1, max_size=3)
payers = st.sampled_from((1, 1, 1, 2, 3))
MOST_RECEIPTS = 4

BY_HAND = [event for event in RefundEvent if event is not RefundEvent.UNCLEAR]
"""Of a refund; only unmatching a bank line makes it outstanding again."""


class Answer(Enum):
    """What became of a step elsewhere."""

    TAKEN = auto()
    REFUSED = auto()
    NOT_NOW = auto()
    """Refused for a reason that is not in the books: a decision is awaited, a protection, a missing document."""


class LifeOfMoney(RuleBasedStateMachine):
    """Bills, decisions of payers, reversals, provider adjustments, patients' money, our own decisions, closes."""

    taken: ClassVar[Counter[str]]
    """How often each step was taken, over all runs."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(START)
        self._decisions: list[tuple[int, Part]] = []
        self._names = itertools.count(1)

    def elsewhere(self, verb: str, *facts: Any) -> Answer | None:
        """The same step in another set of books, before it is taken here; None where there is none."""

    def step(self, verb: str, work: Callable[[], object], *facts: Any) -> None:
        """Both books take it, or neither; nothing at all has changed when the rules refuse it."""
        answer = self.elsewhere(verb, *facts)
        if answer is Answer.NOT_NOW:
            return
        before = len(self.books.journals)
        try:
            work()
        except RefusedError as refused:
            here, why = Answer.REFUSED, str(refused)
        else:
            here, why = Answer.TAKEN, ""
            self.taken[verb] += 1
        assert answer in (None, here), f"{verb}{facts}: {here.name} here ({why}), {answer} elsewhere"
        assert here is Answer.TAKEN or len(self.books.journals) == before, f"{verb}{facts} changed the books"

    @initialize(first=prices, second=prices, cents=amounts, decisions=decision_seeds, plb=plb_seeds)
    def begin(self, first: list[int], second: list[int], cents: int, decisions: list[int], plb: int) -> None:
        """Every story has two bills, a payment and a receipt, whatever else is drawn."""
        self._bill(first, 1)
        self._bill(second, 2)
        self._receive(cents, 1)
        self._pay("remit", 1, decisions, plb)

    @rule(cents=prices, payers=st.sampled_from((1, 0, 2, 3, 1, 0)))
    def bill(self, cents: list[int], payers: int) -> None:
        self._bill(cents, payers)

    def _bill(self, cents: list[int], payers: int) -> None:
        number, charges = len(self.books.claims), len(self.books.amounts)
        self.step("bill", lambda: self.books.bill(cents, payers), number, charges, cents, payers)

    @rule(place=places, cents=st.integers(1, 60_000))
    def reprice(self, place: int, cents: int) -> None:
        """A claim that nobody has decided; later a version follows, and no charge is changed under it."""
        charge = place % len(self.books.amounts)
        if charge not in self.books.voided and not self.books.claim_of[charge].was_decided:
            self.step("reprice", lambda: self.books.reprice(charge, cents), charge, len(self.books.amounts), cents)

    @rule(place=places)
    def void(self, place: int) -> None:
        """A charge without a claim, or now and then one that a claim bills."""
        books = self.books
        free = [n for n, claim in books.claim_of.items() if not claim.payers and n not in books.voided]
        charge = _one_of(free if free and place % 8 else list(books.amounts), place)
        self.step("void", lambda: self.books.void(charge), charge)

    @rule(payer=payers, decisions=decision_seeds, plb=plb_seeds)
    def remit(self, payer: int, decisions: list[int], plb: int) -> None:
        """By an 835."""
        self._pay("remit", payer, decisions, plb)

    @rule(payer=payers, decisions=decision_seeds, plb=plb_seeds)
    def enter_eob(self, payer: int, decisions: list[int], plb: int) -> None:
        """By hand, from paper."""
        self._pay("enter_eob", payer, decisions, plb)

    @rule(place=places)
    def deposit(self, place: int) -> None:
        """All of a payment that has not come yet."""
        on_its_way = [(trace, self.books.totals[A.REMITTANCE_CLEARING, trace]) for trace in self.books.payments]
        if waiting := [(trace, cents) for trace, cents in on_its_way if cents > 0]:
            trace, cents = _one_of(waiting, place)
            self.step("deposit", lambda: self.books.deposit(trace), trace, cents)

    @precondition(lambda self: len(self.books.receipts) < MOST_RECEIPTS)
    @rule(cents=amounts, place=places)
    def receive(self, cents: int, place: int) -> None:
        """Of a patient who owes something, if any does."""
        owners = [self.books.claim_of[bucket[0]].payers for bucket in self._open(GUARANTOR)]
        self._receive(cents, _one_of(owners or (0, 1, 2, 3), place))

    def _receive(self, cents: int, owner: int) -> None:
        name = f"R{next(self._names)}"
        self.step("receive", lambda: self.books.receive(name, cents, owner), name, owner, cents)

    @precondition(lambda self: self.books.drawer)
    @rule()
    def bank_drawer(self) -> None:
        cents = sum(self.books.receipts[name] for name in self.books.drawer)
        self.step("bank_drawer", self.books.bank_drawer, cents)

    @rule(place=places, charge=places, share=shares)
    def apply(self, place: int, charge: int, share: int) -> None:
        """To a balance of the receipt's owner if there is one, else to whatever was drawn."""
        name = _one_of(list(self.books.receipts), place)
        owner = self.books.owners[name]
        owed = [bucket for bucket in self._open(GUARANTOR) if self.books.claim_of[bucket[0]].payers == owner]
        bucket = _one_of(owed, charge) if owed else self._bucket(charge, GUARANTOR)
        cents = _share(share, min(self.books.net(bucket), self.books.unapplied(name)))
        self.step("apply", lambda: self.books.apply(name, bucket[0], cents), name, bucket[0], cents)

    @rule(place=places, kind=st.sampled_from(WriteOffClass), share=shares, party=parties)
    def write_off(self, place: int, kind: WriteOffClass, share: int, party: str) -> None:
        bucket = self._bucket(place, party)
        cents = _share(share, self.books.net(bucket))
        self.step("write_off", lambda: self.books.write_off(kind, bucket, cents), kind, bucket, cents)

    @precondition(lambda self: self.books.write_offs)
    @rule(place=places)
    def reverse_write_off(self, place: int) -> None:
        n = place % len(self.books.write_offs)
        self.step("reverse_write_off", lambda: self.books.reverse_write_off(n), n)

    @rule(place=places, share=shares, party=parties, to=places)
    def transfer(self, place: int, share: int, party: str, to: int) -> None:
        """Mostly to a payer: what may go to the patient is mostly there already."""
        source = self._bucket(place, party)
        charge, _, owing = source
        others = [f"payer-{n}" for n in range(1, self.books.claim_of[charge].payers + 1) if f"payer-{n}" != owing]
        if others or owing != GUARANTOR:
            target = self.books.owed_by(charge, _one_of(others if others and to % 4 else (GUARANTOR,), to))
            cents = _share(share, self.books.net(source))
            if source != target:
                self.step("transfer", lambda: self.books.transfer(source, target, cents), source, target, cents)

    @precondition(lambda self: self.books.transfers)
    @rule(place=places)
    def reverse_transfer(self, place: int) -> None:
        n = place % len(self.books.transfers)
        self.step("reverse_transfer", lambda: self.books.reverse_transfer(n), n)

    @rule(place=places, share=shares)
    def ask_refund(self, place: int, share: int) -> None:
        self._ask_refund(place, share)

    def _ask_refund(self, place: int, share: int) -> None:
        """Of a charge's credit where there is one, now and then of a receipt."""
        owed = [bucket for bucket, cents in self.books.credits.items() if cents]
        source = _one_of(owed, place) if owed and place % 4 else _one_of(list(self.books.receipts), place)
        kept = self.books.unapplied(source) if isinstance(source, str) else self.books.credits[source]
        cents = _share(share, kept)
        self.step("ask_refund", lambda: self.books.ask_refund(source, cents), source, cents)

    @precondition(lambda self: any(self.books.credits.values()) or any(map(self.books.unapplied, self.books.receipts)))
    @rule(place=places, share=shares, twice=st.booleans())
    def refund(self, place: int, share: int, *, twice: bool) -> None:
        """From the request to the check, which at times somebody issues once more."""
        before = len(self.books.refunds)
        self._ask_refund(place, share)
        if len(self.books.refunds) > before:
            for event in (RefundEvent.APPROVE, RefundEvent.ISSUE, *[RefundEvent.ISSUE] * twice):
                self._step_refund(before, event)

    @precondition(lambda self: self.books.refunds)
    @rule(place=places, which=places)
    def step_refund(self, place: int, which: int) -> None:
        """Mostly a step that its state allows."""
        n = place % len(self.books.refunds)
        fitting = [after for state, after in TRANSITIONS if state is self.books.refunds[n].state and after in BY_HAND]
        event = _one_of(fitting if fitting and which % 5 else BY_HAND, which)
        self._step_refund(n, event)

    def _step_refund(self, n: int, event: RefundEvent) -> None:
        self.step("step_refund", lambda: self.books.step_refund(n, event), n, event)

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.books.today += timedelta(days=days)
        self.elsewhere("wait", days)

    @rule(months_ago=st.integers(0, 2))
    def close(self, months_ago: int) -> None:
        month = self._month(months_ago)
        self.step("close", lambda: self.books.close(month), month)

    @rule(months_ago=st.integers(1, 2))
    def reopen(self, months_ago: int) -> None:
        month = self._month(months_ago)
        self.step("reopen", lambda: self.books.reopen(month), month)

    @invariant()
    def the_books_are_right(self) -> None:
        problems = broken(self.books)
        assert not problems, "; ".join(problems)

    def _open(self, party: str) -> list[Bucket]:
        return [bucket for bucket, cents in self.books.buckets.items() if cents and bucket[2] == party]

    def _bucket(self, place: int, party: str) -> Bucket:
        """What the party owes of a charge: of one that is open if there is any."""
        if owed := self._open(party):
            return _one_of(owed, place)
        charge = place % len(self.books.amounts)
        return self.books.owed_by(charge, party if self._is_covered(charge, party) else GUARANTOR)

    def _is_covered(self, charge: int, party: str) -> bool:
        return party == GUARANTOR or int(party[-1]) <= self.books.claim_of[charge].payers

    def _month(self, months_ago: int) -> Month:
        month = Month.of(self.books.today)
        for _ in range(months_ago):
            month = month.previous
        return month

    def _reversals_first(self, payer: int, decisions: list[Decision]) -> list[Decision]:
        return sorted(decisions, key=lambda decision: not (self._standing(payer, decision) and decision.takes_back))

    def _number(self, decision: Decision) -> int:
        insured = [n for n, claim in enumerate(self.books.claims) if claim.payers]
        return _one_of(insured, decision.place)

    def _standing(self, payer: int, decision: Decision) -> Part | None:
        """The newest decision of this payer on the claim that was not taken back."""
        number = self._number(decision)
        return next((part for by, part in reversed(self._decisions) if (by, part.claim) == (payer, number)), None)

    def _part(self, payer: int, decision: Decision) -> Part:
        number, standing = self._number(decision), self._standing(payer, decision)
        if standing and decision.takes_back:
            self._decisions.remove((payer, standing))
            return Part(number, standing.lines, posts=True, undoes=standing)
        claim = self.books.claims[number]
        lines = tuple(line_of(self.books.amounts[n], s) for n, s in zip(claim.charges, decision.lines, strict=False))
        negative = any(line.paid_cents < 0 for line in lines)
        known = not decision.unknown and payer <= claim.payers
        icn = f"ICN{next(self._names)}"
        return Part(number, lines, posts=known and not negative, known=not decision.unknown, icn=icn)

    def _pay(self, verb: str, payer: int, decisions: list[int], plb: int) -> None:
        made = self._reversals_first(payer, [decision_of(seed) for seed in decisions])
        parts = [self._part(payer, decision) for decision in made]
        payment = Payment(f"T{next(self._names)}", payer, tuple(parts), plb_of(plb))
        if payment.cents < 0:  # a payer cannot pay less than nothing: it carries the rest forward
            payment = replace(payment, plb=(*payment.plb, ("FB", payment.cents)))
        note(payment)
        self.step(verb, lambda: self._post(payment), payment)

    def _post(self, payment: Payment) -> None:
        self.books.pay(payment.trace, payment.cents)
        if payment.payer == 1:
            self.books.decide_again({part.claim for part in payment.parts if part.posts})
        for part in payment.parts:
            if not part.posts:
                self.books.hold(payment.trace, part.paid_cents)
            elif part.undoes:
                assert part.undoes.journal is not None
                self.books.reverse(payment.trace, part.claim, part.undoes.journal)
            else:
                journal = self.books.decide(payment.trace, part.claim, payment.payer, part.lines)
                self._decisions.append((payment.payer, replace(part, journal=journal)))
        reverses = any(part.undoes for part in payment.parts)
        self.books.adjust(payment.trace, payment.payer, payment.plb, payment.taken, reverses=reverses)


def _one_of(rows: Sequence[_T], place: int) -> _T:
    return rows[place % len(rows)]


def _share(percent: int, cents: int) -> int:
    """At least a cent; above 100 percent at least a cent more than there is."""
    there = max(cents, 0)
    return max(there * percent // 100, there + 1 if percent > 100 else 1)
