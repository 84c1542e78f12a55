"""HTTP of the access log."""

from uuid import UUID

from ar_shared.platform.access_routes import access_log_router
from ar_shared.platform.database import Connection
from reporting_api.access.activity import SCHEMA, log_access


async def _no_subjects(_connection: Connection, _practice_id: int, _patient_id: UUID) -> list[UUID]:
    """Reports list claims of many patients; their rows name no subject."""
    return []


router = access_log_router(SCHEMA, log_access, _no_subjects)
