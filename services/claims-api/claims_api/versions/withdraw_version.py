"""Give up a version that waits to be sent."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.telling import tell
from claims_api.versions import queries
from claims_api.versions.domain import UNPROCESSABLE
from claims_api.versions.errors import NothingPendingError


async def withdraw_version(connection: Connection, acting: Acting, claim_id: UUID) -> int:
    """The number of the version; the claim stands as the payer has it. The caller commits.

    Raises NotFoundError and NothingPendingError.
    """
    claim = await queries.lock_claim(connection, acting.practice_id, claim_id, list(UNPROCESSABLE))
    if claim is None:
        raise NotFoundError("there is no such claim")
    if claim["pending_version"] is None:
        raise NothingPendingError
    version: int = claim["pending_version"]
    await queries.withdraw(connection, acting.practice_id, claim_id, version, acting.moment.at)
    data = {"external_id": claim["external_id"], "version": version}
    await tell(connection, acting, [NewEvent("claim.version_withdrawn", "claim", claim_id, data)])
    return version
