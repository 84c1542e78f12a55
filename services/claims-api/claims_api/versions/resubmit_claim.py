"""Send a claim again that was refused before adjudication."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionState
from claims_api.claims.frequency import NEW_CLAIM, REPLACEMENT
from claims_api.versions.domain import may_go_out_again
from claims_api.versions.errors import NotRejectedError
from claims_api.versions.make_version import MadeVersion, lock_claim, make_version
from claims_api.versions.schemas import ResubmissionIn


async def resubmit_claim(connection: Connection, acting: Acting, claim_id: UUID, body: ResubmissionIn) -> MadeVersion:
    """A new version that waits to be sent, as a new claim (frequency 1): the payer never had the one before.

    A replacement that was itself rejected goes out as a replacement again. The caller commits.
    Raises NotFoundError, VersionPendingError, NotRejectedError, InvalidRequestError and ConflictError.
    """
    claim = await lock_claim(connection, acting, claim_id)
    submission = SubmissionState(claim["submission_state"])
    if not may_go_out_again(submission, is_unprocessable=claim["is_unprocessable"]):
        raise NotRejectedError(f"it is {submission} ({submission.phrase}); correct it instead")
    is_replacement = claim["frequency_before"] == REPLACEMENT and not claim["is_unprocessable"]
    return await make_version(
        connection, acting, claim, REPLACEMENT if is_replacement else NEW_CLAIM, body.reason, body
    )
