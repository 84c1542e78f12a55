"""When a claim may be replaced (frequency 7) or voided (frequency 8), and why not."""

from typing import Final

from claims_api.claims.domain import (
    DECIDED_STATES,
    REJECTED_STATES,
    AdjudicationState,
    SubmissionState,
)
from claims_api.phrases import Phrased

NEW_CLAIM: Final = "1"
REPLACEMENT: Final = "7"
VOID: Final = "8"


class FrequencyBlocker(Phrased):
    """Why a replacement or void may not be sent; each phrase says what to do instead."""

    NO_PAYER_CONTROL_NUMBER = (
        "no_payer_control_number",
        "the payer's claim control number (REF*F8) is not known; wait for it or ask the payer",
    )
    ORIGINAL_REJECTED = (
        "original_rejected",
        "the original was rejected, so the payer never had it; correct it and send a new claim (frequency 1)",
    )
    ORIGINAL_NOT_FINALIZED = (
        "original_not_finalized",
        "the payer has not finalized the original; wait for its remittance",
    )
    PAYER_REFUSES_REPLACEMENTS = (
        "payer_refuses_replacements",
        "this payer takes no replacement or void; ask for a reopening or send a new claim",
    )


def frequency_blockers(
    frequency: str,
    *,
    payer_control_number: str | None,
    submission: SubmissionState,
    adjudication: AdjudicationState,
    payer_supports_replacement: bool,
) -> tuple[FrequencyBlocker, ...]:
    """Everything that stands against sending this frequency, given the state of the original; empty when fine.

    A new claim (frequency 1) is never blocked here. Raises ValueError for a frequency other than 1, 7 and 8.
    """
    if frequency == NEW_CLAIM:
        return ()
    if frequency not in (REPLACEMENT, VOID):
        raise ValueError("claim frequency must be 1, 7 or 8")
    rejected = submission in REJECTED_STATES
    blockers = {
        FrequencyBlocker.PAYER_REFUSES_REPLACEMENTS: not payer_supports_replacement,
        FrequencyBlocker.ORIGINAL_REJECTED: rejected,
        FrequencyBlocker.ORIGINAL_NOT_FINALIZED: not rejected and adjudication not in DECIDED_STATES,
        FrequencyBlocker.NO_PAYER_CONTROL_NUMBER: not payer_control_number,
    }
    return tuple(blocker for blocker, holds in blockers.items() if holds)
