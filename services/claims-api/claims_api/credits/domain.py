"""Why there is a credit: the order of tests, what each one saw, and what to do about the first that holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from claims_api.phrases import Phrased


class Resolution(Phrased):
    """What a credit is: two states in which nothing is to be decided, then the tests in their order."""

    AWAIT_PAYER = "await_payer", "the payer's reversal or correction is awaited: the credit may go away by itself"
    FINISH_REFUND = "finish_refund", "a refund of all of it is under way"
    POSTING_ERROR = "posting_error", "the same party owes just this amount on another service: posted on the wrong one"
    DUPLICATE_PAYMENT = "duplicate_payment", "the same party paid the same amount more than once"
    WRONG_PAYER_ORDER = "wrong_payer_order", "two payers paid as the first one: the order of coverages is wrong"
    PATIENT_OVERPAID = "patient_overpaid", "the patient paid more than his or her share"
    CONTRACT_ERROR = "contract_error", "the payer paid above its contract"
    GENUINE_OVERPAYMENT = "genuine_overpayment", "no test explains it: it was overpaid, and is owed back"


class Answer(Phrased):
    """What a test says."""

    HIT = "hit", "it holds"
    CLEAR = "clear", "it does not hold"
    NOT_AVAILABLE = "not_available", "a fact that it needs is not known here"


R = Resolution
ORDER: Final = (
    R.POSTING_ERROR,
    R.DUPLICATE_PAYMENT,
    R.WRONG_PAYER_ORDER,
    R.PATIENT_OVERPAID,
    R.CONTRACT_ERROR,
    R.GENUINE_OVERPAYMENT,
)
"""The handbook's order (8.7): the cheapest explanation first, money out last."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a person does next, in words, and the operation that does it; None: nothing but wait."""

    verb: str
    operation: str | None


_OF_PAYER: Final[Mapping[Resolution, Move]] = MappingProxyType(
    {
        R.AWAIT_PAYER: Move("wait for the payer's part", None),
        R.FINISH_REFUND: Move("finish the refund", "listRefunds"),
        R.POSTING_ERROR: Move("take the payment off and match it with the other service", "unmatchRemittanceClaim"),
        R.DUPLICATE_PAYMENT: Move("refund the second payment to the payer", "requestRefund"),
        R.WRONG_PAYER_ORDER: Move("correct the coverages, refund the payer that was not first", "requestRefund"),
        R.PATIENT_OVERPAID: Move("refund the payer", "requestRefund"),
        R.CONTRACT_ERROR: Move("tell the payer, and refund what it paid above its contract", "requestRefund"),
        R.GENUINE_OVERPAYMENT: Move("refund the payer", "requestRefund"),
    }
)
_OF_PATIENT: Final[Mapping[Resolution, Move]] = MappingProxyType(
    {
        R.AWAIT_PAYER: Move("wait for the payer's part", None),
        R.FINISH_REFUND: Move("finish the refund", "listRefunds"),
        R.POSTING_ERROR: Move("take the payment off and apply it to the other service", "unapplyReceipt"),
        R.DUPLICATE_PAYMENT: Move("refund the second payment to the guarantor", "requestRefund"),
        R.WRONG_PAYER_ORDER: Move("correct the coverages, refund the guarantor", "requestRefund"),
        R.PATIENT_OVERPAID: Move("refund the guarantor", "requestRefund"),
        R.CONTRACT_ERROR: Move("refund the guarantor", "requestRefund"),
        R.GENUINE_OVERPAYMENT: Move("refund the guarantor", "requestRefund"),
    }
)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that stands on the charge. `of_id` is the remittance or receipt, `paid_as` CLP02 of a remittance."""

    of_id: UUID
    party_id: UUID
    cents: int
    paid_as: str | None = None


@dataclass(frozen=True, slots=True)
class OpenElsewhere:
    """What the party of the credit owes on another charge."""

    charge_id: UUID
    claim_id: UUID | None
    cents: int


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What the tests look at; all of it about one credit and its charge, and about its own party elsewhere."""

    side: str
    party_id: UUID
    credit_cents: int
    reserved_cents: int
    provisional: bool
    payments: Sequence[Payment] = ()
    open_elsewhere: Sequence[OpenElsewhere] = ()
    expected_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """A test, what it says and what it saw: ids and cents by name."""

    test: Resolution
    answer: Answer
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """The first that holds, what to do, and every test with its evidence. A payer's money stays the payer's."""

    resolution: Resolution
    move: Move
    tests: Sequence[Tested]


