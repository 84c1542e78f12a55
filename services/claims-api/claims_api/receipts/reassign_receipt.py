"""Give money that was recorded for the wrong guarantor to the right one (E33): first it comes off what it paid."""

from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.post_entries import tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.changing import lock_receipt, require_rows
from claims_api.receipts.domain import ReceiptKind, ReceiptNotOpenError
from claims_api.receipts.schemas import ReassignIn


async def reassign_receipt(
    connection: Connection, acting: Acting, receipt_id: UUID, body: ReassignIn, if_match: str | None
) -> None:
    """Unapplied money has no guarantor in the ledger, so that nothing posts; where the bank has it, it stays there.

    Raises ReceiptNotOpenError while a part is applied, returned, refunded or asked for as a refund, or when it is not
    a patient's money; NotFoundError, InvalidRequestError and the errors of If-Match.
    """
    practice_id = acting.practice_id
    receipt = await lock_receipt(connection, practice_id, receipt_id, if_match)
    if receipt["kind"] != ReceiptKind.PATIENT or receipt["guarantor_id"] == body.guarantor_id:
        raise ReceiptNotOpenError("only a patient's money goes to another guarantor")
    if receipt["unapplied_cents"] != receipt["amount_cents"]:
        raise ReceiptNotOpenError("take it off what it was applied to first")
    if await queries.is_refund_asked(connection, practice_id, receipt_id):
        raise ReceiptNotOpenError("a refund of it is asked for")
    await require_rows(connection, practice_id, {"/guarantor_id": ("guarantor", body.guarantor_id)})
    kind, now = receipt["kind"], acting.moment.at
    await queries.name_owner(connection, practice_id, receipt_id, kind, body.guarantor_id, None, now)
    parties = {"from_guarantor_id": receipt["guarantor_id"], "guarantor_id": body.guarantor_id}
    await queries.insert_reassignment(
        connection,
        {
            "practice_id": practice_id,
            "id": uuid7(),
            "receipt_id": receipt_id,
            **parties,
            "reason": body.reason,
            "actor": acting.actor_json,
            "reassigned_at": now,
        },
    )
    told = NewEvent("receipt.reassigned", "receipt", receipt_id, parties)
    await tell_and_post(connection, acting, [], [told], source_on=acting.today)
