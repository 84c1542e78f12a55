"""Match a bank line with the payments it brought or took back, by a person."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.errors import LineInUseError
from claims_api.bank.schemas import MatchIn, PaymentIn
from claims_api.bank.settle import Settlement, settle


async def match_line(
    connection: Connection, acting: Acting, line_id: UUID, body: MatchIn, if_match: str | None
) -> None:
    """A deposit slip stands for its receipts. Raises what `settle` raises, and LineInUseError for a line set aside."""
    line = await lock_line(connection, acting.practice_id, line_id, if_match)
    if line["state"] == "set_aside":
        raise LineInUseError("it was set aside: take it back first")
    settlements = [one for payment in body.payments for one in await _settlements(connection, acting, payment)]
    await settle(connection, acting, line, settlements, by="manual", reason=body.reason)


async def lock_line(connection: Connection, practice_id: int, line_id: UUID, if_match: str | None) -> Row:
    """The line as the caller saw it. Raises NotFoundError, PreconditionRequiredError, PreconditionFailedError."""
    line = await queries.line_row(connection, practice_id, line_id, lock=True)
    if line is None:
        raise NotFoundError("there is no such bank line")
    require_match(if_match, line["version"])
    return line


async def _settlements(connection: Connection, acting: Acting, payment: PaymentIn) -> list[Settlement]:
    if payment.deposit_slip_id is None:
        named = (payment.remittance_id, payment.receipt_id, payment.refund_id)
        return [Settlement(*named, payment.amount_cents, payment.fee_cents)]
    receipts = await queries.slip_receipts(connection, acting.practice_id, payment.deposit_slip_id)
    if not receipts:
        raise NotFoundError("no receipt of such a deposit slip waits for the bank")
    return [Settlement(receipt_id=row["id"], amount_cents=row["open_cents"]) for row in receipts]
