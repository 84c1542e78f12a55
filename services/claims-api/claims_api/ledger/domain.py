"""The chart of accounts of the receivables subledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from claims_api.parties.domain import ResponsibilityKind
from claims_api.phrases import Phrased


class Account(IntEnum):
    """Account numbers, as they appear on postings and exports."""

    CASH = 1000
    CARD_CLEARING = 1030
    REMITTANCE_CLEARING = 1040
    AR_INSURANCE = 1100
    AR_PATIENT = 1110
    AR_SELF_PAY = 1115
    AR_CLIENT = 1120
    AR_AGENCY = 1130
    BAD_DEBT_MEMO = 1140
    BAD_DEBT_MEMO_CONTRA = 1141
    CONTRACTUAL_ALLOWANCE = 1190
    CREDIT_LOSS_ALLOWANCE = 1195
    TAKE_BACKS_UNIDENTIFIED = 1200
    WITHHOLDS = 1215
    TAX_WITHHELD = 1250
    UNAPPLIED_INSURANCE = 2000
    UNAPPLIED_PATIENT = 2010
    REFUNDS_PAYABLE_PAYER = 2020
    REFUNDS_PAYABLE_PATIENT = 2030
    OWED_TO_PAYER = 2040
    UNCLAIMED_PROPERTY = 2050
    CONVERSION_CLEARING = 3900
    REVENUE = 4000
    CONTRACTUAL = 4100
    STATUTORY_CUTS = 4105
    CHARITY = 4120
    DISCOUNTS = 4130
    ADMINISTRATIVE = 4140
    SMALL_BALANCE = 4150
    BAD_DEBT = 4160
    BAD_DEBT_RECOVERIES = 4170
    CAPITATION = 4200
    INCENTIVES = 4210
    INTEREST_RECEIVED = 4220
    INTEREST_PAID = 4230
    RETURNED_PAYMENT_FEES = 4290
    AGENCY_FEES = 6200
    PAYMENT_FEES = 6210


class AccountType(Phrased):
    ASSET = "asset", "what we have or are owed"
    CONTRA_ASSET = "contra_asset", "what we do not expect of it"
    LIABILITY = "liability", "what we owe"
    EQUITY = "equity", "opening position taken over from another system"
    REVENUE = "revenue", "what we earned"
    CONTRA_REVENUE = "contra_revenue", "what we gave up of it"
    OTHER_INCOME = "other_income", "income beside care"
    EXPENSE = "expense", "what it cost"
    MEMO = "memo", "outside the balance; kept for the count"


class Side(Phrased):
    """The side on which an account normally stands."""

    DEBIT = "debit", "debits raise it"
    CREDIT = "credit", "credits raise it"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the chart. `responsibility` is set on the accounts that say who owes an open amount."""

    number: Account
    name: str
    type: AccountType
    normal_side: Side
    responsibility: ResponsibilityKind | None = None


A, T, D, C, R = Account, AccountType, Side.DEBIT, Side.CREDIT, ResponsibilityKind

