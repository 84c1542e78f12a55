"""Which postings stand behind a proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF, Account


class Subject(StrEnum):
    """What a proof is of."""

    CLAIM = "claim"
    REMITTANCE = "remittance"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Behind:
    """Postings of the subject with one of the accounts on either side, or all; of these sources and events, or all."""

    accounts: tuple[Account, ...] = ()
    sources: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


A = Account
_ALL: Final = Behind()
_CHARGES: Final = Behind((A.REVENUE,))
_CLEARING: Final = Behind((A.REMITTANCE_CLEARING,))
_RECEIVABLE: Final = Behind(tuple(AR_ACCOUNTS))
_CREDITS: Final = Behind(tuple(sorted(set(CREDIT_ACCOUNT_OF.values()))))
_WITH_PAYERS: Final = Behind((A.TAKE_BACKS_UNIDENTIFIED, A.OWED_TO_PAYER))

BEHIND: Final[Mapping[Subject, Mapping[str, Behind]]] = MappingProxyType(
    {
        Subject.CLAIM: {
            "lines_are_the_claim": _CHARGES,
            "charges_are_posted": _CHARGES,
            "open_is_the_sum_of_postings": _RECEIVABLE,
            "credits_are_the_sum_of_postings": _CREDITS,
            "remitted_lines_are_the_payments": _CLEARING,
            "payments_are_in_clearing": _CLEARING,
        },
        Subject.REMITTANCE: {
            "claims_are_the_remittance": _CLEARING,
            "lines_are_the_claims": _CLEARING,
            "claims_less_provider_entries_are_the_payment": _CLEARING,
            "payment_in_clearing": _CLEARING,
            "held_money_is_held": Behind(entries=("E46",)),
            "clearing_is_what_the_bank_owes": _CLEARING,
            "debits_are_credits": _ALL,
        },
        Subject.PRACTICE: {
            "debits_are_credits": _ALL,
            "receivable_is_the_sum_of_balances": _RECEIVABLE,
            "credits_are_the_sum_of_balances": _CREDITS,
            "payer_items_are_their_postings": _WITH_PAYERS,
            "payments_are_in_clearing": _CLEARING,
            "nothing_is_orphaned": _ALL,
            "claims_are_their_lines": _CHARGES,
            "claim_payments_are_their_lines": _CLEARING,
            "remittances_are_their_claims": _CLEARING,
            "remittances_are_their_payments": _CLEARING,
            "each_payment_is_in_clearing": _CLEARING,
            "balances_are_their_postings": _RECEIVABLE,
            "deposits_less_payments_are_open_items": Behind(sources=("bank_line",)),
            "cash_is_the_bank": Behind((A.CASH,), sources=("bank_line", "refund")),
            "clearing_is_what_waits": _CLEARING,
            "each_trace_returns_to_zero_or_waits": _CLEARING,
            "receipts_wait_in_clearing": Behind((A.CARD_CLEARING,)),
            "refunds_out_are_posted": Behind((A.CASH,), sources=("refund",)),
            "fees_are_posted": Behind((A.PAYMENT_FEES,), sources=("bank_line",)),
        },
    }
)
NAMES: Final = sorted({name for proofs in BEHIND.values() for name in proofs})
