"""What the feed says of a review item: how it stands now, by version."""

from collections.abc import Sequence

from ar_shared.platform.database import Row
from ar_shared.platform.outbox import NewEvent

RETURNED = "v.id, v.kind, v.reason, v.claim_id, v.remittance_id, v.amount_cents, v.state, v.row_version"
"""The columns of a review item `v` that its events are made of."""


def opened_events(items: Sequence[Row]) -> list[NewEvent]:
    """`review.opened`; an item that waits again says so under a higher version."""
    return [_event("opened", item) for item in items]


def closed_events(items: Sequence[Row]) -> list[NewEvent]:
    """`review.closed`: nobody has to look at it any more."""
    return [_event("closed", item) for item in items]


def _event(what: str, item: Row) -> NewEvent:
    data = {
        "kind": item["kind"],
        "reason": item["reason"],
        "claim_id": item["claim_id"] and str(item["claim_id"]),
        "remittance_id": item["remittance_id"] and str(item["remittance_id"]),
        "amount_cents": item["amount_cents"],
        "state": item["state"],
        "version": item["row_version"],
    }
    return NewEvent(f"review.{what}", "review_item", item["id"], data)
