"""Place what a guarantor owes, or what was given up of it, with an agency."""

from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import FieldError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.agencies import queries
from claims_api.agencies.domain import NothingToPlaceError, NotPlaceableError, PlacementKind, PlacementState
from claims_api.agencies.find_obstacles import find_obstacles
from claims_api.agencies.schemas import PlacementIn
from claims_api.claims.dimensions import dimensions_of_claims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.receipts.changing import require_rows

SOURCE = "placement"


async def place_accounts(connection: Connection, principal: Principal, acting: Acting, body: PlacementIn) -> UUID:
    """Returns the placement's id. What is still owed moves to the agency's receivable with the dates it had (E34).

    Raises NothingToPlaceError, NotPlaceableError, AuthorityMissingError, AboveAuthorityError, InvalidRequestError.
    """
    practice_id, kind = acting.practice_id, body.kind
    named = {"/vendor_id": ("vendor", body.vendor_id), "/guarantor_id": ("guarantor", body.guarantor_id)}
    await require_rows(connection, practice_id, named)
    rows = await queries.to_place(
        connection, practice_id, body.guarantor_id, body.charge_ids, given_up=kind is PlacementKind.BAD_DEBT
    )
    if not rows or (body.charge_ids and {row["charge_id"] for row in rows} != set(body.charge_ids)):
        raise NothingToPlaceError
    if obstacles := await find_obstacles(connection, practice_id, body.guarantor_id, kind, rows, acting.today):
        raise NotPlaceableError(errors=tuple(FieldError("", one.value, f"{one.phrase}.") for one in obstacles))
    total = sum(row["cents"] for row in rows)
    require_amount(await decider(connection, principal), f"placement.{kind}", total)
    placement = _row(acting, body)
    await queries.insert(connection, "placement", placement)
    for row in rows:
        await queries.insert(connection, "placement_line", _line(practice_id, placement["id"], row))
    told = {"vendor_id": body.vendor_id, "guarantor_id": body.guarantor_id, "kind": kind.value}
    event = NewEvent("placement.placed", SOURCE, placement["id"], {**told, "left_cents": total, "version": 1})
    journals: list[NewJournal] = []
    if kind is PlacementKind.OWED:
        claims = [row["claim_id"] for row in rows if row["claim_id"] is not None]
        found = await dimensions_of_claims(connection, practice_id, claims)
        journals = [_journal(placement["id"], row, body.note, found.get(row["claim_id"], {})) for row in rows]
    await tell_and_post(connection, acting, journals, [event], source_on=acting.today)
    made: UUID = placement["id"]
    return made


def _row(acting: Acting, body: PlacementIn) -> dict[str, Any]:
    return {
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "vendor_id": body.vendor_id,
        "guarantor_id": body.guarantor_id,
        "kind": body.kind.value,
        "state": PlacementState.PLACED.value,
        "placed_on": acting.today,
        "note": body.note,
        "assurances": sorted(one.value for one in body.assurances),
        "version": 1,
        "actor": acting.actor_json,
        "created_at": acting.moment.at,
        "updated_at": acting.moment.at,
    }


def _line(practice_id: int, placement_id: UUID, row: Row) -> dict[str, Any]:
    return {
        "practice_id": practice_id,
        "placement_id": placement_id,
        "charge_id": row["charge_id"],
        "claim_id": row["claim_id"],
        "account": row["account"],
        "amount_cents": row["cents"],
        "collected_cents": 0,
        "recalled_cents": 0,
    }


def _journal(placement_id: UUID, row: Row, note: str, found: dict[str, Any]) -> NewJournal:
    entry = Entry(
        event=LedgerEvent.AGENCY_PLACEMENT,
        debit=Account.AR_AGENCY,
        credit=Account(row["account"]),
        amount_cents=row["cents"],
        debit_party=row["party_id"],
        credit_party=row["party_id"],
        charge_id=row["charge_id"],
        claim_id=row["claim_id"],
        responsible_on=row["responsible_on"],
    )
    return NewJournal(SOURCE, SOURCE, placement_id, [entry], note, dimensions=found)
