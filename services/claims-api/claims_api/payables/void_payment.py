"""Take a payment of a bill back."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.changing import add_entry, lock_bill, tell
from claims_api.payables.domain import BillEvent, EntryKind, next_state


async def void_payment(
    connection: Connection, acting: Acting, bill_id: UUID, payment_id: UUID, reason: str, if_match: str | None
) -> None:
    """By a linked entry of today; the discount taken with it is open again. Raises NotFoundError (no such payment, or
    voided before), IllegalTransitionError and the errors of If-Match."""
    practice_id = acting.practice_id
    bill = await lock_bill(connection, practice_id, bill_id, if_match)
    entries = await queries.bill_entries(connection, practice_id, bill_id)
    voided = {entry["reverses_id"] for entry in entries}
    standing = {e["id"]: e for e in entries if e["kind"] == EntryKind.PAYMENT and e["id"] not in voided}
    payment = standing.get(payment_id)
    if payment is None:
        raise NotFoundError("there is no such payment that stands")
    event = BillEvent.TAKE_BACK_ALL if len(standing) == 1 else BillEvent.TAKE_BACK_PART
    state = next_state(bill["state"], event)
    await add_entry(
        connection,
        acting,
        bill_id,
        EntryKind.PAYMENT_VOIDED,
        acting.today,
        -payment["amount_cents"],
        discount_cents=-payment["discount_cents"],
        reverses_id=payment_id,
        reason=reason,
    )
    await queries.change_bill(connection, practice_id, bill_id, acting.moment.at, {"state": state.value})
    data = {"payment_id": str(payment_id), "open_cents": bill["open_cents"] - payment["amount_cents"]}
    await tell(connection, acting, bill_id, "payment_voided", data)
