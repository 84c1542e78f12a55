"""How the money of payments reaches the practice's bank: when, in which lines of its statement, less which fee."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Final

from claims_api.phrases import Phrased
from claims_api.simulator.domain.calendar import business_days_after
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import Money
from claims_api.simulator.domain.payment import PaymentToWrite

CARD_FEE_PERCENT: Final = 3
RETURNED_AFTER: Final = 2
_SHORT_CENTS: Final = 100


class Method(Phrased):
    """How money moves. Checks of a day are one lockbox deposit, cards of a day one settlement less the fee."""

    TRANSFER = "transfer", "by ACH, a line of its own with the trace"
    CHECK = "check", "by check, through the lockbox"
    CARD = "card", "by virtual card, less the fee"
    RETURN = "return", "taken back by the bank"


_DAYS: Final = {Method.TRANSFER: (0, 2), Method.CHECK: (3, 6), Method.CARD: (1, 3)}
"""Business days from the date of the payment to its line at the bank, both ends included."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """The money of one payment at the bank. `cents` is below zero for a return; the fee is kept from it by the card."""

    posted_on: date
    method: Method
    payer: str
    payer_tax_id: str
    trace: str
    cents: int
    fee_cents: int = 0


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a bank statement. `traces` are the payments in it, as the bank tells them: none for cards."""

    posted_on: date
    method: Method
    cents: int
    text: str
    reference: str = ""


def deposits_of(payment: PaymentToWrite, money: Money) -> Iterator[Deposit]:
    """What the bank gets of a payment, and gives back; nothing for a payment of nothing."""
    if payment.total_cents <= 0 or money is Money.MISSING:
        return
    parties = payment.parties
    by_check = Method.CHECK if parties.pays_by_check else Method.TRANSFER
    method = Method.CARD if money is Money.CARD else by_check
    days = Chance(f"deposit\0{parties.tax_id}\0{payment.trace}").between(*_DAYS[method], "days")
    cents = payment.total_cents
    if money is Money.SHORT:
        cents = max(0, cents - _SHORT_CENTS)
    came = Deposit(
        business_days_after(payment.paid_on, days),
        method,
        parties.payer_name,
        parties.tax_id,
        payment.trace,
        cents,
        cents * CARD_FEE_PERCENT // 100 if method is Method.CARD else 0,
    )
    yield came
    if money is Money.RETURNED:
        gone_on = business_days_after(came.posted_on, RETURNED_AFTER)
        yield replace(came, posted_on=gone_on, method=Method.RETURN, cents=-cents, fee_cents=0)


def statement_lines(deposits: Iterable[Deposit]) -> list[StatementLine]:
    """The lines of one day: a transfer and a return each for itself, the checks together, the cards together."""
    ordered = sorted(deposits, key=lambda one: (one.method, one.payer_tax_id, one.trace))
    lines: list[StatementLine] = []
    for method, group in groupby(ordered, key=lambda one: one.method):
        together = list(group)
        if method is Method.CHECK:
            numbers = " ".join(one.trace for one in together)
            lines.append(_sum(method, together, f"LOCKBOX {len(together)} ITEMS CHECKS {numbers}"))
        elif method is Method.CARD:
            lines.append(_sum(method, together, f"MERCHANT SETTLEMENT {len(together)} CARDS NET OF FEES"))
        else:
            lines += [_alone(one) for one in together]
    return lines


def _sum(method: Method, deposits: list[Deposit], text: str) -> StatementLine:
    cents = sum(one.cents - one.fee_cents for one in deposits)
    reference = deposits[0].trace if len(deposits) == 1 and method is Method.CHECK else ""
    return StatementLine(deposits[0].posted_on, method, cents, text, reference)


def _alone(one: Deposit) -> StatementLine:
    """A transfer with its addenda (TRN as in the 835), or what was returned of it."""
    trn = f"TRN*1*{one.trace}*1{one.payer_tax_id}"
    text = f"RETURNED ITEM {trn}" if one.method is Method.RETURN else f"HCCLAIMPMT {one.payer} {trn}"
    return StatementLine(one.posted_on, one.method, one.cents, text, one.trace)