CHART: Final = (
    AccountRow(A.CASH, "Cash, operating", T.ASSET, D),
    AccountRow(A.CARD_CLEARING, "Card and lockbox clearing", T.ASSET, D),
    AccountRow(A.REMITTANCE_CLEARING, "Remittance clearing, per trace number; returns to zero", T.ASSET, D),
    AccountRow(A.AR_INSURANCE, "Receivable from payers", T.ASSET, D, R.INSURANCE),
    AccountRow(A.AR_PATIENT, "Receivable from patients after insurance", T.ASSET, D, R.PATIENT),
    AccountRow(A.AR_SELF_PAY, "Receivable from patients without insurance", T.ASSET, D, R.SELF_PAY),
    AccountRow(A.AR_CLIENT, "Receivable from clients that ordered services", T.ASSET, D, R.CLIENT),
    AccountRow(A.AR_AGENCY, "Receivable placed with an agency, not yet bad debt", T.ASSET, D, R.AGENCY),
    AccountRow(A.BAD_DEBT_MEMO, "Bad debt given up (memo)", T.MEMO, D, R.BAD_DEBT),
    AccountRow(A.BAD_DEBT_MEMO_CONTRA, "Bad debt given up (memo, other side)", T.MEMO, C),
    AccountRow(A.CONTRACTUAL_ALLOWANCE, "Allowance for contractual adjustments", T.CONTRA_ASSET, C),
    AccountRow(A.CREDIT_LOSS_ALLOWANCE, "Allowance for credit losses", T.CONTRA_ASSET, C),
    AccountRow(A.TAKE_BACKS_UNIDENTIFIED, "Take-backs in dispute or not identified", T.ASSET, D),
    AccountRow(A.WITHHOLDS, "Withholds receivable", T.ASSET, D, R.WITHHOLD),
    AccountRow(A.TAX_WITHHELD, "Tax withheld, receivable", T.ASSET, D),
    AccountRow(A.UNAPPLIED_INSURANCE, "Payer money not applied or held", T.LIABILITY, C),
    AccountRow(A.UNAPPLIED_PATIENT, "Patient money not applied and prepayments", T.LIABILITY, C),
    AccountRow(A.REFUNDS_PAYABLE_PAYER, "Credits owed to payers", T.LIABILITY, C),
    AccountRow(A.REFUNDS_PAYABLE_PATIENT, "Credits owed to patients", T.LIABILITY, C),
    AccountRow(A.OWED_TO_PAYER, "Owed to a payer that will take it from a payment", T.LIABILITY, C),
    AccountRow(A.UNCLAIMED_PROPERTY, "Unclaimed property payable", T.LIABILITY, C),
    AccountRow(A.CONVERSION_CLEARING, "Conversion clearing for opening balances", T.EQUITY, C),
    AccountRow(A.REVENUE, "Gross patient service revenue", T.REVENUE, C),
    AccountRow(A.CONTRACTUAL, "Contractual adjustments", T.CONTRA_REVENUE, D),
    AccountRow(A.STATUTORY_CUTS, "Cuts required by law", T.CONTRA_REVENUE, D),
    AccountRow(A.CHARITY, "Charity and financial assistance", T.CONTRA_REVENUE, D),
    AccountRow(A.DISCOUNTS, "Self-pay, prompt-pay and courtesy discounts", T.CONTRA_REVENUE, D),
    AccountRow(A.ADMINISTRATIVE, "Administrative (denial) write-offs", T.CONTRA_REVENUE, D),
    AccountRow(A.SMALL_BALANCE, "Small-balance write-offs", T.CONTRA_REVENUE, D),
    AccountRow(A.BAD_DEBT, "Bad-debt write-offs", T.CONTRA_REVENUE, D),
    AccountRow(A.BAD_DEBT_RECOVERIES, "Bad-debt recoveries", T.CONTRA_REVENUE, C),
    AccountRow(A.CAPITATION, "Capitation revenue", T.REVENUE, C),
    AccountRow(A.INCENTIVES, "Incentives and bonuses", T.REVENUE, C),
    AccountRow(A.INTEREST_RECEIVED, "Interest and penalties from payers", T.OTHER_INCOME, C),
    AccountRow(A.INTEREST_PAID, "Interest and penalties to payers", T.EXPENSE, D),
    AccountRow(A.RETURNED_PAYMENT_FEES, "Returned-payment fees", T.OTHER_INCOME, C),
    AccountRow(A.AGENCY_FEES, "Collection agency fees", T.EXPENSE, D),
    AccountRow(A.PAYMENT_FEES, "Card, virtual-card, transfer and claim fees", T.EXPENSE, D),
)  # fmt: skip

ACCOUNTS: Final[Mapping[Account, AccountRow]] = MappingProxyType({row.number: row for row in CHART})

# Open receivables: never below zero after a commit, summed in the control total, aged.
AR_ACCOUNTS: Final = (A.AR_INSURANCE, A.AR_PATIENT, A.AR_SELF_PAY, A.AR_CLIENT, A.AR_AGENCY)

# Where a receivable that fell below zero is kept instead: somebody else's money, never netted inside aging.
CREDIT_ACCOUNT_OF: Final[Mapping[Account, Account]] = MappingProxyType(
    {
        A.AR_INSURANCE: A.REFUNDS_PAYABLE_PAYER,
        A.AR_PATIENT: A.REFUNDS_PAYABLE_PATIENT,
        A.AR_SELF_PAY: A.REFUNDS_PAYABLE_PATIENT,
        A.AR_CLIENT: A.REFUNDS_PAYABLE_PATIENT,
        A.AR_AGENCY: A.REFUNDS_PAYABLE_PATIENT,
    }
)
