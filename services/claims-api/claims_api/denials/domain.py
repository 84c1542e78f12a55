"""The life of a denial case.

A case is won when money (or a corrected patient share) posts, never when a letter says so.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from claims_api.phrases import Phrased
from claims_api.transitions import move


class DenialState(Phrased):
    """Where a denial case is."""

    NEW = "new", "nobody has looked at it"
    IN_REVIEW = "in_review", "somebody works out what to do"
    CORRECTED = "corrected", "a corrected claim was sent"
    RECORDS_SENT = "records_sent", "the records were sent"
    APPEALED = "appealed", "an appeal was filed"
    PATIENT_BILLED = "patient_billed", "moved to the patient after all checks"
    PAYER_BILLED = "payer_billed", "another payer was billed"
    WRITTEN_OFF = "written_off", "given up"
    OVERTURNED = "overturned", "the denied amount was paid"
    PARTIALLY_OVERTURNED = "partially_overturned", "a part of the denied amount was paid"
    UPHELD = "upheld", "the payer kept its decision"
    EXPIRED = "expired", "the last deadline passed"
    WITHDRAWN = "withdrawn", "its remittance was taken off the claim: it was no denial of this claim"


class DenialEvent(Phrased):
    """What can happen to a denial case."""

    TAKE = "take", "a person takes it up"
    SEND_CORRECTED = "send_corrected", "a corrected claim goes out"
    SEND_RECORDS = "send_records", "records go out"
    APPEAL = "appeal", "an appeal is filed"
    BILL_PATIENT = "bill_patient", "the patient owes it, all checks passed"
    BILL_PAYER = "bill_payer", "another payer is billed"
    WRITE_OFF = "write_off", "given up by a person with the authority, or by a named rule"
    RECOVER_ALL = "recover_all", "the whole denied amount posts as paid"
    RECOVER_PART = "recover_part", "a part of the denied amount posts as paid"
    UPHOLD = "uphold", "the payer keeps its decision"
    EXPIRE = "expire", "the last deadline passes"
    TAKE_BACK = "take_back", "the decision that paid it is reversed"
    REOPEN = "reopen", "next level, new evidence or a late decision"
    WITHDRAW = "withdraw", "its remittance is taken off the claim"


S, E = DenialState, DenialEvent

_MOVES: Final[Mapping[tuple[DenialState, DenialEvent], DenialState]] = {
    # from                  , event           -> to
    (S.NEW                  , E.TAKE          ): S.IN_REVIEW,
    (S.NEW                  , E.EXPIRE        ): S.EXPIRED,
    (S.NEW                  , E.UPHOLD        ): S.UPHELD,
    (S.IN_REVIEW            , E.SEND_CORRECTED): S.CORRECTED,
    (S.IN_REVIEW            , E.SEND_RECORDS  ): S.RECORDS_SENT,
    (S.IN_REVIEW            , E.APPEAL        ): S.APPEALED,
    (S.IN_REVIEW            , E.BILL_PATIENT  ): S.PATIENT_BILLED,
    (S.IN_REVIEW            , E.BILL_PAYER    ): S.PAYER_BILLED,
    (S.IN_REVIEW            , E.WRITE_OFF     ): S.WRITTEN_OFF,
    (S.IN_REVIEW            , E.EXPIRE        ): S.EXPIRED,
    (S.IN_REVIEW            , E.UPHOLD        ): S.UPHELD,
    (S.CORRECTED            , E.UPHOLD        ): S.UPHELD,
    (S.CORRECTED            , E.EXPIRE        ): S.EXPIRED,
    (S.CORRECTED            , E.REOPEN        ): S.IN_REVIEW,
    (S.RECORDS_SENT         , E.UPHOLD        ): S.UPHELD,
    (S.RECORDS_SENT         , E.EXPIRE        ): S.EXPIRED,
    (S.RECORDS_SENT         , E.REOPEN        ): S.IN_REVIEW,
    (S.APPEALED             , E.UPHOLD        ): S.UPHELD,
    (S.APPEALED             , E.EXPIRE        ): S.EXPIRED,
    (S.APPEALED             , E.REOPEN        ): S.IN_REVIEW,
    (S.PATIENT_BILLED       , E.REOPEN        ): S.IN_REVIEW,
    (S.PAYER_BILLED         , E.UPHOLD        ): S.UPHELD,
    (S.PAYER_BILLED         , E.EXPIRE        ): S.EXPIRED,
    (S.PAYER_BILLED         , E.REOPEN        ): S.IN_REVIEW,
    (S.WRITTEN_OFF          , E.REOPEN        ): S.IN_REVIEW,
    (S.OVERTURNED           , E.TAKE_BACK     ): S.IN_REVIEW,
    (S.PARTIALLY_OVERTURNED , E.TAKE_BACK     ): S.IN_REVIEW,
    (S.PARTIALLY_OVERTURNED , E.REOPEN        ): S.IN_REVIEW,
    (S.UPHELD               , E.REOPEN        ): S.IN_REVIEW,
    (S.EXPIRED              , E.REOPEN        ): S.IN_REVIEW,
}  # fmt: skip

# Money may arrive in any state: payers reprocess on their own, and late.
_BY_MONEY: Final[Mapping[tuple[DenialState, DenialEvent], DenialState]] = {
    (state, event): to
    for state in S
    if state not in (S.OVERTURNED, S.WITHDRAWN)
    for event, to in ((E.RECOVER_ALL, S.OVERTURNED), (E.RECOVER_PART, S.PARTIALLY_OVERTURNED))
}

_BY_UNPOSTING: Final[Mapping[tuple[DenialState, DenialEvent], DenialState]] = {
    (state, E.WITHDRAW): S.WITHDRAWN for state in S if state is not S.WITHDRAWN
}

DENIAL_TRANSITIONS: Final = MappingProxyType({**_MOVES, **_BY_MONEY, **_BY_UNPOSTING})
OPEN_STATES: Final = frozenset(
    {S.NEW, S.IN_REVIEW, S.CORRECTED, S.RECORDS_SENT, S.APPEALED, S.PAYER_BILLED, S.PARTIALLY_OVERTURNED}
)


def next_denial_state(state: DenialState, event: DenialEvent) -> DenialState:
    """Raises IllegalTransitionError."""
    return move(DENIAL_TRANSITIONS, state, event)
