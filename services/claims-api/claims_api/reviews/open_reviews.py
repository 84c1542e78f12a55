"""Open review items, each with its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import append_events
from claims_api.reviews.announce import RETURNED, opened_events


@dataclass(frozen=True, slots=True)
class NewReview:
    """Kind from `REVIEW_KINDS`; `reason` is one sentence without patient data; `amount_cents` is what is at stake.

    `payer_item_id`: the open amount with a payer that it is about; what settles the item closes the review.
    """

    kind: str
    reason: str
    claim_id: UUID | None = None
    amount_cents: int = 0
    remittance_id: UUID | None = None
    payer_item_id: UUID | None = None


async def open_reviews(
    connection: Connection,
    practice_id: int,
    reviews: Sequence[NewReview],
    *,
    opened_on: date,
    occurred_at: datetime,
    recorded_at: datetime,
) -> list[UUID]:
    """Write them and their `review.opened` events; their ids in order. The caller commits."""
    if not reviews:
        return []
    ids = sorted(uuid7() for _ in reviews)
    opened = await connection.fetch(
        "INSERT INTO claims.review_item AS v (practice_id, id, kind, reason, claim_id, amount_cents, remittance_id, "
        "payer_item_id, state, opened_on, row_version, created_at) SELECT $1, r.id, r.kind, r.reason, r.claim_id, "
        "r.amount_cents, r.remittance_id, r.payer_item_id, 'open', $9, 1, $10 "
        "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bigint[], $7::uuid[], $8::uuid[]) "
        f"AS r(id, kind, reason, claim_id, amount_cents, remittance_id, payer_item_id) RETURNING {RETURNED}",
        practice_id,
        ids,
        [review.kind for review in reviews],
        [review.reason for review in reviews],
        [review.claim_id for review in reviews],
        [review.amount_cents for review in reviews],
        [review.remittance_id for review in reviews],
        [review.payer_item_id for review in reviews],
        opened_on,
        occurred_at,
    )
    events = opened_events(opened)
    await append_events(connection, "claims", practice_id, events, occurred_at=occurred_at, recorded_at=recorded_at)
    return ids
