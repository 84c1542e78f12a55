"""What every step of a bill does: lock it, move it, tell it."""

from datetime import date
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api import telling
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.domain import EntryKind


async def find_bill(connection: Connection, practice_id: int, bill_id: UUID) -> Row:
    """Raises NotFoundError."""
    row = await queries.bill_row(connection, practice_id, bill_id)
    if row is None:
        raise NotFoundError("there is no such bill")
    return row


async def lock_bill(connection: Connection, practice_id: int, bill_id: UUID, if_match: str | None) -> Row:
    """Its open amount is read under the lock. Raises NotFoundError and the errors of If-Match."""
    row = await queries.bill_row(connection, practice_id, bill_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such bill")
    require_match(if_match, row["version"])
    return row


async def add_entry(
    connection: Connection,
    acting: Acting,
    bill_id: UUID,
    kind: EntryKind,
    on: date,
    amount_cents: int,
    *,
    discount_cents: int = 0,
    **more: Any,
) -> None:
    """amount_cents: up is positive. more: method and reference, or reverses_id and reason."""
    row = {
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "bill_id": bill_id,
        "kind": kind.value,
        "effective_on": on,
        "amount_cents": amount_cents,
        "discount_cents": discount_cents,
        "actor": acting.actor_json,
        "recorded_at": acting.machine,
        **more,
    }
    await queries.insert(connection, "bill_entry", row)


async def tell(connection: Connection, acting: Acting, bill_id: UUID, event: str, data: dict[str, Any]) -> None:
    """Append `bill.<event>`."""
    await telling.tell(connection, acting, [NewEvent(f"bill.{event}", "bill", bill_id, data)])
