"""Number the facts of followup-worker and reporting-api in the same feed."""

from collections.abc import Sequence

from pydantic import BaseModel

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import InvalidRequestError
from ar_shared.platform.database import Database
from claims_api.events import queries
from claims_api.events.catalogue import NAMES


class UnknownEventTypeError(InvalidRequestError):
    """The catalogue has no such event type."""

    code = "event_type_unknown"
    title = "The event type is not in the catalogue"


async def relay_events(
    database: Database, clock: Clock, practice_id: int, source: str, events: Sequence[BaseModel]
) -> int:
    """How many were new. Raises UnknownEventTypeError; places nothing when it raises."""
    facts = [event.model_dump(mode="json") for event in events]
    if any(fact["type"] not in NAMES for fact in facts):
        raise UnknownEventTypeError
    async with database.tenant_tx(practice_id) as connection:
        return await queries.relay(connection, practice_id, source, facts, clock.now())
