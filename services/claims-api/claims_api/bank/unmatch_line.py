"""Undo matches of a bank line, each by its linked reversal; the payments wait again."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.match_line import lock_line
from claims_api.bank.schemas import UnmatchIn
from claims_api.ledger.domain import Account
from claims_api.ledger.post_entries import NewJournal, mirror_of, tell_and_post
from claims_api.receipts.deposited import lock_for_deposit, record_deposit
from claims_api.refunds.at_bank import unpay_by_bank


async def unmatch_line(
    connection: Connection, acting: Acting, line_id: UUID, body: UnmatchIn, if_match: str | None
) -> None:
    """A receipt that was returned because of the match stays returned. Raises NotFoundError for a match that is not
    in force."""
    practice_id = acting.practice_id
    line = await lock_line(connection, practice_id, line_id, if_match)
    live = {
        row["id"]: row for row in await queries.match_rows(connection, practice_id, line_id) if row["undone_at"] is None
    }
    journals: list[NewJournal] = []
    events: list[NewEvent] = []
    matched = held = 0
    for match_id in dict.fromkeys(body.match_ids):
        match = live.get(match_id)
        if match is None:
            raise NotFoundError("there is no such match that is in force")
        mirror: NewJournal | None = None
        if match["refund_id"] is not None:
            await unpay_by_bank(connection, acting, match["refund_id"])
        else:
            mirror = await mirror_of(
                connection, practice_id, match["journal_id"], kind="deposit_undone", reason=body.reason
            )
            journals.append(mirror)
        undone_by = mirror.id if mirror else None
        await queries.undo_match(connection, practice_id, match_id, undone_by, body.reason, acting.moment.at)
        if match["receipt_id"] is not None:
            await lock_for_deposit(connection, acting, match["receipt_id"])
            await record_deposit(connection, acting, match["receipt_id"], -match["amount_cents"] - match["fee_cents"])
        matched -= match["amount_cents"]
        held += _held_again(mirror)
        told = {name: match[name] for name in ("remittance_id", "receipt_id", "refund_id")}
        events.append(NewEvent("deposit.unmatched", "bank_line", line_id, told))
    await queries.change_line(connection, practice_id, line, acting.moment.at, matched=matched, held=held)
    await tell_and_post(connection, acting, journals, events, source_on=line["posted_on"])


def _held_again(mirror: NewJournal | None) -> int:
    entries = mirror.entries if mirror else ()
    return sum(entry.amount_cents for entry in entries if entry.credit is Account.UNAPPLIED_INSURANCE)
