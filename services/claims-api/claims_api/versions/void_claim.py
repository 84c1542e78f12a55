"""Ask the payer to undo a claim (frequency 8)."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent, SubmissionState, VoidCause, next_submission_state
from claims_api.claims.frequency import VOID, frequency_blockers
from claims_api.submissions.write_image import original_of
from claims_api.versions.errors import VersionRefusedError
from claims_api.versions.make_version import MadeVersion, lock_claim, make_version


async def void_claim(
    connection: Connection, acting: Acting, claim_id: UUID, reason: str, cause: VoidCause
) -> MadeVersion:
    """The void waits to be sent; the caller commits. No money moves before the payer's own reversal.

    The cause says whether the charges are taken back then, or are free to be billed again.

    Raises NotFoundError, VersionPendingError, VersionRefusedError and IllegalTransitionError.
    """
    claim = await lock_claim(connection, acting, claim_id)
    if blockers := frequency_blockers(VOID, original_of(claim, is_unprocessable=claim["is_unprocessable"])):
        raise VersionRefusedError.because(blockers)
    next_submission_state(SubmissionState(claim["submission_state"]), SubmissionEvent.SEND_VOID)
    return await make_version(connection, acting, claim, VOID, reason, void_cause=cause)
