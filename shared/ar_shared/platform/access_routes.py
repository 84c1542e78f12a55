"""`/v1/access-log`: the same two operations for every service that keeps a log of who saw what."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from ar_shared.kernel.clock import Clock
from ar_shared.platform.access_log import Access, access_by, check_chain, entries_after
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import (
    DEFAULT_PAGE_SIZE,
    CursorInvalidError,
    CursorParameter,
    Cursors,
    Page,
    PageSize,
)
from ar_shared.platform.database import Connection, Database, Row
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import WireModel

_HASH: Final = "1f" * 32
_ENTRY: Final = {
    "n": 1,
    "at": "2026-04-02T14:00:00Z",
    "client_id": "ehr-vendor",
    "actor_kind": "user",
    "actor_id": "staff-17",
    "operation": "readClaim",
    "action": "view",
    "subject_type": "claim",
    "subject_id": "019a0000-0000-7000-8000-000000000001",
    "request_id": "019a0000-0000-7000-8000-000000000002",
    "outcome": "done",
    "hash": _HASH,
}
_CHECK: Final = {"intact": True, "entries": 1204, "first_broken": None, "head_hash": _HASH}

Record = Callable[[Connection, int, Access], Awaitable[None]]


class AccessOut(WireModel):
    """One operation on patient-level data. `hash` covers this entry and the hash of the one before."""

    n: int = Field(examples=[1], description="Place in the chain, from 1.")
    at: datetime
    client_id: str
    actor_kind: str = Field(examples=["user"])
    actor_id: str | None
    operation: str = Field(examples=["readClaim"], description="operationId")
    action: str = Field(examples=["view"], description="view, search, export, print or change")
    subject_type: str | None = Field(examples=["claim"])
    subject_id: UUID | None
    request_id: str | None
    outcome: str
    hash: str = Field(description="SHA-256 in hexadecimal.")


class AccessLogCheckOut(WireModel):
    """What recomputing the chain found. Keep `head_hash` elsewhere: it proves later that nothing was cut off."""

    intact: bool
    entries: int = Field(description="How many entries fit, from the first.", examples=[1204])
    first_broken: int | None = Field(description="Number of the first entry that does not fit.")
    head_hash: str | None = Field(description="Hash of the last entry that fits, in hexadecimal.")


class _Wiring(Protocol):
    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def cursors(self) -> Cursors: ...


async def _wiring(request: Request) -> _Wiring:
    wiring: _Wiring = request.app.state.wiring
    return wiring


_Wired = Annotated[_Wiring, Depends(_wiring)]
_Auditor = Annotated[Principal, require("audit:read")]


def access_log_router(schema: str, record: Record) -> APIRouter:
    """The routes over `schema.access_log`; `record` writes the row that says who read the log."""
    router = APIRouter(prefix="/v1/access-log", tags=["access log"])

    @router.get(
        "",
        operation_id="listAccessLog",
        summary="Who saw or changed what",
        responses=problem_responses(CursorInvalidError) | _example({"items": [_ENTRY], "next_cursor": None}),
    )
    async def get_access_log(
        principal: _Auditor, wired: _Wired, limit: PageSize = DEFAULT_PAGE_SIZE, cursor: CursorParameter = None
    ) -> Page[AccessOut]:
        """Oldest first. An operation appears here within a minute, when it is sealed into the chain."""
        practice = principal.practice_id
        after = int(wired.cursors.decode(cursor, "listAccessLog", practice, {})[0] or 0) if cursor else 0
        async with wired.database.tenant_tx(practice) as connection:
            rows = await entries_after(connection, schema, practice, after, limit + 1)
            await record(connection, practice, access_by(principal, wired.clock.now(), "listAccessLog", "view"))
        page, more = rows[:limit], len(rows) > limit
        position: list[str | int] = [page[-1]["n"]] if more else []
        return Page[AccessOut](
            items=[_out(row) for row in page],
            next_cursor=wired.cursors.encode("listAccessLog", practice, {}, position) if more else None,
        )

    @router.get(
        "/verify",
        operation_id="verifyAccessLog",
        summary="Recompute the chain of the access log",
        responses=_example(_CHECK),
    )
    async def get_verification(principal: _Auditor, wired: _Wired) -> AccessLogCheckOut:
        """Finds an entry that was changed, put in or taken out."""
        async with wired.database.tenant_tx(principal.practice_id) as connection:
            found = await check_chain(connection, schema, principal.practice_id)
        return AccessLogCheckOut(
            intact=found.first_broken is None,
            entries=found.entries,
            first_broken=found.first_broken,
            head_hash=found.head_hash.hex() if found.head_hash else None,
        )

    return router


def _out(row: Row) -> AccessOut:
    return AccessOut(n=row["n"], hash=row["hash"].hex(), **row["entry"])


def _example(answer: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": answer}}}}
