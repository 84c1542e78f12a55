"""What other features do with a receipt's money: the bank settles it, a refund gives it back, an agency brings it."""

from datetime import date
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.receipts import queries
from claims_api.receipts.changing import lock_receipt
from claims_api.receipts.domain import (
    NotEnoughUnappliedError,
    ReceiptDepositedError,
    ReceiptKind,
    ReceiptMethod,
    ReceiptState,
)


async def lock_for_deposit(connection: Connection, acting: Acting, receipt_id: UUID) -> Row:
    """The receipt in any state, locked. Raises NotFoundError."""
    row = await queries.receipt_row(connection, acting.practice_id, receipt_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such receipt")
    return row


async def record_deposit(connection: Connection, acting: Acting, receipt_id: UUID, cents: int) -> None:
    """The bank settled `cents` of it, fees included; negative: they came back, or the deposit was taken apart."""
    await queries.change_amounts(connection, acting.practice_id, receipt_id, acting.moment.at, deposited=cents)


async def take_for_refund(connection: Connection, acting: Acting, receipt_id: UUID, cents: int) -> Row:
    """Set unapplied money aside for a refund; negative `cents` give it back. The caller posts (party: the receipt).

    Raises NotFoundError, ReceiptNotOpenError, NotEnoughUnappliedError.
    """
    receipt = await lock_receipt(connection, acting.practice_id, receipt_id, seen=False)
    if not -receipt["refunded_cents"] <= cents <= receipt["unapplied_cents"]:
        raise NotEnoughUnappliedError(f"{receipt['unapplied_cents']} cents are unapplied")
    await queries.change_amounts(
        connection, acting.practice_id, receipt_id, acting.moment.at, unapplied=-cents, refunded=cents
    )
    return receipt


async def receive_from_agency(
    connection: Connection, acting: Acting, cents: int, method: ReceiptMethod, reference: str, received_on: date
) -> UUID:
    """A receipt whose money the caller posts to clearing (1030, party: the receipt); the bank is matched with it."""
    receipt_id = uuid7()
    await queries.insert_receipt(
        connection,
        {
            "practice_id": acting.practice_id,
            "id": receipt_id,
            "kind": ReceiptKind.AGENCY.value,
            "method": method.value,
            "state": ReceiptState.RECEIVED.value,
            "amount_cents": cents,
            "unapplied_cents": 0,
            "returned_cents": 0,
            "refunded_cents": 0,
            "deposited_cents": 0,
            "reference": reference,
            "received_on": received_on,
            "version": 1,
            "actor": acting.actor_json,
            "created_at": acting.moment.at,
            "updated_at": acting.moment.at,
        },
    )
    return receipt_id


async def void_from_agency(connection: Connection, acting: Acting, receipt_id: UUID) -> None:
    """The caller undoes what it posted. Raises ReceiptDepositedError while the bank has the money."""
    receipt = await lock_receipt(connection, acting.practice_id, receipt_id, seen=False)
    if receipt["deposited_cents"]:
        raise ReceiptDepositedError("take it out of its deposit first")
    await queries.mark_voided(connection, acting.practice_id, receipt_id, acting.moment.at)
