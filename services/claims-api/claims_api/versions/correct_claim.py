"""Replace a claim that its payer has decided (frequency 7)."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent, SubmissionState, next_submission_state
from claims_api.claims.frequency import REPLACEMENT, frequency_blockers
from claims_api.submissions.write_image import original_of
from claims_api.versions.errors import VersionRefusedError
from claims_api.versions.make_version import MadeVersion, lock_claim, make_version
from claims_api.versions.schemas import CorrectionIn


async def correct_claim(connection: Connection, acting: Acting, claim_id: UUID, body: CorrectionIn) -> MadeVersion:
    """The version waits to be sent; the caller commits. Charges change when it is sent.

    Raises NotFoundError, VersionPendingError, VersionRefusedError (naming every guard that stands against it),
    IllegalTransitionError, InvalidRequestError and ConflictError.
    """
    claim = await lock_claim(connection, acting, claim_id)
    blockers = frequency_blockers(REPLACEMENT, original_of(claim, is_unprocessable=claim["is_unprocessable"]))
    if blockers:
        raise VersionRefusedError.because(blockers)
    next_submission_state(SubmissionState(claim["submission_state"]), SubmissionEvent.SUPERSEDE)
    return await make_version(connection, acting, claim, REPLACEMENT, body.reason, body)
