"""One owner at a time: who has an item, and who may touch it."""

from datetime import datetime

from ar_shared.kernel.errors import ConflictError
from ar_shared.platform.auth import Actor
from ar_shared.platform.database import Row


class WorkItemHeldError(ConflictError):
    """Somebody else has the item; the detail says who and until when."""

    code = "work_item_held"
    title = "Somebody else has this work item"


def refuse_if_held(row: Row, actor: Actor, machine: datetime) -> None:
    """Let the holder through, and everybody once the lease has run out. Raises WorkItemHeldError."""
    until = row["leased_until"]
    if until is None or until <= machine or (row["holder_kind"], row["holder_id"]) == (actor.kind, actor.id):
        return
    seconds = max(1, int((until - machine).total_seconds()) + 1)
    raise WorkItemHeldError(
        f"held by {row['holder_kind']} {row['holder_id']} until {until.isoformat(timespec='seconds')}",
        suggestion="Choose another work item, or wait until the lease ends.",
        retry_after_seconds=seconds,
    )
