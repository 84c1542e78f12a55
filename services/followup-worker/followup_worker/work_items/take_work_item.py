"""Take a work item for a while."""

from datetime import timedelta

from followup_worker.work_items.domain import WorkItemEvent, WorkItemState, next_state
from followup_worker.work_items.leases import refuse_if_held
from followup_worker.work_items.moves import Move


async def take_work_item(move: Move, minutes: int) -> None:
    """Lease the item to the actor; taking it again keeps it longer, taking a snoozed one wakes it.

    Raises WorkItemHeldError or WorkItemStateError.
    """
    state = next_state(WorkItemState(move.item["state"]), WorkItemEvent.TAKE)
    refuse_if_held(move.item, move.principal.actor, move.now.machine)
    await move.write(
        {
            "state": state,
            "snoozed_until": None,
            "holder_kind": move.principal.actor.kind,
            "holder_id": move.principal.actor.id,
            "leased_until": move.now.machine + timedelta(minutes=minutes),
        },
        "take",
    )