def advise(facts: CreditFacts) -> Advice:
    """The states come before the tests: what is under way, or may go away by itself, is not decided again."""
    tests = [Tested(test, *_TESTS[test](facts)) for test in ORDER]
    moves = _OF_PAYER if facts.side == "payer" else _OF_PATIENT
    if facts.provisional:
        found = Resolution.AWAIT_PAYER
    elif facts.reserved_cents >= facts.credit_cents:
        found = Resolution.FINISH_REFUND
    else:
        found = next(tested.test for tested in tests if tested.answer is Answer.HIT)
    return Advice(found, moves[found], tests)


Said = tuple[Answer, Mapping[str, Any]]
CLEAR: Final[Said] = (Answer.CLEAR, {})


def _posting_error(facts: CreditFacts) -> Said:
    """Just the credit, or just a payment of the party, is open elsewhere; another amount is no sign of an error."""
    amounts = {facts.credit_cents, *(one.cents for one in facts.payments if one.party_id == facts.party_id)}
    fitting = [one for one in facts.open_elsewhere if one.cents in amounts]
    shown = [{"charge_id": one.charge_id, "claim_id": one.claim_id, "open_cents": one.cents} for one in fitting]
    return (Answer.HIT, {"open": shown}) if fitting else CLEAR


def _duplicate_payment(facts: CreditFacts) -> Said:
    own = [one for one in facts.payments if one.party_id == facts.party_id]
    twice = [one for one in own if sum(other.cents == one.cents for other in own) > 1 and one.cents > 0]
    shown = [{"of_id": one.of_id, "paid_cents": one.cents} for one in twice]
    return (Answer.HIT, {"payments": shown}) if twice else CLEAR


def _wrong_payer_order(facts: CreditFacts) -> Said:
    first = [one for one in facts.payments if one.paid_as in PAID_AS_FIRST and one.cents > 0]
    parties = sorted({one.party_id for one in first}, key=str)
    shown = [{"of_id": one.of_id, "coverage_id": one.party_id, "paid_cents": one.cents} for one in first]
    return (Answer.HIT, {"paid_as_first": shown}) if len(parties) > 1 else CLEAR


def _patient_overpaid(facts: CreditFacts) -> Said:
    if facts.side != "patient":
        return CLEAR
    own = [one for one in facts.payments if one.party_id == facts.party_id and one.cents > 0]
    shown = [{"of_id": one.of_id, "paid_cents": one.cents} for one in own]
    return (Answer.HIT, {"payments": shown}) if own else CLEAR


def _contract_error(facts: CreditFacts) -> Said:
    if facts.side != "payer":
        return CLEAR
    if facts.expected_cents is None:
        return Answer.NOT_AVAILABLE, {"needs": "expected_cents: what the payer's contract allows for the service"}
    paid = sum(one.cents for one in facts.payments if one.party_id == facts.party_id)
    above = paid - facts.expected_cents
    return (Answer.HIT, {"paid_cents": paid, "expected_cents": facts.expected_cents}) if above > 0 else CLEAR


def _genuine(facts: CreditFacts) -> Said:
    return Answer.HIT, {"credit_cents": facts.credit_cents}


PAID_AS_FIRST: Final = frozenset({"1", "19"})
"""CLP02 of a payer that decided as primary."""
_TESTS: Final = MappingProxyType(
    {
        R.POSTING_ERROR: _posting_error,
        R.DUPLICATE_PAYMENT: _duplicate_payment,
        R.WRONG_PAYER_ORDER: _wrong_payer_order,
        R.PATIENT_OVERPAID: _patient_overpaid,
        R.CONTRACT_ERROR: _contract_error,
        R.GENUINE_OVERPAYMENT: _genuine,
    }
)


def standing(nets: Sequence[Payment]) -> list[Payment]:
    """Payments less what took them back: a negative net cancels an equal payment of the party, else the newest ones.

    nets: oldest first, one for each payment or take-back of a party.
    """
    kept = [one for one in nets if one.cents > 0]
    for taken in (one for one in nets if one.cents < 0):
        left = -taken.cents
        equal = next((one for one in kept if one.party_id == taken.party_id and one.cents == left), None)
        if equal is not None:
            kept.remove(equal)
            continue
        for one in reversed([one for one in kept if one.party_id == taken.party_id]):
            part = min(one.cents, left)
            place, left = kept.index(one), left - part
            kept[place : place + 1] = [_less(one, part)] if one.cents > part else []
    return kept


def _less(one: Payment, cents: int) -> Payment:
    return Payment(one.of_id, one.party_id, one.cents - cents, one.paid_as)
