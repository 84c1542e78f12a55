"""`/v1/access-log`: the same two operations for every service that keeps a log of who saw what."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
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
    Scalar,
)
from ar_shared.platform.database import Connection, Database, Row
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import WireModel

VERIFIED_AT_ONCE: Final = 10_000
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
_CHECK: Final = {"intact": True, "entries": 1204, "first_broken": None, "head_hash": _HASH, "next_after": None}

SubjectsOf = Callable[[Connection, int, UUID], Awaitable[list[UUID]]]
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
    entries: int = Field(description="Through which entry the chain fits.", examples=[1204])
    first_broken: int | None = Field(description="Number of the first entry that does not fit.")
    head_hash: str | None = Field(description="Hash of the last entry that fits, in hexadecimal.")
    next_after: int | None = Field(description="Ask again with it to go on; null when the chain was walked to its end.")


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


def access_log_router(schema: str, record: Record, subjects_of: SubjectsOf) -> APIRouter:
    """The routes over `schema.access_log`; `record` writes the row that says who read the log.

    subjects_of: a patient's id and the ids of everything that is about that patient.
    """
    router = APIRouter(prefix="/v1/access-log", tags=["access log"])

    @router.get(
        "",
        operation_id="listAccessLog",
        summary="Who saw or changed what",
        responses=problem_responses(CursorInvalidError) | _example({"items": [_ENTRY], "next_cursor": None}),
    )
    async def get_access_log(
        principal: _Auditor,
        wired: _Wired,
        patient_id: Annotated[UUID | None, Query(description="Only what concerned this patient.")] = None,
        limit: PageSize = DEFAULT_PAGE_SIZE,
        cursor: CursorParameter = None,
    ) -> Page[AccessOut]:
        """Oldest first. An operation appears here within a minute, when it is sealed into the chain.

        Of a patient: what named the patient or something of theirs. Lists and searches name nobody and are not in it.
        """
        practice = principal.practice_id
        filters: dict[str, Scalar] = {"patient_id": str(patient_id)} if patient_id else {}
        after = int(wired.cursors.decode(cursor, "listAccessLog", practice, filters)[0] or 0) if cursor else 0
        async with wired.database.tenant_tx(practice) as connection:
            subjects = await subjects_of(connection, practice, patient_id) if patient_id else None
            rows = await entries_after(connection, schema, practice, after, limit + 1, subjects)
            await record(connection, practice, access_by(principal, wired.clock.now(), "listAccessLog", "view"))
        page, more = rows[:limit], len(rows) > limit
        position: list[str | int] = [page[-1]["n"]] if more else []
        return Page[AccessOut](
            items=[_out(row) for row in page],
            next_cursor=wired.cursors.encode("listAccessLog", practice, filters, position) if more else None,
        )

    @router.get(
        "/verify",
        operation_id="verifyAccessLog",
        summary="Recompute the chain of the access log",
        responses=_example(_CHECK),
    )
    async def get_verification(
        principal: _Auditor,
        wired: _Wired,
        after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next_after` of the walk before.")] = 0,
        limit: Annotated[int, Query(ge=1, le=VERIFIED_AT_ONCE, description="Entries to recompute.")] = VERIFIED_AT_ONCE,
    ) -> AccessLogCheckOut:
        """Finds an entry that was changed, put in or taken out. A long log is walked in pages."""
        async with wired.database.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
            found = await check_chain(connection, schema, principal.practice_id, after=after, limit=limit)
        goes_on = found.first_broken is None and found.entries - after == limit
        return AccessLogCheckOut(
            intact=found.first_broken is None,
            entries=found.entries,
            first_broken=found.first_broken,
            head_hash=found.head_hash.hex() if found.head_hash else None,
            next_after=found.entries if goes_on else None,
        )

    return router


def _out(row: Row) -> AccessOut:
    return AccessOut(n=row["n"], hash=row["hash"].hex(), **row["entry"])


def _example(answer: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": answer}}}}
