"""Record that a bill was paid, in whole or in part."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.changing import add_entry, lock_bill, tell
from claims_api.payables.domain import EntryKind, check_day, check_discount, check_payment, next_state
from claims_api.payables.schemas import BillPaymentIn


async def pay_bill(
    connection: Connection, acting: Acting, bill_id: UUID, body: BillPaymentIn, if_match: str | None
) -> None:
    """Raises AboveBillError, DiscountNotEarnedError, PaymentDayError, IllegalTransitionError (not approved, paid or
    voided) and the errors of If-Match."""
    practice_id = acting.practice_id
    bill = await lock_bill(connection, practice_id, bill_id, if_match)
    state = next_state(bill["state"], check_payment(bill["open_cents"], body.amount_cents, body.discount_cents))
    check_day(bill["bill_on"], body.paid_on, acting.today)
    entries = await queries.bill_entries(connection, practice_id, bill_id)
    taken = sum(entry["discount_cents"] for entry in entries)
    check_discount(body.discount_cents, bill["discount_cents"] - taken, bill["discount_until_on"], body.paid_on)
    settled = body.amount_cents + body.discount_cents
    await add_entry(
        connection,
        acting,
        bill_id,
        EntryKind.PAYMENT,
        body.paid_on,
        -settled,
        discount_cents=body.discount_cents,
        method=body.method.value,
        reference=body.reference,
    )
    await queries.change_bill(connection, practice_id, bill_id, acting.moment.at, {"state": state.value})
    data = {"amount_cents": body.amount_cents, "discount_cents": body.discount_cents}
    await tell(connection, acting, bill_id, "paid", {**data, "open_cents": bill["open_cents"] - settled})
