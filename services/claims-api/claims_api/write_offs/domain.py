"""Classes of write-offs and the ledger's words for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ar_shared.kernel.errors import StateConflictError
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.phrases import Phrased
from claims_api.transitions import move


class WriteOffClass(Phrased):
    """Why we stop collecting from whoever owes it."""

    CONTRACTUAL = "contractual_correction", "the payer's price was posted wrong: the contract says less (E05)"
    ADMINISTRATIVE = "administrative", "a denial is given up; the cause says why (E28)"
    CAPITATED = "capitated", "the service is covered by a capitation (E35)"
    CHARITY = "charity", "financial assistance (E27)"
    DISCOUNT = "discount", "self-pay, prompt-pay or courtesy discount (E48)"
    SMALL_BALANCE = "small_balance", "collecting it costs more than it is (E24)"
    BAD_DEBT = "bad_debt", "the patient does not pay (E25)"


class Cause(Phrased):
    """Why a denial was not overturned: administrative write-offs are counted by it."""

    TIMELY_FILING = "timely_filing", "the claim went out too late"
    NO_AUTHORIZATION = "no_authorization", "there was no prior authorization"
    ELIGIBILITY = "eligibility", "the coverage was not in force"
    CODING = "coding", "the coding did not stand"
    MEDICAL_NECESSITY = "medical_necessity", "the payer saw no medical need"
    DOCUMENTATION = "documentation", "records were missing or late"
    CREDENTIALING = "credentialing", "the provider was not enrolled"
    APPEAL_LOST = "appeal_lost", "the last appeal was lost or its deadline passed"
    UNECONOMIC = "uneconomic", "an appeal would cost more than it brings"
    OTHER = "other", "see the reason"


class WriteOffState(Phrased):
    """Where a write-off is."""

    POSTED = "posted", "it lowers what is open"
    REVERSED = "reversed", "a linked journal took it back; the balance is open again"


class WriteOffEvent(Phrased):
    """What can happen to a write-off."""

    REVERSE = "reverse", "a person takes it back"


TRANSITIONS: Final[Mapping[tuple[WriteOffState, WriteOffEvent], WriteOffState]] = MappingProxyType(
    {(WriteOffState.POSTED, WriteOffEvent.REVERSE): WriteOffState.REVERSED}
)


class AboveOpenError(StateConflictError):
    """A write-off never takes a balance below zero."""

    code = "above_open_balance"
    title = "Less than that is open there"


class WithAgencyError(StateConflictError):
    """An agency works on what was given up: taken back here too, it would be asked for twice."""

    code = "with_agency"
    title = "The balance is with an agency"


@dataclass(frozen=True, slots=True)
class Booking:
    """What a class posts: `debit` against one of the receivables `credits`."""

    event: LedgerEvent
    debit: Account
    credits: tuple[Account, ...]
    reversal: LedgerEvent = LedgerEvent.POSTED_WRONG


C, E, A = WriteOffClass, LedgerEvent, Account
_PATIENT: Final = (A.AR_PATIENT, A.AR_SELF_PAY)
_PAYER: Final = (A.AR_INSURANCE,)

BOOKINGS: Final[Mapping[WriteOffClass, Booking]] = MappingProxyType(
    {
        C.CONTRACTUAL: Booking(E.CONTRACTUAL, A.CONTRACTUAL, _PAYER),
        C.ADMINISTRATIVE: Booking(E.DENIAL_WRITTEN_OFF, A.ADMINISTRATIVE, _PAYER),
        C.CAPITATED: Booking(E.CAPITATED_SERVICE, A.CONTRACTUAL, _PAYER),
        C.CHARITY: Booking(E.CHARITY, A.CHARITY, _PATIENT),
        C.DISCOUNT: Booking(E.DISCOUNT, A.DISCOUNTS, _PATIENT),
        C.SMALL_BALANCE: Booking(E.SMALL_BALANCE, A.SMALL_BALANCE, _PATIENT),
        C.BAD_DEBT: Booking(E.BAD_DEBT, A.BAD_DEBT, (*_PATIENT, A.AR_AGENCY), E.BAD_DEBT_REINSTATED),
    }
)


def amount_of(asked_cents: int | None, open_cents: int) -> int:
    """What is written off: all that is open unless an amount is named. Raises AboveOpenError."""
    cents = open_cents if asked_cents is None else asked_cents
    if cents <= 0 or cents > open_cents:
        raise AboveOpenError(f"{open_cents} cents are open there")
    return cents


def reversed_state(state: str) -> WriteOffState:
    """Raises IllegalTransitionError for what was reversed before."""
    return move(TRANSITIONS, WriteOffState(state), WriteOffEvent.REVERSE)
