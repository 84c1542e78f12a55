"""Telling the rest of the system what somebody did, in the transaction that did it."""

from collections.abc import Sequence

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.acting import Acting


async def tell(connection: Connection, acting: Acting, events: Sequence[NewEvent]) -> list[int]:
    """Append the facts at the acting's time; their numbers in the outbox, in order."""
    return await append_events(
        connection,
        "claims",
        acting.practice_id,
        events,
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
