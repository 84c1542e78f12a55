"""Say whose unidentified money it is; an insurer's moves to payer money (2000)."""

from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.post_entries import NewJournal, mirror_of, tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.changing import lock_receipt, require_rows
from claims_api.receipts.domain import ReceiptKind, ReceiptNotOpenError
from claims_api.receipts.receive_money import unapplied_journal
from claims_api.receipts.schemas import IdentifyIn


async def identify_receipt(
    connection: Connection, acting: Acting, receipt_id: UUID, body: IdentifyIn, if_match: str | None
) -> None:
    """Raises ReceiptNotOpenError when somebody's name is on it already, or a part of it was returned or refunded."""
    practice_id = acting.practice_id
    receipt = await lock_receipt(connection, practice_id, receipt_id, if_match)
    if receipt["kind"] != ReceiptKind.UNIDENTIFIED or receipt["unapplied_cents"] != receipt["amount_cents"]:
        raise ReceiptNotOpenError("it is identified, or no longer whole")
    named = {"/guarantor_id": ("guarantor", body.guarantor_id), "/payer_id": ("payer", body.payer_id)}
    await require_rows(connection, practice_id, named)
    kind = ReceiptKind.PATIENT if body.guarantor_id is not None else ReceiptKind.INSURER
    journals: list[NewJournal] = []
    if kind is ReceiptKind.INSURER:
        reason = "identified as an insurer's money"
        journals = [
            await mirror_of(connection, practice_id, journal_id, kind="receipt_identified", reason=reason)
            for journal_id in await queries.live_journals(connection, practice_id, receipt_id)
        ]
        own = {**dict(receipt), "kind": kind.value, "payer_id": body.payer_id}
        journals.append(unapplied_journal(own, receipt["amount_cents"], "receipt_identified", reason=reason))
    await queries.name_owner(
        connection, practice_id, receipt_id, kind.value, body.guarantor_id, body.payer_id, acting.moment.at
    )
    told = NewEvent("receipt.identified", "receipt", receipt_id, {"kind": kind.value})
    await tell_and_post(connection, acting, journals, [told], source_on=acting.today)
