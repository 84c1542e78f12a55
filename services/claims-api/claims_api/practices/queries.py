"""SQL of the practice registry and of the clock each practice lives on."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.auth import ClientRecord, PracticeGrant, Principal
from ar_shared.platform.auth.principal import ClientKind
from ar_shared.platform.database import Connection, Database, Row


async def practice_time(connection: Connection, principal: Principal, clock: Clock) -> PracticeTime:
    """The practice's moment: a sandbox practice's test clock when it has one, else the machine's."""
    return on_practice_clock(principal, clock.now(), await _test_clock(connection, principal))


def on_practice_clock(principal: Principal, machine: datetime, test_clock: datetime | None) -> PracticeTime:
    """The same, when the caller has read `practice.test_clock_at` already."""
    return PracticeTime(test_clock or machine, ZoneInfo(principal.time_zone))


async def _test_clock(connection: Connection, principal: Principal) -> datetime | None:
    if principal.mode == "production":
        return None
    instant: datetime | None = await connection.fetchval(
        "SELECT test_clock_at FROM claims.practice WHERE id = $1", principal.practice_id
    )
    return instant


async def practice_row(connection: Connection, practice_id: int) -> Row:
    """Identity, mode, zone and clock of a practice that exists."""
    row = await connection.fetchrow(
        "SELECT uuid, mode, time_zone, test_clock_at FROM claims.practice WHERE id = $1", practice_id
    )
    if row is None:
        raise RuntimeError("no such practice")
    return row


class DatabaseClientDirectory:
    """API clients and the practices they may act for, from the control tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_client(self, client_id: str) -> ClientRecord | None:
        """The active client; None if unknown or switched off."""
        async with self._database.control_tx() as connection:
            client = await connection.fetchrow(
                "SELECT kind, jwks FROM claims.api_client WHERE id = $1 AND disabled_at IS NULL", client_id
            )
            rows = await connection.fetch(
                "SELECT p.id, p.uuid, p.mode, p.time_zone FROM claims.api_client_practice g "
                "JOIN claims.practice p ON p.id = g.practice_id WHERE g.client_id = $1",
                client_id,
            )
        if client is None:
            return None
        practices: dict[UUID, PracticeGrant] = {
            row["uuid"]: PracticeGrant(row["id"], row["mode"], row["time_zone"]) for row in rows
        }
        jwks: dict[str, Any] | None = client["jwks"]
        kind: ClientKind = "service" if client["kind"] == "service" else "vendor"
        return ClientRecord(client_id=client_id, kind=kind, practices=practices, jwks=jwks)
