"""Why a person may change who owes, from which receivable to which, and how much of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from ar_shared.kernel.errors import StateConflictError
from claims_api.claims.domain import DECIDED_STATES, AdjudicationState, SubmissionState
from claims_api.codes.domain import Carc, CarcKind
from claims_api.ledger.domain import Account
from claims_api.phrases import Phrased
from claims_api.transitions import move


class TransferReason(Phrased):
    """The closed list. A reason says from whom to whom, and what must hold for it."""

    PATIENT_RESPONSIBILITY = "patient_responsibility", "the payer called it the patient's (group PR)"
    NOT_COVERED = "not_covered", "no payer covers it, and the patient agreed in writing to pay"
    COVERAGE_ENDED = "coverage_ended", "the coverage was not in force on the day of service"
    NEXT_PAYER = "next_payer", "the next payer in order owes it"
    WRONG_PAYER = "wrong_payer", "another payer should have been billed"
    COVERAGE_FOUND = "coverage_found", "the patient was insured after all"
    PATIENT_PROTECTED = "patient_protected", "the patient may not be billed: the payer's balance until it is decided"


class TransferState(Phrased):
    """Where a transfer is."""

    POSTED = "posted", "the new party owes it"
    REVERSED = "reversed", "a linked journal took it back"


class TransferEvent(Phrased):
    """What can happen to a transfer."""

    REVERSE = "reverse", "a person takes it back"


TRANSITIONS: Final[Mapping[tuple[TransferState, TransferEvent], TransferState]] = MappingProxyType(
    {(TransferState.POSTED, TransferEvent.REVERSE): TransferState.REVERSED}
)


@dataclass(frozen=True, slots=True)
class Way:
    """From one of the receivables `credits` to `debit`; `decision` is the authority that it needs."""

    credits: tuple[Account, ...]
    debit: Account

    @property
    def to_payer(self) -> bool:
        return self.debit is Account.AR_INSURANCE

    @property
    def decision(self) -> str:
        return "transfer.to_payer" if self.to_payer else "transfer.to_patient"


R, A = TransferReason, Account
_PAYER: Final = (A.AR_INSURANCE,)
_PATIENT: Final = (A.AR_PATIENT, A.AR_SELF_PAY)

WAYS: Final[Mapping[TransferReason, Way]] = MappingProxyType(
    {
        R.PATIENT_RESPONSIBILITY: Way(_PAYER, A.AR_PATIENT),
        R.NOT_COVERED: Way(_PAYER, A.AR_PATIENT),
        R.COVERAGE_ENDED: Way(_PAYER, A.AR_SELF_PAY),
        R.NEXT_PAYER: Way(_PAYER, A.AR_INSURANCE),
        R.WRONG_PAYER: Way(_PAYER, A.AR_INSURANCE),
        R.COVERAGE_FOUND: Way(_PATIENT, A.AR_INSURANCE),
        R.PATIENT_PROTECTED: Way(_PATIENT, A.AR_INSURANCE),
    }
)

_WITH_A_PAYER: Final = frozenset(
    {
        SubmissionState.SENT,
        SubmissionState.FILE_ACCEPTED,
        SubmissionState.PAYER_ACCEPTED,
        SubmissionState.SUPERSEDED,
        SubmissionState.VOID_SENT,
    }
)
_ABOUT_TO_GO: Final = frozenset({SubmissionState.DRAFT, SubmissionState.READY, SubmissionState.HELD})
_ANSWERED: Final = frozenset({*DECIDED_STATES, AdjudicationState.FORWARDED})
_BILLABLE_KINDS: Final = frozenset({CarcKind.PATIENT_SHARE, CarcKind.DENIAL, CarcKind.REDUCTION})


@dataclass(frozen=True, slots=True)
class ClaimInPlay:
    """A claim for the charges, as far as a transfer depends on it."""

    submission: SubmissionState
    adjudication: AdjudicationState

    @property
    def is_awaited(self) -> bool:
        """A payer has it and has not decided, or has undone its decision."""
        return self.submission in _WITH_A_PAYER and self.adjudication not in _ANSWERED

    @property
    def is_to_come(self) -> bool:
        """It has not gone out, and may."""
        return self.submission in _ABOUT_TO_GO and self.adjudication not in _ANSWERED


@dataclass(frozen=True, slots=True)
class Stated:
    """One adjustment of the payer's newest decision on a charge. `carc` None: a code we do not know."""

    group: str
    carc: Carc | None
    cents: int


def called_patients_cents(stated: Iterable[Stated], *, out_of_network: bool) -> int:
    """What the payer called the patient's: group PR, less what nets it.

    Group PR on a price cut (45) bills the difference to the patient: only where there is no contract. Money that only
    a later payer may owe, that is not final, or whose reason we do not know is nobody's to bill.
    """
    kinds = _BILLABLE_KINDS | ({CarcKind.CONTRACTUAL} if out_of_network else frozenset())
    return sum(
        one.cents
        for one in stated
        if one.group == "PR" and (one.cents < 0 or (one.carc is not None and one.carc.kind in kinds))
    )


def patients_cents(open_cents: int, stated: Iterable[Stated] | None, moved_cents: int, *, out_of_network: bool) -> int:
    """How much of a payer's balance may go to the patient; never what a payer put on the provider (CO, OA, PI).

    stated: of the payer's newest decision; None before any: then no payer is responsible, and all that is open may go.
    moved_cents: what went from the payer's balance to another party before.
    """
    if stated is None:
        return open_cents
    return max(min(open_cents, called_patients_cents(stated, out_of_network=out_of_network) - moved_cents), 0)


def in_force(starts_on: date | None, ends_on: date | None, day: date) -> bool:
    """Both ends count; an unknown end is open."""
    return (starts_on is None or starts_on <= day) and (ends_on is None or day <= ends_on)


def reversed_state(state: str) -> TransferState:
    """Raises IllegalTransitionError for what was reversed before."""
    return move(TRANSITIONS, TransferState(state), TransferEvent.REVERSE)


class AboveTransferableError(StateConflictError):
    """Less than that may move: no more is open there, or the payer did not call it the patient's."""

    code = "above_transferable"
    title = "Less than that may move"


class PatientProtectedError(StateConflictError):
    """A law or programme forbids billing the patient; `errors` name each."""

    code = "patient_protected"
    title = "The patient may not be billed"


class PayerAwaitedError(StateConflictError):
    """A payer has the charges and has not decided, or they are on their way to one."""

    code = "payer_awaited"
    title = "A payer's decision is awaited"


class LaterPayerFirstError(StateConflictError):
    """The patient has another coverage that has not decided; the patient owes only after the last payer."""

    code = "later_payer_first"
    title = "Another payer comes first"


class PayerCreditError(StateConflictError):
    """We owe the payer money on the charge; it would pay what is moved to the payer, and is not ours to use."""

    code = "payer_credit_open"
    title = "We owe that payer money on the charge"


class ReasonUnprovenError(StateConflictError):
    """What is known of the coverage, the patient or the documents does not bear the reason out."""

    code = "reason_unproven"
    title = "The reason does not hold"
