"""Put a work item off until a day."""

from datetime import date

from ar_shared.kernel.errors import InvalidRequestError
from followup_worker.work_items.domain import WorkItemEvent, WorkItemState, next_state
from followup_worker.work_items.leases import refuse_if_held
from followup_worker.work_items.moves import NO_LEASE, Move


class SnoozeNotPossibleError(InvalidRequestError):
    """The day is not after today, or lies past the deadline."""

    code = "snooze_not_possible"
    title = "The work item cannot be put off until that day"


async def snooze_work_item(move: Move, until: date, reason: str) -> None:
    """Hide the item until a day after the practice's today, at the latest its deadline; ends the lease.

    Raises SnoozeNotPossibleError, WorkItemHeldError or WorkItemStateError.
    """
    state = next_state(WorkItemState(move.item["state"]), WorkItemEvent.SNOOZE)
    refuse_if_held(move.item, move.principal.actor, move.now.machine)
    if until <= move.now.today:
        raise SnoozeNotPossibleError("the day must lie after today at the practice", pointer="/until")
    deadline = move.item["deadline_on"]
    if deadline is not None and until > deadline:
        raise SnoozeNotPossibleError(f"acting helps only until {deadline}", pointer="/until")
    await move.write({"state": state, "snoozed_until": until, **NO_LEASE}, "snooze", until_on=until, note=reason)
