"""Close review items when what they ask for is done, and open them again when that is undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import append_events
from claims_api.reviews.announce import RETURNED, closed_events, opened_events

_CLOSE: Final = f"""
UPDATE claims.review_item v SET state = 'closed', closed_at = $3, row_version = v.row_version + 1
WHERE v.practice_id = $1 AND v.id = ANY($2::uuid[]) AND v.state = 'open'
RETURNING {RETURNED}
"""
_REOPEN: Final = f"""
UPDATE claims.review_item v SET state = 'open', closed_at = NULL, row_version = v.row_version + 1
WHERE v.practice_id = $1 AND v.id = ANY($2::uuid[]) AND v.state = 'closed'
RETURNING {RETURNED}
"""
_OF_PAYMENT: Final = """
SELECT id FROM claims.review_item
WHERE practice_id = $1 AND remittance_id = $2 AND state = 'open'
  AND ($3::bigint[] IS NULL OR remittance_claim_n = ANY($3::bigint[]))
"""
_OF_ITEM: Final = "SELECT id FROM claims.review_item WHERE practice_id = $1 AND payer_item_id = ANY($2::uuid[])"


async def close_reviews(
    connection: Connection, practice_id: int, review_ids: Sequence[UUID], *, now: datetime, machine: datetime
) -> None:
    """Close those that are open, each with its `review.closed`; the caller commits."""
    closed = await connection.fetch(_CLOSE, practice_id, list(review_ids), now)
    events = closed_events(closed)
    await append_events(connection, "claims", practice_id, events, occurred_at=now, recorded_at=machine)


async def reopen_reviews(
    connection: Connection, practice_id: int, review_ids: Sequence[UUID], *, now: datetime, machine: datetime
) -> None:
    """Open those that are closed, each with a `review.opened` of a higher version; the caller commits."""
    opened = await connection.fetch(_REOPEN, practice_id, list(review_ids))
    events = opened_events(opened)
    await append_events(connection, "claims", practice_id, events, occurred_at=now, recorded_at=machine)


async def reviews_of_payment(
    connection: Connection, practice_id: int, remittance_id: UUID, numbers: list[int] | None = None
) -> list[UUID]:
    """Open items of a payment; `numbers` limits them to claims of it."""
    return [row["id"] for row in await connection.fetch(_OF_PAYMENT, practice_id, remittance_id, numbers)]


async def reviews_of_items(connection: Connection, practice_id: int, item_ids: Sequence[UUID]) -> list[UUID]:
    """Items, open or closed, that are about these open amounts with payers."""
    return [row["id"] for row in await connection.fetch(_OF_ITEM, practice_id, list(item_ids))]
