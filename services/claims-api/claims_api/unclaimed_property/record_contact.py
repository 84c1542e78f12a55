"""Record a contact with the owner of money, or a letter to one."""

from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.rows import insert_row
from claims_api.acting import Acting
from claims_api.unclaimed_property import queries
from claims_api.unclaimed_property.schemas import OwnerContactIn, OwnerContactOut


async def record_contact(connection: Connection, acting: Acting, body: OwnerContactIn) -> OwnerContactOut:
    """Raises InvalidRequestError for an owner that is not there and a day to come."""
    table, owner = ("payer", body.payer_id) if body.guarantor_id is None else ("guarantor", body.guarantor_id)
    assert owner is not None
    await _check(connection, acting, table, owner, body)
    row = {
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "guarantor_id": body.guarantor_id,
        "payer_id": body.payer_id,
        "kind": body.kind.value,
        "contacted_on": body.contacted_on,
        "note": body.note,
        "client_id": acting.client_id,
        "actor": acting.actor_json,
        "recorded_at": acting.machine,
    }
    await insert_row(connection, "claims.owner_contact", row)
    return OwnerContactOut(**{name: row[name] for name in OwnerContactOut.model_fields})


async def _check(connection: Connection, acting: Acting, table: str, owner: UUID, body: OwnerContactIn) -> None:
    if not await queries.has_owner(connection, acting.practice_id, table, owner):
        missing = FieldError(f"/{table}_id", "unknown_reference", "There is no such resource.")
        raise InvalidRequestError(errors=(missing,))
    if body.contacted_on > acting.today:
        later = FieldError("/contacted_on", "in_the_future", "It has not happened yet.")
        raise InvalidRequestError(errors=(later,))
