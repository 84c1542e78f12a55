"""Keep a vendor by the caller's own id."""

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.schemas import VendorIn, VendorOut


async def keep_vendor(
    connection: Connection, acting: Acting, external_id: str, body: VendorIn
) -> tuple[VendorOut, bool]:
    """The vendor, and whether it is new. Bills that are in keep the terms they came under."""
    row = {
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "external_id": external_id,
        **body.model_dump(),
        "created_at": acting.moment.at,
        "updated_at": acting.moment.at,
    }
    kept = dict(await queries.upsert_vendor(connection, row))
    return VendorOut(**kept), kept["is_new"]
