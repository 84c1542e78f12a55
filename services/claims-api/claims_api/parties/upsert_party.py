"""Create a party, or replace its fields, under the caller's own id."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from ar_shared.kernel.errors import ConflictError, FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row, violated_constraint
from ar_shared.platform.types import StrictModel
from claims_api.parties.kinds import BY_NAME, PartyKind
from claims_api.parties.schemas import CoverageIn, GuarantorIn, PatientIn, SubscriberIn
from claims_api.references import Reference

_TAKEN = {
    "payer_identifier_uq": ("/payer_identifier", "Another payer has this identifier."),
    "provider_npi_uq": ("/npi", "Another provider has this NPI."),
    "authorization_number_uq": ("/number", "Another authorization of this coverage has this number."),
}
_TELL_COVERAGES = (
    "UPDATE claims.coverage SET subscriber = $3, updated_at = $4 WHERE practice_id = $1 AND subscriber_id = $2"
)


class PartyTakenError(ConflictError):
    """An identifier that must be unique belongs to another party."""

    code = "identifier_taken"
    title = "The identifier belongs to another one"


async def upsert_party(
    connection: Connection, practice_id: int, kind: PartyKind, external_id: str, body: StrictModel, now: datetime
) -> tuple[Row, bool]:
    """The row as it stands, and whether it is new; the caller commits.

    A patient without a guarantor becomes their own, under an id apart from those that the caller gives guarantors. A
    changed subscriber reaches every coverage that names them. Raises InvalidRequestError for a reference that finds
    nothing, and PartyTakenError.
    """
    columns = await _columns(connection, practice_id, kind, external_id, body, now)
    try:
        row = await _write(connection, practice_id, kind, external_id, columns, now)
    except asyncpg.UniqueViolationError as error:
        pointer, sentence = _TAKEN.get(violated_constraint(error), ("", "An identifier is taken."))
        raise PartyTakenError(errors=(FieldError(pointer, PartyTakenError.code, sentence),)) from error
    if isinstance(body, SubscriberIn) and not row["is_new"]:
        await connection.execute(_TELL_COVERAGES, practice_id, row["id"], _stored(body), now)
    return row, bool(row["is_new"])


async def find_party(
    connection: Connection,
    practice_id: int,
    kind: PartyKind,
    *,
    party_id: UUID | None = None,
    external_id: str | None = None,
) -> Row | None:
    """The party by our id or the caller's."""
    column = "id" if party_id is not None else "external_id"
    return await connection.fetchrow(
        f"SELECT * FROM {kind.table} WHERE practice_id = $1 AND {column} = $2", practice_id, party_id or external_id
    )


async def _columns(
    connection: Connection, practice_id: int, kind: PartyKind, external_id: str, body: StrictModel, now: datetime
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in body:
        if name in kind.references:
            table = kind.references[name]
            columns[f"{table}_id"] = await _referenced(connection, practice_id, table, name, value)
        else:
            columns[name] = _stored(value)
    if isinstance(body, PatientIn) and columns["guarantor_id"] is None:
        columns["guarantor_id"] = await _own_guarantor(connection, practice_id, external_id, body, now)
    if isinstance(body, CoverageIn) and columns["subscriber_id"] is not None:
        columns["subscriber"] = await _said_of(connection, practice_id, columns["subscriber_id"])
    return columns


async def _referenced(
    connection: Connection, practice_id: int, table: str, name: str, reference: Reference | None
) -> UUID | None:
    if reference is None:
        return None
    row = await find_party(
        connection, practice_id, BY_NAME[table], party_id=reference.id, external_id=reference.external_id
    )
    if row is None:
        error = FieldError(f"/{name}", "reference_unknown", "There is no such resource in this practice.")
        raise InvalidRequestError("a reference cannot be used", errors=(error,))
    found: UUID = row["id"]
    return found


async def _own_guarantor(
    connection: Connection, practice_id: int, external_id: str, patient: PatientIn, now: datetime
) -> UUID:
    body = GuarantorIn(
        last_name=patient.last_name,
        first_name=patient.first_name,
        birth_date=patient.birth_date,
        address=patient.address,
        contact=patient.contact,
    )
    row, _ = await upsert_party(connection, practice_id, BY_NAME["guarantor"], f"patient:{external_id}", body, now)
    own: UUID = row["id"]
    return own


async def _said_of(connection: Connection, practice_id: int, subscriber_id: UUID) -> dict[str, Any]:
    """The subscriber as a coverage keeps them."""
    row = await find_party(connection, practice_id, BY_NAME["subscriber"], party_id=subscriber_id)
    if row is None:
        raise RuntimeError("a subscriber that was just found is there")
    return _stored(SubscriberIn(**{name: row[name] for name in SubscriberIn.model_fields}))  # type: ignore[no-any-return]


def _stored(value: Any) -> Any:
    if isinstance(value, StrictModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(name): _stored(item) for name, item in value.items()}
    return value


async def _write(
    connection: Connection, practice_id: int, kind: PartyKind, external_id: str, columns: dict[str, Any], now: datetime
) -> Row:
    names = list(columns)
    places = ", ".join(f"${n}" for n in range(5, 5 + len(names)))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    row = await connection.fetchrow(
        f"INSERT INTO {kind.table} AS t (practice_id, id, external_id, created_at, updated_at, {', '.join(names)}) "
        f"VALUES ($1, $2, $3, $4, $4, {places}) "
        f"ON CONFLICT (practice_id, external_id) DO UPDATE SET {changes}, updated_at = excluded.updated_at "
        "RETURNING *, (xmax = 0) AS is_new",
        practice_id,
        uuid7(),
        external_id,
        now,
        *columns.values(),
    )
    if row is None:
        raise RuntimeError("an upsert returns its row")
    return row
