"""HTTP of the parties: the same three operations for each kind."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId
from claims_api.parties.kinds import KINDS, PartyKind
from claims_api.parties.upsert_party import PartyTakenError, find_party, upsert_party
from claims_api.practices.queries import practice_time
from claims_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1")

OwnId = Annotated[ExternalId, Path(description="The caller's own id.")]


def _out(kind: PartyKind, row: Row) -> Any:
    return kind.out(**{name: row[name] for name in kind.out.model_fields})


async def _accessed(
    connection: Connection, principal: Principal, wired: Wiring, kind: PartyKind, operation: str, row: Row
) -> None:
    if kind.is_patient_level:
        action = "change" if operation.startswith("upsert") else "view"
        access = access_by(principal, wired.clock.now(), operation, action, kind.singular, row["id"])  # type: ignore[arg-type]
        await record_access(connection, "claims", principal.practice_id, access)


def _add_routes(kind: PartyKind) -> None:
    read_scope, write_scope = kind.scopes
    words = kind.singular.replace("_", " ")
    upsert, read, find = (f"{verb}{kind.operation_name}" for verb in ("upsert", "read", "find"))

    @router.put(
        f"/{kind.path}/by-external-id/{{external_id}}",
        operation_id=upsert,
        summary=f"Create or replace a {words}",
        response_model=kind.out,
        responses={201: {"model": kind.out, "description": "Created"}, **problem_responses(PartyTakenError)},
        tags=[kind.path],
    )
    async def put_party(
        external_id: OwnId,
        body: kind.body,  # type: ignore[name-defined]
        principal: Annotated[Principal, require(write_scope)],
        wired: Wired,
        response: Response,
    ) -> Any:
        """Idempotent: the same request again changes nothing."""
        async with wired.database.tenant_tx(principal.practice_id) as connection:
            moment = await practice_time(connection, principal, wired.clock)
            row, is_new = await upsert_party(connection, principal.practice_id, kind, external_id, body, moment.at)
            await _accessed(connection, principal, wired, kind, upsert, row)
        response.status_code = 201 if is_new else 200
        return _out(kind, row)

    @router.get(
        f"/{kind.path}/by-external-id/{{external_id}}",
        operation_id=find,
        summary=f"Find a {words} by the caller's id",
        response_model=kind.out,
        tags=[kind.path],
    )
    async def find_by_external_id(
        external_id: OwnId, principal: Annotated[Principal, require(read_scope)], wired: Wired
    ) -> Any:
        return await _get(principal, wired, kind, find, external_id=external_id)

    @router.get(
        f"/{kind.path}/{{party_id}}",
        operation_id=read,
        summary=f"Read a {words}",
        response_model=kind.out,
        tags=[kind.path],
    )
    async def get_party(party_id: UUID, principal: Annotated[Principal, require(read_scope)], wired: Wired) -> Any:
        return await _get(principal, wired, kind, read, party_id=party_id)


async def _get(principal: Principal, wired: Wiring, kind: PartyKind, operation: str, **key: Any) -> Any:
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        row = await find_party(connection, principal.practice_id, kind, **key)
        if row is None:
            raise NotFoundError("there is no such resource")
        await _accessed(connection, principal, wired, kind, operation, row)
    return _out(kind, row)


for _kind in KINDS:
    _add_routes(_kind)
