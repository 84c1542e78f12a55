"""The life of a work item, and how much it weighs against the others.

The cause decides: when it goes away the item closes by itself. A lease is not a state; it ends by time.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ar_shared.kernel.errors import StateConflictError

SUBJECTS: Final = (
    "claim",
    "denial",
    "remittance",
    "review_item",
    "bank_line",
    "receipt",
    "payer_item",
    "refund",
    "overpayment_case",
)
"""What an item may be about, by the names that events use."""


class WorkItemState(StrEnum):
    """Where a work item is."""

    OPEN = "open"  # waits for somebody, or somebody has it
    SNOOZED = "snoozed"  # put off until a day
    COMPLETED = "completed"  # a person recorded an outcome
    CLOSED = "closed"  # the cause went away


class WorkItemEvent(StrEnum):
    """What can happen to a work item."""

    TAKE = "take"
    RELEASE = "release"
    SNOOZE = "snooze"
    WAKE = "wake"
    COMPLETE = "complete"
    CAUSE_GONE = "cause_gone"


S, E = WorkItemState, WorkItemEvent

TRANSITIONS: Final[Mapping[tuple[WorkItemState, WorkItemEvent], WorkItemState]] = MappingProxyType(
    {
        # from     , event        -> to
        (S.OPEN   , E.TAKE      ): S.OPEN,
        (S.OPEN   , E.RELEASE   ): S.OPEN,
        (S.OPEN   , E.SNOOZE    ): S.SNOOZED,
        (S.OPEN   , E.COMPLETE  ): S.COMPLETED,
        (S.OPEN   , E.CAUSE_GONE): S.CLOSED,
        (S.SNOOZED, E.TAKE      ): S.OPEN,
        (S.SNOOZED, E.SNOOZE    ): S.SNOOZED,
        (S.SNOOZED, E.WAKE      ): S.OPEN,
        (S.SNOOZED, E.COMPLETE  ): S.COMPLETED,
        (S.SNOOZED, E.CAUSE_GONE): S.CLOSED,
    }
)  # fmt: skip

LIVE_STATES: Final = (S.OPEN, S.SNOOZED)


class WorkItemStateError(StateConflictError):
    """The item is in a state from which this move is not possible."""

    code = "work_item_state"
    title = "The work item does not allow this now"


def next_state(state: WorkItemState, event: WorkItemEvent) -> WorkItemState:
    """The state after `event`. Raises WorkItemStateError."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise WorkItemStateError(f"{event} is not possible while the work item is {state}") from None


class Outcome(StrEnum):
    """What a touch ended with: one closed list for calls, portals, letters and screens."""

    NOT_ON_FILE = "not_on_file"
    ON_FILE_IN_PROCESS = "on_file_in_process"
    ON_FILE_PENDED_REVIEW = "on_file_pended_review"
    INFO_REQUESTED_PROVIDER = "info_requested_provider"
    INFO_REQUESTED_PATIENT = "info_requested_patient"
    PAID_CHECK_CASHED = "paid_check_cashed"
    PAID_EFT_NOT_FOUND = "paid_eft_not_found"
    PAID_TO_PATIENT = "paid_to_patient"
    PAID_TO_WRONG_PROVIDER = "paid_to_wrong_provider"
    APPLIED_TO_DEDUCTIBLE = "applied_to_deductible"
    DENIED_REASON_OBTAINED = "denied_reason_obtained"
    DENIED_NEED_EOB = "denied_need_eob"
    REJECTED_FRONT_END = "rejected_front_end"
    FORWARDED_OTHER_PAYER = "forwarded_other_payer"
    WRONG_PAYER = "wrong_payer"
    COB_UPDATE_NEEDED = "cob_update_needed"
    AUTH_ISSUE = "auth_issue"
    CREDENTIALING_ISSUE = "credentialing_issue"
    RECOUP_OFFSET_FOUND = "recoup_offset_found"
    REPROCESS_PROMISED = "reprocess_promised"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_NOT_ON_FILE = "appeal_not_on_file"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_OVERTURNED = "appeal_overturned"
    UNDERPAID_DISPUTE_OPENED = "underpaid_dispute_opened"
    ESCALATED_SUPERVISOR = "escalated_supervisor"
    ESCALATED_PROVIDER_REP = "escalated_provider_rep"
    NO_ANSWER = "no_answer"
    DISCONNECTED = "disconnected"
    PORTAL_DOWN = "portal_down"
    VOICEMAIL_LEFT = "voicemail_left"
    NEEDS_CORRECTED_CLAIM = "needs_corrected_claim"
    NEEDS_RECORDS = "needs_records"
    PATIENT_CONTACT_NEEDED = "patient_contact_needed"
    WRITEOFF_RECOMMENDED = "writeoff_recommended"
    CLOSED_RESOLVED = "closed_resolved"


class Channel(StrEnum):
    """How the payer was reached."""

    INQUIRY_276 = "276"
    PORTAL = "portal"
    CALL = "call"
    MAIL = "mail"
    FAX = "fax"
    NONE = "none"


def comes_back_on(today: date, outcome: Outcome, asked: date | None, repeat_days: int) -> date | None:
    """The day on which a completed item comes back if its cause still holds; None for a resolved one.

    Without a day the rule's repeat interval decides, so that nothing ages in silence.
    """
    if outcome is Outcome.CLOSED_RESOLVED:
        return None
    return asked or today + timedelta(days=repeat_days)


CENTS_PER_POINT: Final = 100_00
MAX_AMOUNT_POINTS: Final = 40
DEADLINE_HORIZON_DAYS: Final = 30
URGENT_DAYS: Final = 10
URGENT_POINTS: Final = 100
MAX_OVERDUE_POINTS: Final = 30
