"""Lift the hold of a claim once what kept it back is there."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent, SubmissionState, VersionState, next_submission_state
from claims_api.submissions import queries
from claims_api.submissions.hold_claims import Held, hold_claims
from claims_api.submissions.submit_claims import partner_of
from claims_api.submissions.unwritable import Unwritable
from claims_api.submissions.write_image import write_image
from claims_api.telling import tell
from claims_api.transitions import IllegalTransitionError

_READY: Final = """
WITH waiting AS (
    UPDATE claims.claim_version v SET state = 'ready', blockers = NULL
    FROM claims.claim c
    WHERE c.practice_id = $1 AND c.id = $2 AND v.practice_id = $1 AND v.claim_id = c.id AND v.n = c.pending_version
)
UPDATE claims.claim SET submission_state = $3, blockers = '[]', row_version = row_version + 1, updated_at = $4
WHERE practice_id = $1 AND id = $2
"""


async def release_claim(connection: Connection, acting: Acting, claim_id: UUID) -> bool:
    """Whether the claim, or its version that waits, is ready now; else it stays held with today's blockers.

    The caller commits. The claim is written once on trial. Raises NotFoundError, IllegalTransitionError and
    ClearinghouseNotSetError.
    """
    locked = await queries.lock_ready(connection, acting.practice_id, [claim_id])
    if not locked:
        raise NotFoundError("there is no such claim")
    released = _released(locked[0])
    partner = await partner_of(connection, acting)
    [claim], lines = await queries.submittable_claims(connection, acting.practice_id, [claim_id])
    image = write_image(claim, lines[claim_id], partner)
    if isinstance(image, Unwritable):
        await hold_claims(connection, acting, [Held(claim_id, claim["version"], image.blockers(acting.moment.at))])
        return False
    await connection.execute(_READY, acting.practice_id, claim_id, released.value, acting.moment.at)
    await tell(
        connection, acting, [NewEvent("claim.released", "claim", claim_id, {"external_id": claim["external_id"]})]
    )
    return True


def _released(claim: Row) -> SubmissionState:
    """The claim's own state afterwards; a version that waits does not move the claim."""
    state = SubmissionState(claim["submission_state"])
    if claim["pending_version"] is not None:
        if claim["pending_state"] != VersionState.HELD:
            raise IllegalTransitionError(VersionState(claim["pending_state"]), SubmissionEvent.RELEASE)
        return state
    return next_submission_state(next_submission_state(state, SubmissionEvent.RELEASE), SubmissionEvent.PASS_SCRUB)
