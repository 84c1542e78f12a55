"""Give a work item back."""

from followup_worker.work_items.domain import WorkItemEvent, WorkItemState, next_state
from followup_worker.work_items.leases import refuse_if_held
from followup_worker.work_items.moves import NO_LEASE, Move


async def release_work_item(move: Move) -> None:
    """End the actor's lease; an item that nobody holds stays as it is. Raises WorkItemHeldError, WorkItemStateError."""
    state = next_state(WorkItemState(move.item["state"]), WorkItemEvent.RELEASE)
    refuse_if_held(move.item, move.principal.actor, move.now.machine)
    if move.item["leased_until"] is not None:
        await move.write({"state": state, **NO_LEASE}, "release")
