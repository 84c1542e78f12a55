"""Clients and practices as a service that does not own them sees them: through the exported views."""

from uuid import UUID

from ar_shared.platform.auth.principal import ClientKind, ClientRecord, PracticeGrant
from ar_shared.platform.database import Database, Row


class ExportedClientDirectory:
    """A `ClientDirectory` over `claims_export.client_v1`, `client_practice_v1` and `practice_v1`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_client(self, client_id: str) -> ClientRecord | None:
        """The active client with every practice it may act for; None if unknown or switched off."""
        async with self._database.control_tx() as connection:
            rows = await connection.fetch(
                "SELECT c.kind, c.jwks, p.practice_id, p.uuid, p.mode, p.time_zone "
                "FROM claims_export.client_v1 c "
                "LEFT JOIN claims_export.client_practice_v1 g ON g.client_id = c.client_id "
                "LEFT JOIN claims_export.practice_v1 p ON p.practice_id = g.practice_id "
                "WHERE c.client_id = $1 AND c.disabled_at IS NULL",
                client_id,
            )
        return _client(client_id, rows) if rows else None


def _client(client_id: str, rows: list[Row]) -> ClientRecord:
    kind: ClientKind = "service" if rows[0]["kind"] == "service" else "vendor"
    practices: dict[UUID, PracticeGrant] = {
        row["uuid"]: PracticeGrant(row["practice_id"], row["mode"], row["time_zone"])
        for row in rows
        if row["practice_id"] is not None
    }
    return ClientRecord(client_id=client_id, kind=kind, practices=practices, jwks=rows[0]["jwks"])
