"""The versions of a claim, as they were made and sent."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.versions import queries
from claims_api.versions.schemas import VersionOut, VersionsOut


async def read_versions(connection: Connection, practice_id: int, claim_id: UUID) -> VersionsOut:
    """Oldest first. Raises NotFoundError."""
    rows = await queries.versions_of(connection, practice_id, claim_id)
    if not rows:
        raise NotFoundError("there is no such claim")
    return VersionsOut(claim_id=claim_id, versions=[VersionOut(**dict(row)) for row in rows])
