"""Take a bill out of what is payable."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.changing import add_entry, lock_bill, tell
from claims_api.payables.domain import BillEvent, EntryKind, next_state


async def void_bill(connection: Connection, acting: Acting, bill_id: UUID, reason: str, if_match: str | None) -> None:
    """By a linked entry of today, or of the bill's date where that is to come; payments are voided first. Raises
    IllegalTransitionError and the errors of If-Match."""
    practice_id = acting.practice_id
    bill = await lock_bill(connection, practice_id, bill_id, if_match)
    state = next_state(bill["state"], BillEvent.VOID)
    billed = (await queries.bill_entries(connection, practice_id, bill_id))[0]
    await add_entry(
        connection,
        acting,
        bill_id,
        EntryKind.VOIDED,
        max(acting.today, bill["bill_on"]),
        -bill["open_cents"],
        reverses_id=billed["id"],
        reason=reason,
    )
    await queries.change_bill(connection, practice_id, bill_id, acting.moment.at, {"state": state.value})
    await tell(connection, acting, bill_id, "voided", {"amount_cents": bill["amount_cents"]})
