"""What every change of a receipt does: lock it, know its money, tell what happened, post."""

from collections.abc import Mapping
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError, NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from claims_api.ledger.domain import Account
from claims_api.receipts import queries
from claims_api.receipts.domain import ReceiptKind, ReceiptNotOpenError, ReceiptState

SOURCE = "receipt"


async def lock_receipt(
    connection: Connection, practice_id: int, receipt_id: UUID, if_match: str | None = None, *, seen: bool = True
) -> Row:
    """The open receipt, locked. seen: the caller must name the version it read.

    Raises NotFoundError, ReceiptNotOpenError, PreconditionRequiredError, PreconditionFailedError.
    """
    row = await queries.receipt_row(connection, practice_id, receipt_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such receipt")
    if seen:
        require_match(if_match, row["version"])
    if row["state"] != ReceiptState.RECEIVED:
        raise ReceiptNotOpenError("nothing more can be done with its money")
    return row


def kept_on(kind: str) -> Account:
    """Where the unapplied money of such a receipt stands."""
    return Account.UNAPPLIED_INSURANCE if kind == ReceiptKind.INSURER else Account.UNAPPLIED_PATIENT


def require_own_money(receipt: Row) -> None:
    """Raises ReceiptNotOpenError for an agency's money: what it was for is in the agency's remittance."""
    if receipt["kind"] == ReceiptKind.AGENCY:
        raise ReceiptNotOpenError("take the agency's remittance back instead")


async def require_rows(connection: Connection, practice_id: int, named: Mapping[str, tuple[str, UUID | None]]) -> None:
    """named: pointer to (table, id). Raises InvalidRequestError for the ids that the practice does not have."""
    missing = [
        FieldError(pointer, "unknown_reference", "There is no such resource.")
        for pointer, (table, row_id) in named.items()
        if row_id is not None and not await queries.exists(connection, practice_id, table, row_id)
    ]
    if missing:
        raise InvalidRequestError(errors=tuple(missing))
