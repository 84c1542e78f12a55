"""What the tests of intake share: acting on a fixed day, claims that are out, and the questions asked afterwards."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from ar_shared.kernel.clock import PracticeTime
from ar_shared.platform.auth.principal import Actor
from claims_api.acting import Acting
from claims_api.submissions.submit_claims import submit_claims

from .conftest import Sandbox, a_claim

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def acting_at(sandbox: Sandbox, now: datetime = NOW) -> Acting:
    return Acting(
        practice_id=sandbox.practice_id,
        practice=sandbox.practice,
        mode="sandbox",
        client_id="sandbox",
        actor=Actor("client", "sandbox"),
        moment=PracticeTime(now, ZoneInfo("America/Chicago")),
        machine=now,
    )


async def rows(sandbox: Sandbox, query: str, *arguments: Any) -> list[asyncpg.Record]:
    """$1 is the practice."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetch(query, sandbox.practice_id, *arguments)


async def one(sandbox: Sandbox, query: str, *arguments: Any) -> Any:
    found = await rows(sandbox, query, *arguments)
    assert len(found) == 1, f"{len(found)} rows"
    return found[0][0] if len(found[0]) == 1 else tuple(found[0])


async def sent_claims(sandbox: Sandbox, count: int = 1) -> tuple[UUID, list[dict[str, Any]]]:
    """The file and the claims in it, as they were answered when they were created."""
    claims = []
    for n in range(count):
        made = await sandbox.http.post("/v1/claims", json=a_claim(external_id=f"OUT-{n}"))
        assert made.status_code == 201, made.text
        claims.append(made.json())
    async with sandbox.database.tenant_tx(sandbox.practice_id, period_open=True) as connection:
        [submitted], _ = await submit_claims(connection, acting_at(sandbox), None, port="drop_folder")
    return submitted.submission_id, claims


async def states(sandbox: Sandbox) -> list[tuple[str, str]]:
    """(submission, adjudication) of each claim in the order of creation."""
    query = "SELECT submission_state, adjudication_state FROM claims.claim WHERE practice_id = $1 ORDER BY id"
    return [tuple(row) for row in await rows(sandbox, query)]


async def event_types(sandbox: Sandbox) -> list[str]:
    """Of the facts that wait in the outbox, oldest first, without those of creating and sending."""
    query = (
        "SELECT type FROM claims.outbox WHERE practice_id = $1 "
        "AND type NOT IN ('claim.created', 'claim.submitted') ORDER BY id"
    )
    return [row["type"] for row in await rows(sandbox, query)]


async def reviews(sandbox: Sandbox) -> list[tuple[str, str]]:
    query = "SELECT kind, reason FROM claims.review_item WHERE practice_id = $1 ORDER BY id"
    return [tuple(row) for row in await rows(sandbox, query)]


def later(acting: Acting, now: datetime) -> Acting:
    return replace(acting, moment=replace(acting.moment, at=now), machine=now)
