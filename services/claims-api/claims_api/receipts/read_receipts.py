"""What we know of receipts and deposit slips."""

from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.receipts import queries
from claims_api.receipts.schemas import (
    ApplicationOut,
    DepositSlipDetailOut,
    DepositSlipOut,
    ReassignmentOut,
    ReceiptDetailOut,
    ReceiptOut,
    SlipTotalOut,
)


async def read_receipt(connection: Connection, practice_id: int, receipt_id: UUID) -> ReceiptDetailOut:
    """Raises NotFoundError."""
    row = await queries.receipt_row(connection, practice_id, receipt_id)
    if row is None:
        raise NotFoundError("there is no such receipt")
    applications = await queries.application_rows(connection, practice_id, receipt_id)
    shown = [ApplicationOut.model_validate({**dict(one)}) for one in applications]
    owners = await queries.reassignment_rows(connection, practice_id, receipt_id)
    before = [ReassignmentOut(**dict(one)) for one in owners]
    return ReceiptDetailOut(**dict(row), applications=shown, reassignments=before)


async def list_receipts(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[ReceiptOut]:
    rows = await queries.receipt_page(connection, practice_id, filters, before, limit)
    return [ReceiptOut(**dict(row)) for row in rows]


async def read_slip(connection: Connection, practice_id: int, slip_id: UUID) -> DepositSlipDetailOut:
    """Raises NotFoundError."""
    row = await queries.slip_row(connection, practice_id, slip_id)
    if row is None:
        raise NotFoundError("there is no such deposit slip")
    totals = await queries.slip_totals(connection, practice_id, slip_id)
    return DepositSlipDetailOut(**dict(row), totals=[SlipTotalOut(**dict(total)) for total in totals])


async def list_slips(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[DepositSlipOut]:
    return [
        DepositSlipOut(**dict(row)) for row in await queries.slip_page(connection, practice_id, filters, before, limit)
    ]
