"""Replace the next payer's claim after the payer before it decided again, or say why a person must."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.claims.domain import SUBMISSION_TRANSITIONS, SubmissionEvent, SubmissionState
from claims_api.claims.frequency import NEW_CLAIM, REPLACEMENT, VOID, frequency_blockers
from claims_api.coordination import queries
from claims_api.submissions.write_image import original_of
from claims_api.versions.domain import UNPROCESSABLE, may_go_out_again
from claims_api.versions.make_version import make_version
from claims_api.versions.queries import lock_claim, pending_frequency

REASON: Final = "The payer before decided again."
NOTHING_LEFT: Final = "nothing is left for this payer; void its claim"
VOIDING: Final = "a void of this claim waits to be sent or to be answered"


@dataclass(frozen=True, slots=True)
class Corrected:
    """The version that waits to be sent, or why there is none."""

    version: int | None
    reasons: Sequence[str] = ()


async def correct_next(
    connection: Connection, acting: Acting, claim_id: UUID, told: list[dict[str, Any]], *, owes: bool
) -> Corrected:
    """A version of the claim that tells these decisions of the payers before; the caller commits.

    A version that waits already tells them instead. A claim that was rejected goes out again as a new one. owes: False
    when this payer owes nothing any more.
    """
    claim = await lock_claim(connection, acting.practice_id, claim_id, list(UNPROCESSABLE))
    if claim is None:
        raise RuntimeError("the claim was found before")
    if not owes:
        return Corrected(None, [NOTHING_LEFT])
    pending: int | None = claim["pending_version"]
    if pending is not None:
        if await pending_frequency(connection, acting.practice_id, claim_id, pending) == VOID:
            return Corrected(None, [VOIDING])
        await queries.retell(connection, acting.practice_id, claim_id, pending, told)
        return Corrected(pending)
    frequency, reasons = _frequency(claim)
    if reasons:
        return Corrected(None, reasons)
    made = await make_version(connection, acting, claim, frequency, REASON, other_payers=told)
    return Corrected(made.n)


def _frequency(claim: Row) -> tuple[str, list[str]]:
    """As what the claim goes out, and what stands against it."""
    submission, is_unprocessable = SubmissionState(claim["submission_state"]), claim["is_unprocessable"]
    if may_go_out_again(submission, is_unprocessable=is_unprocessable):
        is_replacement = claim["frequency_before"] == REPLACEMENT and not is_unprocessable
        return REPLACEMENT if is_replacement else NEW_CLAIM, []
    if submission is SubmissionState.VOID_SENT:
        return REPLACEMENT, [VOIDING]
    blockers = frequency_blockers(REPLACEMENT, original_of(claim))
    if not blockers and (submission, SubmissionEvent.SUPERSEDE) not in SUBMISSION_TRANSITIONS:
        return REPLACEMENT, [submission.phrase]
    return REPLACEMENT, [blocker.phrase for blocker in blockers]
