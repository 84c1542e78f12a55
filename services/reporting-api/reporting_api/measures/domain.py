"""Which ledger accounts and which facts each measure sums."""

from enum import StrEnum
from typing import Final


class Measure(StrEnum):
    """A daily sum in cents with a count; each is positive when business is as usual, reversals are negative."""

    CHARGES = "charges"
    PAYMENTS = "payments"
    CONTRACTUAL = "contractual"
    STATUTORY = "statutory"
    CHARITY = "charity"
    DISCOUNTS = "discounts"
    ADMINISTRATIVE = "administrative"
    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"
    FIRST_ADJUDICATED = "first_adjudicated"
    FIRST_DENIED = "first_denied"
    SERVICE_TO_INVOICE = "service_to_invoice"
    AR_CYCLE = "ar_cycle"
    CLOSED_WITHOUT_CASH = "closed_without_cash"


M = Measure

# (measure, account, sign): entries of a charge on these accounts, debits positive. Cash that moves between two of the
# payment accounts (a deposit, money held) adds up to nothing; what is left is what a line received or gave back.
OF_ACCOUNTS: Final = (
    (M.CHARGES, 4000, -1),
    *((M.PAYMENTS, account, 1) for account in (1000, 1030, 1040, 1200, 2000, 2010, 2040)),
    (M.CONTRACTUAL, 4100, 1),
    (M.STATUTORY, 4105, 1),
    (M.CHARITY, 4120, 1),
    (M.DISCOUNTS, 4130, 1),
    (M.ADMINISTRATIVE, 4140, 1),
    (M.SMALL_BALANCE, 4150, 1),
    (M.BAD_DEBT, 4160, 1),
    (M.BAD_DEBT, 4170, 1),
)

DECIDED: Final = ("paid", "partially_denied", "denied", "zero_paid")  # adjudication states that decide a claim
WITH_A_DENIAL: Final = ("partially_denied", "denied")
COUNTED_PURPOSES: Final = ("live", "already_submitted")  # never test claims or drafts


def accounts_of(measure: Measure) -> tuple[int, ...]:
    """The accounts a ledger measure sums."""
    return tuple(account for name, account, _ in OF_ACCOUNTS if name is measure)
