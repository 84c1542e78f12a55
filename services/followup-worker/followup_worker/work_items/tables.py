"""Work items and what people did about them."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    On,
    OptAt,
    OptId,
    OptOn,
    OptStr,
    Small,
    Str,
    check,
    fk,
    index,
    one_of,
    tenant,
    unique,
)
from followup_worker.base import SCHEMA, FollowupTable
from followup_worker.work_items.domain import SUBJECTS, Channel, Outcome, WorkItemState

ACTIONS = ("take", "release", "snooze", "complete")


class WorkItem(FollowupTable, table=True):
    """One thing to do. `subject_n` is the claim version the cause is about, 0 for other subjects.

    The lease is `holder_*` with `leased_until` (machine clock); every other date is the practice's.
    """

    __tablename__ = "work_item"
    __table_args__ = tenant(
        SCHEMA,
        unique("work_item_cause_uq", "rule", "subject_id", "subject_n", "generation"),
        index("work_item_live_ix", "state", "opened_on", where="state IN ('open', 'snoozed')"),
        index("work_item_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
        index("work_item_comes_back_ix", "comes_back_on", where="comes_back_on IS NOT NULL"),
        one_of("work_item_state", "state", WorkItemState),
        one_of("work_item_subject", "subject_type", SUBJECTS),
        one_of("work_item_outcome", "outcome", Outcome),
        check("work_item_snoozed", "(state = 'snoozed') = (snoozed_until IS NOT NULL)"),
        check("work_item_ended", "(state IN ('completed', 'closed')) = (ended_at IS NOT NULL)"),
        check("work_item_holder", "(holder_id IS NULL) = (leased_until IS NULL)"),
    )

    practice_id: int
    id: UUID
    rule: Str
    subject_type: Str
    subject_id: UUID
    subject_n: Small
    generation: int
    claim_id: OptId
    payer_id: OptId
    owner: Str
    state: Str
    amount_cents: Cents
    opened_on: On
    opened_at: At
    due_on: On
    deadline_on: OptOn
    snoozed_until: OptOn
    holder_kind: OptStr
    holder_id: OptStr
    leased_until: OptAt
    outcome: OptStr
    next_action: OptStr
    comes_back_on: OptOn
    ended_at: OptAt
    row_version: int
    updated_at: At


class WorkItemTouch(FollowupTable, table=True):
    """One move of a person on a work item; never changed. `at` is the practice's moment."""

    __tablename__ = "work_item_touch"
    __table_args__ = tenant(
        SCHEMA,
        fk("work_item_id", "followup.work_item"),
        index("work_item_touch_item_ix", "work_item_id"),
        one_of("work_item_touch_action", "action", ACTIONS),
        one_of("work_item_touch_outcome", "outcome", Outcome),
        one_of("work_item_touch_channel", "channel", Channel),
        append_only=True,
    )

    practice_id: int
    id: UUID
    work_item_id: UUID
    action: Str
    outcome: OptStr
    channel: OptStr
    reference_number: OptStr
    promised_on: OptOn
    until_on: OptOn
    note: OptStr
    actor_kind: Str
    actor_id: Str
    at: At
    recorded_at: At
