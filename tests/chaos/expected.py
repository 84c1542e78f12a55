"""What files must come to, worked out from their bytes alone: nothing here uses the code that is tested."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Decision:
    """One CLP: `reasons` are (group, reason, cents), claim and line level together."""

    number: str
    paid_cents: int
    reasons: list[tuple[str, str, int]] = field(default_factory=list)

    def cents(self, *reasons: str) -> int:
        """Sum of adjustments given as `CO45`, or as `PR` for a whole group."""
        return sum(cents for group, carc, cents in self.reasons if group in reasons or group + carc in reasons)


@dataclass
class Payment:
    """One ST. `content` is all that makes it the payment it is."""

    trace: str
    amount_cents: int
    plb_cents: int
    decisions: list[Decision]
    content: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        return sum(one.paid_cents for one in self.decisions) - self.plb_cents == self.amount_cents


@dataclass
class Expected:
    """The end of it: per payment how often in which state, and the sums of the books in cents."""

    states: dict[str, Counter[str]]
    clearing: dict[str, int]
    file_count: int
    transaction_count: int
    charged: int
    paid: int
    contractual: int
    shares: int
    held: int
    decided: list[str]

    @property
    def receivable(self) -> int:
        return self.charged - self.paid - self.contractual


def expect(claims_837: bytes, remittances: list[bytes]) -> Expected:
    charges = _charges(claims_837)
    payments = [payment for content in remittances for payment in _payments(content)]
    once = {payment.content: payment for payment in payments}
    posted = [payment for payment in once.values() if payment.balanced]
    ours = [one for payment in posted for one in payment.decisions if one.number in charges]
    foreign = [one for payment in posted for one in payment.decisions if one.number not in charges]
    return Expected(
        states=_states(payments, charges),
        clearing={payment.trace: payment.amount_cents if payment.balanced else 0 for payment in payments},
        file_count=1 + len(remittances),
        transaction_count=1 + len(payments),
        charged=sum(charges.values()),
        paid=sum(one.paid_cents for one in ours),
        contractual=sum(one.cents("CO45") for one in ours),
        shares=sum(one.cents("PR") for one in ours),
        held=sum(one.paid_cents for one in foreign),
        decided=sorted(one.number for one in ours),
    )


def _states(payments: list[Payment], charges: dict[str, int]) -> dict[str, Counter[str]]:
    states: dict[str, Counter[str]] = {}
    for payment in payments:
        found = states.setdefault(payment.trace, Counter())
        if found:
            found["duplicate"] += 1
        elif not payment.balanced:
            found["queued"] += 1
        else:
            known = all(one.number in charges for one in payment.decisions)
            found["posted" if known else "posted_with_held"] += 1
    return states


def _segments(content: bytes) -> list[list[str]]:
    return [segment.split("*") for segment in content.decode().split("~") if segment]


def _cents(text: str) -> int:
    whole, _, rest = text.lstrip("-").partition(".")
    cents = int(whole or "0") * 100 + int(rest.ljust(2, "0"))
    return -cents if text.startswith("-") else cents


def _charges(claims_837: bytes) -> dict[str, int]:
    return {segment[1]: _cents(segment[2]) for segment in _segments(claims_837) if segment[0] == "CLM"}


def _payments(content: bytes) -> list[Payment]:
    payments: list[Payment] = []
    for segment in _segments(content):
        name = segment[0]
        if name == "ST":
            payments.append(Payment("", 0, 0, [], ()))
        if not payments or name in ("ST", "SE", "GE", "IEA"):
            continue
        payment = payments[-1]
        payment.content += ("*".join(segment),)
        if name == "BPR":
            payment.amount_cents = _cents(segment[2])
        elif name == "TRN":
            payment.trace = segment[2]
        elif name == "CLP":
            payment.decisions.append(Decision(segment[1], _cents(segment[4])))
        elif name == "CAS":
            payment.decisions[-1].reasons.append((segment[1], segment[2], _cents(segment[3])))
        elif name == "PLB":
            payment.plb_cents += _cents(segment[4])
    return payments
