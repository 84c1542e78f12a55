"""What of a payment a person resolves, what may become of it, and the posting of each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ar_shared.kernel.errors import StateConflictError
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.phrases import Phrased
from claims_api.transitions import move


class Subject(Phrased):
    """What is resolved."""

    HELD_CLAIM = "held_claim", "a held claim of a payment whose money is not ours"
    DIFFERENCE = "difference", "what the deposit of a released payment differs by"
    CLEARING = "clearing", "what of a payment the bank has not shown, and will not"


class Outcome(Phrased):
    """Whose it is."""

    OWED_TO_PAYER = "owed_to_payer", "the payer's: refunded, or taken from a later payment"
    OWED_BY_PAYER = (
        "owed_by_payer",
        "the payer paid too little: open with the payer until something explains it",
    )
    BANK_FEE = "bank_fee", "a fee that the bank or the card company kept"


class ResolutionState(Phrased):
    """Where a resolution is."""

    POSTED = "posted", "the money is where it belongs"
    REVERSED = "reversed", "a linked journal took it back"


class ResolutionEvent(Phrased):
    """What can happen to a resolution."""

    REVERSE = "reverse", "a person takes it back"


TRANSITIONS: Final[Mapping[tuple[ResolutionState, ResolutionEvent], ResolutionState]] = MappingProxyType(
    {(ResolutionState.POSTED, ResolutionEvent.REVERSE): ResolutionState.REVERSED}
)


class NotResolvableError(StateConflictError):
    """The claim is not held, nothing differs, or the bank has shown it all; or the money goes the other way."""

    code = "not_resolvable"
    title = "There is nothing to resolve so"


@dataclass(frozen=True, slots=True)
class Way:
    """The posting. `item` is the account whose party is the open amount with the payer; None: there is none."""

    event: LedgerEvent
    debit: Account
    credit: Account
    item: Account | None
    reversal: LedgerEvent = LedgerEvent.REMITTANCE_HELD


S, W, E, A = Subject, Outcome, LedgerEvent, Account

# Key: subject, outcome, and whether the money came (held on 2000) or is missing (1200, or clearing that waits).
WAYS: Final[Mapping[tuple[Subject, Outcome, bool], Way]] = MappingProxyType(
    {
        # of         , outcome        , came     event            , debit                    , credit, item
        (S.HELD_CLAIM, W.OWED_TO_PAYER, True ): Way(
            E.REMITTANCE_HELD, A.UNAPPLIED_INSURANCE, A.OWED_TO_PAYER, A.OWED_TO_PAYER),
        (S.DIFFERENCE, W.OWED_TO_PAYER, True ): Way(
            E.REMITTANCE_HELD, A.UNAPPLIED_INSURANCE, A.OWED_TO_PAYER, A.OWED_TO_PAYER),
        (S.DIFFERENCE, W.OWED_BY_PAYER, False): Way(
            E.REMITTANCE_HELD, A.TAKE_BACKS_UNIDENTIFIED, A.TAKE_BACKS_UNIDENTIFIED, A.TAKE_BACKS_UNIDENTIFIED),
        (S.DIFFERENCE, W.BANK_FEE     , False): Way(
            E.REMITTANCE_HELD, A.PAYMENT_FEES, A.TAKE_BACKS_UNIDENTIFIED, None),
        (S.CLEARING  , W.OWED_BY_PAYER, False): Way(
            E.REMITTANCE_HELD, A.TAKE_BACKS_UNIDENTIFIED, A.REMITTANCE_CLEARING, A.TAKE_BACKS_UNIDENTIFIED),
        (S.CLEARING  , W.BANK_FEE     , False): Way(
            E.PAYMENT_FEE, A.PAYMENT_FEES, A.REMITTANCE_CLEARING, None, E.POSTED_WRONG),
    }
)  # fmt: skip


def way_of(subject: Subject, outcome: Outcome, *, came: bool) -> Way:
    """Raises NotResolvableError."""
    try:
        return WAYS[subject, outcome, came]
    except KeyError:
        side = "came" if came else "is missing"
        raise NotResolvableError(f"money that {side} is not {outcome}") from None


def amount_of(asked_cents: int | None, open_cents: int) -> int:
    """All that is open unless an amount is named. Raises NotResolvableError."""
    cents = open_cents if asked_cents is None else asked_cents
    if cents <= 0 or cents > open_cents:
        raise NotResolvableError(f"{open_cents} cents are open there")
    return cents


def reversed_state(state: str) -> ResolutionState:
    """Raises IllegalTransitionError for what was reversed before."""
    return move(TRANSITIONS, ResolutionState(state), ResolutionEvent.REVERSE)
