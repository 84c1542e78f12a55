"""What the bank does with refunds: its line shows that a check or transfer was paid, or a person takes that back.

No money moves here: cash left the books when the refund was issued (E14, E15, E37). Until a bank line pays it, it is
a reconciling item, as a check that is out always is.
"""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.refunds import queries
from claims_api.refunds.changing import tell_and_post
from claims_api.refunds.domain import OUT, RefundEvent, RefundNotOutError, RefundState, next_state


async def pay_by_bank(connection: Connection, acting: Acting, refund_id: UUID) -> Row:
    """The refund as it was, cleared from now on; what a person cleared before stays cleared.

    Raises NotFoundError, RefundNotOutError for one whose money is not out of the books.
    """
    refund = await _locked(connection, acting.practice_id, refund_id)
    if refund["state"] not in OUT:
        raise RefundNotOutError(f"it is {refund['state']}")
    if refund["state"] == RefundState.ISSUED:
        await _move(connection, acting, refund, RefundEvent.CLEAR, "cleared")
    return refund


async def unpay_by_bank(connection: Connection, acting: Acting, refund_id: UUID) -> None:
    """The line was another payment after all: the refund waits for the bank again. Raises NotFoundError."""
    refund = await _locked(connection, acting.practice_id, refund_id)
    if refund["state"] == RefundState.CLEARED:
        await _move(connection, acting, refund, RefundEvent.UNCLEAR, "uncleared")


async def _locked(connection: Connection, practice_id: int, refund_id: UUID) -> Row:
    row = await queries.refund_row(connection, practice_id, refund_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such refund")
    return row


async def _move(connection: Connection, acting: Acting, refund: Row, event: RefundEvent, told: str) -> None:
    state = next_state(refund["state"], event)
    await queries.change_refund(connection, acting.practice_id, refund["id"], acting.moment.at, {"state": state.value})
    await tell_and_post(connection, acting, refund, told, [])
