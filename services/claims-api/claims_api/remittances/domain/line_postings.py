"""The postings of one adjudicated line, as arithmetic: what set-based posting must equal for every line.

Not for reversals, which mirror the original's postings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from claims_api.ledger.cas_effects import (
    CasAction,
    CasEffect,
    FollowUp,
    cas_effect,
    net_patient_share_cents,
)
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.posting import PostingDraft
from claims_api.remittances.domain.amounts import CarcLookup, CasAmount, LineAmounts

PAYER, NEXT_PAYER, PATIENT = "payer", "next_payer", "patient"


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What posts, who looks at what, and what is left in the payer's bucket (never below zero)."""

    postings: tuple[PostingDraft, ...]
    follow_ups: tuple[tuple[CasAmount, FollowUp], ...]
    open_cents: int


class NegativePaymentError(ValueError):
    """A line pays less than nothing outside a reversal: its claim is held for a person."""


def plan_line(line: LineAmounts, *, open_cents: int, carcs: CarcLookup, next_coverage: bool = False) -> LinePlan:
    """Postings for a line whose payer bucket holds `open_cents` before.

    What raises the bucket and what was paid post in full. Shares and then write-offs follow, only as far as the
    bucket goes: a later payer repeats the contract adjustment on the whole charge, and a payer that decides the
    same line twice must not bill the patient twice. What was paid beyond the bucket is kept as a credit.
    Raises NegativePaymentError.
    """
    if line.paid_cents < 0:
        raise NegativePaymentError("a negative payment outside a reversal")
    effects = [(a, cas_effect(a.group, carcs(a.carc), negative=a.cents < 0)) for a in line.adjustments if a.cents]
    direct = [_direct(effect, abs(a.cents)) for a, effect in effects if effect.action is CasAction.POST]
    raising = [posting for posting in direct if posting.debit_account is Account.AR_INSURANCE]
    lowering = [*_share(effects, next_coverage), *(p for p in direct if p.debit_account is not Account.AR_INSURANCE)]
    postings = [*raising, *_payment(line)]
    left = open_cents - _taken(postings)
    for posting in lowering:
        room = min(posting.amount_cents, max(left, 0))
        if room:
            postings.append(replace(posting, amount_cents=room))
            left -= room
    return LinePlan((*postings, *_credit(left)), tuple(_follow_ups(effects, next_coverage)), max(left, 0))


_Effects = list[tuple[CasAmount, CasEffect]]


def _payment(line: LineAmounts) -> Iterator[PostingDraft]:
    if line.paid_cents:
        yield _posting(
            LedgerEvent.INSURANCE_PAYMENT, Account.REMITTANCE_CLEARING, Account.AR_INSURANCE, line.paid_cents
        )


def _share(effects: _Effects, next_coverage: bool) -> Iterator[PostingDraft]:
    """Patient share (netted) and what only a next payer may owe, moved to whoever owes it now."""
    share = net_patient_share_cents((effect, adjustment.cents) for adjustment, effect in effects)
    only_next = sum(a.cents for a, effect in effects if _waits_for_next(effect))
    to_next = max(share, 0) + only_next if next_coverage else 0
    to_patient = 0 if next_coverage else max(share, 0)
    if to_next:
        yield _posting(LedgerEvent.SHARE_TRANSFER, Account.AR_INSURANCE, Account.AR_INSURANCE, to_next, NEXT_PAYER)
    if to_patient:
        yield _posting(LedgerEvent.SHARE_TRANSFER, Account.AR_PATIENT, Account.AR_INSURANCE, to_patient, PATIENT)


def _waits_for_next(effect: CasEffect) -> bool:
    return effect.action is CasAction.TRANSFER and effect.debit_account is None


def _direct(effect: CasEffect, cents: int) -> PostingDraft:
    if effect.event is None or effect.debit_account is None or effect.credit_account is None:
        raise AssertionError("an effect that posts names its event and both accounts")
    return _posting(effect.event, effect.debit_account, effect.credit_account, cents)


def _credit(left: int) -> Iterator[PostingDraft]:
    if left < 0:
        yield _posting(LedgerEvent.CREDIT_RECLASS, Account.AR_INSURANCE, Account.REFUNDS_PAYABLE_PAYER, -left)


def _follow_ups(effects: _Effects, next_coverage: bool) -> Iterator[tuple[CasAmount, FollowUp]]:
    for adjustment, effect in effects:
        settled = next_coverage and _waits_for_next(effect)
        if effect.follow_up is not FollowUp.NONE and not settled:
            yield adjustment, effect.follow_up
    share = net_patient_share_cents((effect, adjustment.cents) for adjustment, effect in effects)
    if share < 0:
        yield CasAmount("PR", "", share), FollowUp.REVIEW


def _posting(event: LedgerEvent, debit: Account, credit: Account, cents: int, debit_party: str = "") -> PostingDraft:
    insured = Account.AR_INSURANCE
    return PostingDraft(
        event,
        debit,
        credit,
        cents,
        debit_party=debit_party or (PAYER if debit is insured else ""),
        credit_party=PAYER if credit is insured else "",
    )


def _taken(postings: list[PostingDraft]) -> int:
    """What the postings take out of the payer's bucket."""
    insured = (Account.AR_INSURANCE, PAYER)
    return sum(
        posting.amount_cents
        * (
            ((posting.credit_account, posting.credit_party) == insured)
            - ((posting.debit_account, posting.debit_party) == insured)
        )
        for posting in postings
    )
