"""Take money in: applied at once where it says so (E11), the rest unapplied (E12), an insurer's to 2000 (E43)."""

from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import ConflictError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.apply_receipt import lay_on
from claims_api.receipts.changing import SOURCE, kept_on, require_rows
from claims_api.receipts.domain import NotEnoughUnappliedError, ReceiptKind, SlipClosedError
from claims_api.receipts.schemas import ReceiptIn


class ReceiptKnownError(ConflictError):
    """The practice has a receipt with this external id."""

    code = "receipt_external_id_taken"
    title = "There is a receipt with this external_id"


async def receive_money(connection: Connection, acting: Acting, body: ReceiptIn) -> UUID:
    """The id of the receipt. Raises what `apply_receipt` raises, ReceiptKnownError or SlipClosedError.

    An insurer's money always goes to 2000 first: its remittance is settled from there, so the ledger shows that it
    came before (or without) one.
    """
    await _check(connection, acting.practice_id, body)
    applied = sum(allocation.amount_cents for allocation in body.allocations)
    if applied > body.amount_cents:
        raise NotEnoughUnappliedError("the allocations add up to more than the receipt")
    receipt = _row(acting, body, unapplied_cents=body.amount_cents - applied)
    await queries.insert_receipt(connection, receipt)
    straight = body.kind is not ReceiptKind.INSURER
    journals, events = await lay_on(connection, acting, receipt, body.allocations, at_receipt=straight)
    through_unapplied = receipt["unapplied_cents"] if straight else body.amount_cents
    if through_unapplied:
        journals.insert(0, unapplied_journal(receipt, through_unapplied, "receipt"))
    told = {name: receipt[name] for name in ("external_id", "kind", "method", "amount_cents", "unapplied_cents")}
    events.append(NewEvent("receipt.received", "receipt", receipt["id"], told))
    await tell_and_post(connection, acting, journals, events, source_on=body.received_on)
    made: UUID = receipt["id"]
    return made


def unapplied_journal(receipt: Row | dict[str, Any], cents: int, kind: str, *, reason: str | None = None) -> NewJournal:
    """Money of the receipt from clearing to unapplied (E12), or an insurer's to 2000 (E43)."""
    account = kept_on(receipt["kind"])
    insurer = account is Account.UNAPPLIED_INSURANCE
    entry = Entry(
        event=LedgerEvent.UNIDENTIFIED_CASH if insurer else LedgerEvent.PREPAYMENT,
        debit=Account.CARD_CLEARING,
        credit=account,
        amount_cents=cents,
        debit_party=receipt["id"],
        credit_party=receipt["id"],
    )
    dimensions = {"location_id": receipt["location_id"], "payer_id": receipt["payer_id"]}
    return NewJournal(kind, SOURCE, receipt["id"], [entry], reason, dimensions=dimensions)


async def _check(connection: Connection, practice_id: int, body: ReceiptIn) -> None:
    named = {
        "/guarantor_id": ("guarantor", body.guarantor_id),
        "/payer_id": ("payer", body.payer_id),
        "/location_id": ("location", body.location_id),
        "/staff_user_id": ("staff_user", body.staff_user_id),
        "/deposit_slip_id": ("deposit_slip", body.deposit_slip_id),
    }
    await require_rows(connection, practice_id, named)
    if body.external_id is not None and await queries.external_id_taken(connection, practice_id, body.external_id):
        raise ReceiptKnownError("choose another one, or read that receipt")
    if body.deposit_slip_id is not None:
        slip = await queries.slip_row(connection, practice_id, body.deposit_slip_id, lock=True)
        if slip is not None and slip["state"] != "open":
            raise SlipClosedError("open another one")


def _row(acting: Acting, body: ReceiptIn, *, unapplied_cents: int) -> dict[str, Any]:
    now = acting.moment.at
    return {
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "external_id": body.external_id,
        "kind": body.kind.value,
        "method": body.method.value,
        "state": "received",
        "amount_cents": body.amount_cents,
        "unapplied_cents": unapplied_cents,
        "returned_cents": 0,
        "refunded_cents": 0,
        "deposited_cents": 0,
        "guarantor_id": body.guarantor_id,
        "payer_id": body.payer_id,
        "location_id": body.location_id,
        "staff_user_id": body.staff_user_id,
        "deposit_slip_id": body.deposit_slip_id,
        "reference": body.reference,
        "received_on": body.received_on,
        "version": 1,
        "actor": acting.actor_json,
        "created_at": now,
        "updated_at": now,
    }
