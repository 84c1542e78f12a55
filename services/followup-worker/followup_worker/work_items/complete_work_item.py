"""Record what a touch ended with."""

from ar_shared.kernel.errors import InvalidRequestError
from ar_shared.platform.outbox import NewEvent, append_events
from followup_worker.work_items.domain import WorkItemEvent, WorkItemState, comes_back_on, next_state
from followup_worker.work_items.leases import refuse_if_held
from followup_worker.work_items.moves import NO_LEASE, Move
from followup_worker.work_items.schemas import CompleteIn


class NextActionDateError(InvalidRequestError):
    """The next action does not lie after today."""

    code = "next_action_date"
    title = "The next action must lie after today"


async def complete_work_item(move: Move, body: CompleteIn, repeat_days: int) -> None:
    """End the item with an outcome; it comes back on its next date if the cause still holds then.

    repeat_days: the rule's interval, for a touch that names no day. Raises NextActionDateError,
    WorkItemHeldError or WorkItemStateError.
    """
    state = next_state(WorkItemState(move.item["state"]), WorkItemEvent.COMPLETE)
    refuse_if_held(move.item, move.principal.actor, move.now.machine)
    if body.next_action_on is not None and body.next_action_on <= move.now.today:
        raise NextActionDateError("the day must lie after today at the practice", pointer="/next_action_on")
    back_on = comes_back_on(move.now.today, body.outcome, body.next_action_on, repeat_days)
    await move.write(
        {
            "state": state,
            "snoozed_until": None,
            "outcome": body.outcome,
            "next_action": body.next_action,
            "comes_back_on": back_on,
            "ended_at": move.now.practice.at,
            **NO_LEASE,
        },
        "complete",
        outcome=body.outcome,
        channel=body.channel,
        reference_number=body.reference_number,
        promised_on=body.promised_on,
        until_on=back_on,
        note=body.note,
    )
    await _tell(move, body)


async def _tell(move: Move, body: CompleteIn) -> None:
    claim_id = move.item["claim_id"]
    data = {
        "rule": move.item["rule"],
        "claim_id": str(claim_id) if claim_id else None,
        "outcome": body.outcome.value,
    }
    await append_events(
        move.connection,
        "followup",
        move.principal.practice_id,
        [NewEvent("work_item.completed", "work_item", move.item_id, data)],
        occurred_at=move.now.practice.at,
        recorded_at=move.now.machine,
    )
