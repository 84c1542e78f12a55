"""Open review items, each with its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events


@dataclass(frozen=True, slots=True)
class NewReview:
    """Kind from `REVIEW_KINDS`; `reason` is one sentence without patient data; `amount_cents` is what is at stake."""

    kind: str
    reason: str
    claim_id: UUID | None = None
    amount_cents: int = 0


async def open_reviews(
    connection: Connection,
    practice_id: int,
    reviews: Sequence[NewReview],
    *,
    opened_on: date,
    occurred_at: datetime,
    recorded_at: datetime,
) -> None:
    """Write them and their `review.opened` events; the caller commits."""
    if not reviews:
        return
    ids = sorted(uuid7() for _ in reviews)
    await connection.execute(
        "INSERT INTO claims.review_item (practice_id, id, kind, reason, claim_id, amount_cents, state, opened_on, "
        "created_at) SELECT $1, r.id, r.kind, r.reason, r.claim_id, r.amount_cents, 'open', $7, $8 "
        "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bigint[]) "
        "AS r(id, kind, reason, claim_id, amount_cents)",
        practice_id,
        ids,
        [review.kind for review in reviews],
        [review.reason for review in reviews],
        [review.claim_id for review in reviews],
        [review.amount_cents for review in reviews],
        opened_on,
        occurred_at,
    )
    events = [
        NewEvent("review.opened", "review_item", review_id, _told(review))
        for review_id, review in zip(ids, reviews, strict=True)
    ]
    await append_events(connection, "claims", practice_id, events, occurred_at=occurred_at, recorded_at=recorded_at)


def _told(review: NewReview) -> dict[str, object]:
    return {
        "kind": review.kind,
        "reason": review.reason,
        "claim_id": review.claim_id,
        "remittance_id": None,
        "amount_cents": review.amount_cents,
    }
