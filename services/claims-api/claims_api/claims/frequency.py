"""When a claim may be replaced (frequency 7) or voided (frequency 8), and why not."""

from dataclasses import dataclass
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
    ORIGINAL_MEDICARE_PROFESSIONAL = (
        "original_medicare_professional",
        "Original Medicare takes no replacement or void of a professional claim; ask for a clerical error reopening",
    )
    ORIGINAL_UNPROCESSABLE = (
        "original_unprocessable",
        "the payer called the original unprocessable (MA130, MA113); correct it and send a new claim (frequency 1)",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The claim that would be replaced or voided, as its payer has it."""

    payer_control_number: str | None
    submission: SubmissionState
    adjudication: AdjudicationState
    payer_supports_replacement: bool
    is_original_medicare_professional: bool = False
    is_unprocessable: bool = False
    newest_frequency: str = NEW_CLAIM


def frequency_blockers(frequency: str, original: Original) -> tuple[FrequencyBlocker, ...]:
    """Everything that stands against sending this frequency, given the original; empty when fine.

    A new claim (frequency 1) is never blocked here. A replacement that was itself rejected is sent again as one: the
    payer still has the version before it. Raises ValueError for a frequency other than 1, 7 and 8.
    """
    if frequency == NEW_CLAIM:
        return ()
    if frequency not in (REPLACEMENT, VOID):
        raise ValueError("claim frequency must be 1, 7 or 8")
    rejected = original.submission in REJECTED_STATES
    again = rejected and original.newest_frequency == REPLACEMENT
    unfinished = not rejected and original.adjudication not in DECIDED_STATES
    blockers = {
        FrequencyBlocker.ORIGINAL_MEDICARE_PROFESSIONAL: original.is_original_medicare_professional,
        FrequencyBlocker.PAYER_REFUSES_REPLACEMENTS: not original.payer_supports_replacement,
        FrequencyBlocker.ORIGINAL_UNPROCESSABLE: original.is_unprocessable,
        FrequencyBlocker.ORIGINAL_REJECTED: rejected and not again,
        FrequencyBlocker.ORIGINAL_NOT_FINALIZED: unfinished,
        FrequencyBlocker.NO_PAYER_CONTROL_NUMBER: not original.payer_control_number,
    }
    return tuple(blocker for blocker, holds in blockers.items() if holds)
