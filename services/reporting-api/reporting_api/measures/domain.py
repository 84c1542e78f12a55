"""Which ledger accounts and which facts each measure sums."""

from enum import StrEnum
from typing import Final


class Measure(StrEnum):
    """A daily sum in cents with a count; each is positive when business is as usual, reversals are negative."""

    # Ledger: entries of charges. Their days are effective days.
    CHARGES = "charges"
    PAYMENTS = "payments"
    CONTRACTUAL = "contractual"
    STATUTORY = "statutory"
    CHARITY = "charity"
    DISCOUNTS = "discounts"
    ADMINISTRATIVE = "administrative"
    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"
    RECOVERIES = "recoveries"
    UNAPPLIED = "unapplied"
    CHARGE_LAG = "charge_lag"
    PATIENT_PAYMENTS = "patient_payments"
    # Histories of lines.
    AR_CYCLE = "ar_cycle"
    CLOSED_WITHOUT_CASH = "closed_without_cash"
    # First things of claims, weighed by the claim's charges.
    SENT = "sent"
    SERVICE_TO_INVOICE = "service_to_invoice"
    ACCEPTED = "accepted"
    ACCEPTANCE_LAG = "acceptance_lag"
    FIRST_ADJUDICATED = "first_adjudicated"
    FIRST_DENIED = "first_denied"
    FIRST_RESOLVED = "first_resolved"
    INVOICE_TO_PAYMENT = "invoice_to_payment"
    # Every decision, and denial cases.
    REMITTED = "remitted"
    REMITTED_DENIED = "remitted_denied"
    INITIALLY_DENIED_LINES = "initially_denied_lines"
    DENIALS_OPENED = "denials_opened"
    DENIALS_CLOSED = "denials_closed"
    DENIALS_RECOVERED = "denials_recovered"


M = Measure

CASH_ACCOUNTS: Final = (1000, 1030, 1040, 1200, 2000, 2010, 2040)
"""Between two of them cash moves without a sum (a deposit, money held); what is left is what a line received."""

# (measure, account, sign): entries of a charge on these accounts, debits positive.
OF_ACCOUNTS: Final = (
    (M.CHARGES, 4000, -1),
    *((M.PAYMENTS, account, 1) for account in CASH_ACCOUNTS),
    (M.CONTRACTUAL, 4100, 1),
    (M.STATUTORY, 4105, 1),
    (M.CHARITY, 4120, 1),
    (M.DISCOUNTS, 4130, 1),
    (M.ADMINISTRATIVE, 4140, 1),
    (M.SMALL_BALANCE, 4150, 1),
    (M.BAD_DEBT, 4160, 1),
    (M.RECOVERIES, 4170, -1),
)
UNAPPLIED_ACCOUNTS: Final = (2000, 2010)
COHORTS: Final = tuple(dict.fromkeys(measure for measure, _, _ in OF_ACCOUNTS))
"""Measures that are also kept by month of service."""

DECIDED: Final = ("paid", "partially_denied", "denied", "zero_paid")  # adjudication states that decide a claim
WITH_A_DENIAL: Final = ("partially_denied", "denied")
WITHOUT_A_DENIAL: Final = ("paid", "zero_paid")
COUNTED_PURPOSES: Final = ("live", "already_submitted")  # never test claims or drafts
