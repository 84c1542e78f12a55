"""Take money off what it was applied to: a linked reversal; the money is unapplied again."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.post_entries import NewJournal, mirror_of, tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.changing import lock_receipt
from claims_api.receipts.domain import ReceiptNotOpenError
from claims_api.receipts.receive_money import unapplied_journal
from claims_api.receipts.schemas import UnapplyIn


async def unapply_receipt(
    connection: Connection, acting: Acting, receipt_id: UUID, body: UnapplyIn, if_match: str | None
) -> None:
    """Raises NotFoundError for an application that is not there or was undone before, ReceiptNotOpenError for one that
    the bank took back in part."""
    practice_id = acting.practice_id
    receipt = await lock_receipt(connection, practice_id, receipt_id, if_match)
    live = {
        row["id"]: row
        for row in await queries.application_rows(connection, practice_id, receipt_id)
        if row["undone_at"] is None
    }
    journals: list[NewJournal] = []
    events: list[NewEvent] = []
    freed = 0
    for application_id in dict.fromkeys(body.application_ids):
        row = live.get(application_id)
        if row is None:
            raise NotFoundError("there is no such application that is in force")
        if row["returned_cents"]:
            raise ReceiptNotOpenError("a part of it was returned")
        undone = await mirror_of(
            connection, practice_id, row["journal_id"], kind="receipt_unapplied", reason=body.reason
        )
        journals.append(undone)
        if _came_straight(undone):
            journals.append(unapplied_journal(receipt, row["amount_cents"], "receipt_unapplied", reason=body.reason))
        await queries.undo_application(
            connection, practice_id, application_id, "unapplied", undone.id, acting.moment.at
        )
        told = {name: row[name] for name in ("claim_id", "remittance_id", "amount_cents")}
        events.append(NewEvent("receipt.unapplied", "receipt", receipt_id, told))
        freed += row["amount_cents"]
    await queries.change_amounts(connection, practice_id, receipt_id, acting.moment.at, unapplied=freed)
    await tell_and_post(connection, acting, journals, events, source_on=acting.today)


def _came_straight(undone: NewJournal) -> bool:
    """Whether the money was applied when it came (E11) and never was unapplied money."""
    return any(entry.credit is Account.CARD_CLEARING for entry in undone.entries)
