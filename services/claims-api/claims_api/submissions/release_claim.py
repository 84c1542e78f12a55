"""Lift the hold of a claim once what kept it back is there."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent, SubmissionState, next_submission_state
from claims_api.submissions import queries
from claims_api.submissions.hold_claims import Held, hold_claims
from claims_api.submissions.submit_claims import partner_of
from claims_api.submissions.unwritable import Unwritable
from claims_api.submissions.write_image import write_image

_READY: Final = """
UPDATE claims.claim SET submission_state = $3, blockers = '[]', row_version = row_version + 1, updated_at = $4
WHERE practice_id = $1 AND id = $2
"""


async def release_claim(connection: Connection, acting: Acting, claim_id: UUID) -> bool:
    """Whether the claim is ready now; else it stays held, with the blockers of today. The caller commits.

    The claim is written once on trial. Raises NotFoundError, IllegalTransitionError and ClearinghouseNotSetError.
    """
    locked = await queries.lock_ready(connection, acting.practice_id, [claim_id])
    if not locked:
        raise NotFoundError("there is no such claim")
    draft = next_submission_state(SubmissionState(locked[0]["submission_state"]), SubmissionEvent.RELEASE)
    partner = await partner_of(connection, acting)
    [claim], lines = await queries.submittable_claims(connection, acting.practice_id, [claim_id])
    image = write_image(claim, lines[claim_id], partner)
    if isinstance(image, Unwritable):
        await hold_claims(connection, acting, [Held(claim_id, image.blockers(acting.moment.at))])
        return False
    ready = next_submission_state(draft, SubmissionEvent.PASS_SCRUB)
    await connection.execute(_READY, acting.practice_id, claim_id, ready.value, acting.moment.at)
    await append_events(
        connection,
        "claims",
        acting.practice_id,
        [NewEvent("claim.released", "claim", claim_id, {"external_id": claim["external_id"]})],
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
    return True
