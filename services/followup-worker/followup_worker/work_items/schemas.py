"""Wire shapes of work items."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import SaneDate, StrictModel, Text, WireModel
from followup_worker.work_items.domain import Channel, Outcome, WorkItemState

MIN_LEASE_MINUTES, MAX_LEASE_MINUTES, DEFAULT_LEASE_MINUTES = 5, 480, 30


class TakeIn(StrictModel):
    """For how long; take again to keep it longer."""

    minutes: Annotated[int, Field(strict=True, ge=MIN_LEASE_MINUTES, le=MAX_LEASE_MINUTES)] = DEFAULT_LEASE_MINUTES


class SnoozeIn(StrictModel):
    """Until when and why. The item wakes at the start of that day at the practice."""

    until: SaneDate = Field(examples=["2026-04-20"])
    reason: Text(500) = Field(examples=["The payer asked for two more weeks."])  # type: ignore[valid-type]


class CompleteIn(StrictModel):
    """What the touch ended with. The note may hold what was said; leave names and diagnoses out."""

    outcome: Outcome = Field(examples=["on_file_in_process"])
    channel: Channel = Channel.NONE
    note: Text(2000) | None = Field(default=None, examples=["In process since Monday."])  # type: ignore[valid-type]
    reference_number: Text(60) | None = Field(default=None, examples=["C-204417"])  # type: ignore[valid-type]
    promised_on: SaneDate | None = None
    next_action: Text(300) | None = Field(default=None, examples=["Ask again."])  # type: ignore[valid-type]
    next_action_on: SaneDate | None = Field(
        default=None,
        description="When the item comes back if its cause still holds; by default after the rule's interval.",
    )


class SubjectOut(WireModel):
    """What the item is about; `generation` counts how often this cause has come back."""

    type: str = Field(examples=["claim"])
    id: UUID
    generation: int = Field(examples=[1])


class ClaimOut(WireModel):
    """The claim behind the item."""

    id: UUID
    external_id: str | None = None
    patient_control_number: str
    service_from: date
    charge_cents: int
    submission_state: str
    adjudication_state: str


class PayerOut(WireModel):
    id: UUID
    name: str


class HolderOut(WireModel):
    """Who has the item now, and until when (machine time)."""

    kind: str = Field(examples=["user"])
    id: str = Field(examples=["staff-17"])
    until: datetime


class PartOut(WireModel):
    """One part of the score, in words and numbers."""

    name: str = Field(examples=["amount"])
    points: int = Field(examples=[12])
    text: str = Field(examples=["$1,240.00 at stake: 1 point per $100, at most 40"])


class WhyOut(WireModel):
    """Why the item is there and why it stands where it stands; `score` is the sum of the parts."""

    because: str
    source: str
    score: int = Field(examples=[57])
    parts: list[PartOut]


class WorkItemOut(WireModel):
    """Something a person must do by a date."""

    id: UUID
    version: int = Field(examples=[1], description="The ETag, as a number.")
    rule: str = Field(examples=["rejected"])
    label: str = Field(examples=["Rejected before adjudication"])
    state: WorkItemState
    owner: str = Field(examples=["biller"])
    subject: SubjectOut
    claim: ClaimOut | None = None
    payer: PayerOut | None = None
    amount_cents: int = Field(examples=[124000], description="What is at stake.")
    opened_on: date
    due_on: date
    deadline_on: date | None = Field(default=None, description="The last day on which acting still helps.")
    snoozed_until: date | None = None
    holder: HolderOut | None = None
    outcome: Outcome | None = None
    next_action: str | None = None
    comes_back_on: date | None = None
    ended_at: datetime | None = None
    why: WhyOut


class TouchOut(WireModel):
    """One move of a person on the item."""

    action: str = Field(examples=["complete"])
    outcome: Outcome | None = None
    channel: Channel | None = None
    reference_number: str | None = None
    promised_on: date | None = None
    until_on: date | None = None
    note: str | None = None
    actor_kind: str
    actor_id: str
    at: datetime


class WorkItemDetail(WorkItemOut):
    """A work item with its history."""

    touches: list[TouchOut]
