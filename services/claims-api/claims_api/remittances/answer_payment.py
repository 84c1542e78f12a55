"""What every change of a payment answers: the payment as it is now."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.changes import Answer
from claims_api.remittances.read_remittance import read_remittance, version_of

CLAIMS_SHOWN: Final = 50


async def answer_payment(connection: Connection, practice_id: int, remittance_id: UUID) -> Answer:
    """With the first claims of it, its ETag, and itself as the subject of the access log. Raises NotFoundError."""
    payment = await read_remittance(connection, practice_id, remittance_id, None, 0, CLAIMS_SHOWN)
    return Answer(payment, await version_of(connection, practice_id, remittance_id), remittance_id)
