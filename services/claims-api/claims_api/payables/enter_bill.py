"""Enter a vendor's bill."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.changing import add_entry, tell
from claims_api.payables.domain import BillNumberTakenError, BillState, EntryKind, day_after, share
from claims_api.payables.schemas import BillIn


async def enter_bill(connection: Connection, acting: Acting, entered_by: str, body: BillIn) -> UUID:
    """Returns the bill's id. The vendor's terms set what the body leaves open. Raises NotFoundError (the vendor),
    BillNumberTakenError."""
    practice_id = acting.practice_id
    vendor = await queries.lock_vendor(connection, practice_id, body.vendor_id)
    if vendor is None:
        raise NotFoundError("there is no such vendor")
    taken = await queries.number_taken(connection, practice_id, body.vendor_id, body.number)
    if taken is not None:
        raise BillNumberTakenError(existing=f"/v1/bills/{taken}")
    bill_id, amount_cents = uuid7(), sum(line.amount_cents for line in body.lines)
    discount_cents = share(amount_cents, vendor["discount_basis_points"])
    due_on = body.due_on or day_after(body.bill_on, vendor["net_days"])
    row = {
        "practice_id": practice_id,
        "id": bill_id,
        "vendor_id": body.vendor_id,
        "number": body.number,
        "state": BillState.ENTERED.value,
        "bill_on": body.bill_on,
        "due_on": due_on,
        "discount_until_on": day_after(body.bill_on, vendor["discount_days"]) if discount_cents else None,
        "discount_cents": discount_cents,
        "amount_cents": amount_cents,
        "entered_by": entered_by,
        "version": 1,
        "created_at": acting.moment.at,
        "updated_at": acting.moment.at,
    }
    await queries.insert(connection, "bill", row)
    for n, line in enumerate(body.lines, start=1):
        of_bill = {"practice_id": practice_id, "bill_id": bill_id, "n": n}
        await queries.insert(connection, "bill_line", {**of_bill, **line.model_dump()})
    await add_entry(connection, acting, bill_id, EntryKind.BILLED, body.bill_on, amount_cents)
    data = {"vendor_id": str(body.vendor_id), "amount_cents": amount_cents, "due_on": due_on.isoformat()}
    await tell(connection, acting, bill_id, "entered", data)
    return bill_id
