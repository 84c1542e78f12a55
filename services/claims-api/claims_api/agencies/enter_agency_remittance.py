"""Enter what an agency collected, kept and paid (E26): its money waits for the bank as a receipt."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import ConflictError, FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.agencies import queries
from claims_api.agencies.domain import (
    AbovePlacedError,
    AgencyRemittanceState,
    Collected,
    PlacementKind,
    PlacementState,
    check_sum,
)
from claims_api.agencies.schemas import AgencyLineIn, AgencyRemittanceIn
from claims_api.claims.dimensions import dimensions_of_claims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.receipts.changing import require_rows
from claims_api.receipts.deposited import receive_from_agency

SOURCE = "agency_remittance"


class AgencyReferenceTakenError(ConflictError):
    """The agency's remittance with this reference is here; `existing` is it."""

    code = "agency_reference_taken"
    title = "The agency has a remittance with this reference"


async def enter_agency_remittance(connection: Connection, acting: Acting, body: AgencyRemittanceIn) -> UUID:
    """Returns its id. All lines post or none.

    Raises AgencySumError, AbovePlacedError (never more than is left with that agency), AgencyReferenceTakenError,
    InvalidRequestError.
    """
    practice_id = acting.practice_id
    check_sum([Collected(line.collected_cents, line.fee_cents) for line in body.lines], body.amount_cents)
    await require_rows(connection, practice_id, {"/vendor_id": ("vendor", body.vendor_id)})
    if taken := await queries.known_reference(connection, practice_id, body.vendor_id, body.reference):
        raise AgencyReferenceTakenError(existing=f"/v1/agency-remittances/{taken}")
    placed = await _placed(connection, practice_id, body)
    receipt_id = await receive_from_agency(
        connection, acting, body.amount_cents, body.method, body.reference, body.remitted_on
    )
    remittance = _row(acting, body, receipt_id)
    await queries.insert(connection, "agency_remittance", remittance)
    claims = [row["claim_id"] for row in placed if row["claim_id"] is not None]
    found = await dimensions_of_claims(connection, practice_id, claims)
    journals = [
        _journal(remittance["id"], receipt_id, line, row, found.get(row["claim_id"], {}))
        for line, row in zip(body.lines, placed, strict=True)
    ]
    for n, (line, journal) in enumerate(zip(body.lines, journals, strict=True), start=1):
        kept = {"practice_id": practice_id, "agency_remittance_id": remittance["id"], "n": n, "journal_id": journal.id}
        await queries.insert(connection, "agency_remittance_line", {**kept, **line.model_dump()})
        await queries.change_line(
            connection, practice_id, line.placement_id, line.charge_id, collected=line.collected_cents
        )
    for placement_id in {line.placement_id for line in body.lines}:
        await queries.touch_placement(
            connection, practice_id, placement_id, PlacementState.PLACED.value, acting.moment.at
        )
    event = NewEvent("agency_remittance.posted", SOURCE, remittance["id"], told_of(remittance))
    await tell_and_post(connection, acting, journals, [event], source_on=body.remitted_on)
    made: UUID = remittance["id"]
    return made


async def _placed(connection: Connection, practice_id: int, body: AgencyRemittanceIn) -> Sequence[Row]:
    """The placed line of each line of the remittance, in its order."""
    rows = await queries.placed_lines(connection, practice_id, sorted({line.placement_id for line in body.lines}))
    by_key = {(row["placement_id"], row["charge_id"]): row for row in rows if row["vendor_id"] == body.vendor_id}
    left = {key: _left(row) for key, row in by_key.items()}
    for n, line in enumerate(body.lines):
        key = (line.placement_id, line.charge_id)
        if key not in by_key:
            unknown = FieldError(f"/lines/{n}/charge_id", "not_placed", "It is not placed with this agency.")
            raise InvalidRequestError(errors=(unknown,))
        if line.collected_cents > left[key]:
            raise AbovePlacedError(f"{left[key]} cents are left", pointer=f"/lines/{n}/collected_cents")
        left[key] -= line.collected_cents
    return [by_key[line.placement_id, line.charge_id] for line in body.lines]


def _left(row: Row) -> int:
    """Of what is owed, no more than the agency's receivable holds: a part may have been written off."""
    cents: int = row["left_cents"]
    return min(cents, row["open_cents"]) if row["kind"] == PlacementKind.OWED else cents


def _row(acting: Acting, body: AgencyRemittanceIn, receipt_id: UUID) -> dict[str, Any]:
    return {
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "vendor_id": body.vendor_id,
        "reference": body.reference,
        "state": AgencyRemittanceState.POSTED.value,
        "remitted_on": body.remitted_on,
        "amount_cents": body.amount_cents,
        "collected_cents": sum(line.collected_cents for line in body.lines),
        "fee_cents": sum(line.fee_cents for line in body.lines),
        "receipt_id": receipt_id,
        "version": 1,
        "actor": acting.actor_json,
        "created_at": acting.moment.at,
        "updated_at": acting.moment.at,
    }


def _journal(remittance_id: UUID, receipt_id: UUID, line: AgencyLineIn, row: Row, found: dict[str, Any]) -> NewJournal:
    owed = row["kind"] == PlacementKind.OWED
    parts = (
        (Account.CARD_CLEARING, line.collected_cents - line.fee_cents, receipt_id),
        (Account.AGENCY_FEES, line.fee_cents, None),
    )
    entries = [
        Entry(
            event=LedgerEvent.AGENCY_RECOVERY,
            debit=account,
            credit=Account.AR_AGENCY if owed else Account.BAD_DEBT_RECOVERIES,
            amount_cents=cents,
            debit_party=party,
            credit_party=row["guarantor_id"] if owed else None,
            charge_id=row["charge_id"],
            claim_id=row["claim_id"],
        )
        for account, cents, party in parts
        if cents
    ]
    return NewJournal(SOURCE, SOURCE, remittance_id, entries, dimensions=found)


def told_of(row: dict[str, Any] | Row) -> dict[str, Any]:
    """The data of an agency remittance's events."""
    return {name: row[name] for name in ("vendor_id", "amount_cents", "collected_cents", "fee_cents", "version")}
