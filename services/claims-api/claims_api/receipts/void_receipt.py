"""Undo a receipt that was entered by mistake: every journal of it gets its linked reversal."""

from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.post_entries import mirror_of, tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.changing import lock_receipt, require_own_money
from claims_api.receipts.domain import ReceiptDepositedError, ReceiptNotOpenError
from claims_api.receipts.schemas import VoidReceiptIn


async def void_receipt(
    connection: Connection, acting: Acting, receipt_id: UUID, body: VoidReceiptIn, if_match: str | None
) -> None:
    """Raises ReceiptDepositedError while the bank has the money, ReceiptNotOpenError when a part was returned or
    refunded: that money was real."""
    practice_id = acting.practice_id
    receipt = await lock_receipt(connection, practice_id, receipt_id, if_match)
    require_own_money(receipt)
    if receipt["deposited_cents"]:
        raise ReceiptDepositedError("take it out of its deposit first")
    if receipt["returned_cents"] or receipt["refunded_cents"]:
        raise ReceiptNotOpenError("a part of it was returned or refunded")
    undone = {
        journal_id: await mirror_of(connection, practice_id, journal_id, kind="receipt_voided", reason=body.reason)
        for journal_id in await queries.live_journals(connection, practice_id, receipt_id)
    }
    claims: dict[UUID | None, None] = {}
    for row in await queries.application_rows(connection, practice_id, receipt_id):
        if row["undone_at"] is None:
            mirror = undone[row["journal_id"]].id
            await queries.undo_application(connection, practice_id, row["id"], "voided", mirror, acting.moment.at)
            claims[row["claim_id"]] = None
    await queries.mark_voided(connection, practice_id, receipt_id, acting.moment.at)
    told = {"amount_cents": receipt["amount_cents"]}
    events = [
        NewEvent("receipt.voided", "receipt", receipt_id, {**told, "claim_id": claim})
        for claim in claims or {None: None}
    ]
    await tell_and_post(connection, acting, list(undone.values()), events, source_on=receipt["received_on"])
