"""Register a practice: the tenant itself and the head of its event feed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth.principal import PracticeMode
from ar_shared.platform.database import Connection


async def create_practice(
    connection: Connection,
    name: str,
    *,
    mode: PracticeMode,
    time_zone: str,
    now: datetime,
    test_clock_at: datetime | None = None,
    settings: dict[str, Any] | None = None,
) -> tuple[int, UUID]:
    """The practice's internal number and its UUID; the caller commits. time_zone: an IANA name."""
    uuid = uuid7()
    practice_id = await connection.fetchval(
        "INSERT INTO claims.practice (uuid, name, mode, time_zone, test_clock_at, settings, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        uuid,
        name,
        mode,
        time_zone,
        test_clock_at,
        settings or {},
        now,
    )
    await connection.execute("INSERT INTO claims.event_head (practice_id, last_sequence) VALUES ($1, 0)", practice_id)
    return practice_id, uuid
