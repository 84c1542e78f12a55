"""Hand this service's facts to claims-api, which gives them their place in the practice's feed."""

from typing import Any, Final, Protocol

from ar_shared.platform.database import Database, Row

_AT_ONCE: Final = 1_000


class Relay(Protocol):
    """The one call to claims-api that is needed."""

    async def post(self, path: str, body: Any, *, idempotency_key: str) -> Any:
        """Raises ServiceUnavailableError or CallRefusedError."""
        ...


async def relay_events(database: Database, relay: Relay, practice_id: int) -> int:
    """Relay everything that waits; returns how many facts left the outbox.

    At least once: a fact is deleted after claims-api has it, and claims-api knows it again by its outbox id.
    """
    relayed = 0
    while True:
        async with database.tenant_tx(practice_id) as connection:
            rows = await connection.fetch(
                "SELECT id AS source_event_id, type, subject_type, subject_id, data, occurred_at "
                "FROM followup.outbox WHERE practice_id = $1 ORDER BY id LIMIT $2",
                practice_id,
                _AT_ONCE,
            )
        if not rows:
            return relayed
        body = {"practice_id": practice_id, "source": "followup", "events": [_fact(row) for row in rows]}
        ids = [row["source_event_id"] for row in rows]
        await relay.post("/v1/internal/events", body, idempotency_key=f"followup-{practice_id}-{ids[0]}-{ids[-1]}")
        async with database.tenant_tx(practice_id) as connection:
            await connection.execute(
                "DELETE FROM followup.outbox WHERE practice_id = $1 AND id = ANY($2::bigint[])", practice_id, ids
            )
        relayed += len(rows)


def _fact(row: Row) -> dict[str, Any]:
    return {**dict(row), "subject_id": str(row["subject_id"]) if row["subject_id"] else None}
