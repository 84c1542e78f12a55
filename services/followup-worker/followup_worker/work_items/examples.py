"""Examples of the published contract; a test reads them back through the wire shapes."""

from typing import Any, Final

WORK_ITEM: Final[dict[str, Any]] = {
    "id": "019a5f3e-6d00-7c11-a0b1-3f54c2a1e001",
    "version": 1,
    "rule": "no_acknowledgement",
    "label": "Sent, and nobody has acknowledged it",
    "state": "open",
    "owner": "biller",
    "subject": {"type": "claim", "id": "019a5f3e-5a00-7c11-a0b1-3f54c2a1e001", "generation": 1},
    "claim": {
        "id": "019a5f3e-5a00-7c11-a0b1-3f54c2a1e001",
        "external_id": "claim-1001",
        "patient_control_number": "7K2M9QX4T1B8ZC3A",
        "service_from": "2026-03-20",
        "charge_cents": 124000,
        "submission_state": "sent",
        "adjudication_state": "none",
    },
    "payer": {"id": "019a5f3e-4b00-7c11-a0b1-3f54c2a1e001", "name": "Blue Meadow Health"},
    "amount_cents": 124000,
    "opened_on": "2026-03-27",
    "due_on": "2026-03-30",
    "deadline_on": "2026-06-18",
    "snoozed_until": None,
    "holder": None,
    "outcome": None,
    "next_action": None,
    "comes_back_on": None,
    "ended_at": None,
    "why": {
        "because": "A receiver answers a file within a few business days.",
        "source": "Acknowledgement check after three business days by industry practice",
        "score": 32,
        "parts": [
            {"name": "amount", "points": 12, "text": "$1,240.00 at stake: 1 point per $100, at most 40"},
            {"name": "deadline", "points": 0, "text": "Deadline in 83 days: 1 point for each day under 30"},
            {"name": "urgent", "points": 0, "text": "Deadline in 83 days: 100 points from 10 days before it"},
            {"name": "overdue", "points": 0, "text": "0 days past the due date: 1 point a day, at most 30"},
            {"name": "weight", "points": 20, "text": "The rule's own weight in the rulebook"},
        ],
    },
}

HELD: Final[dict[str, Any]] = {
    **WORK_ITEM,
    "version": 2,
    "holder": {"kind": "user", "id": "staff-17", "until": "2026-03-27T15:30:00Z"},
}
SNOOZED: Final[dict[str, Any]] = {**WORK_ITEM, "version": 2, "state": "snoozed", "snoozed_until": "2026-04-02"}
COMPLETED: Final[dict[str, Any]] = {
    **WORK_ITEM,
    "version": 2,
    "state": "completed",
    "outcome": "not_on_file",
    "next_action": "Send it again.",
    "comes_back_on": "2026-03-30",
    "ended_at": "2026-03-27T15:04:00Z",
}
TOUCH: Final[dict[str, Any]] = {
    "action": "complete",
    "outcome": "not_on_file",
    "channel": "portal",
    "reference_number": "C-204417",
    "promised_on": None,
    "until_on": "2026-03-30",
    "note": "The portal does not know the claim.",
    "actor_kind": "user",
    "actor_id": "staff-17",
    "at": "2026-03-27T15:04:00Z",
}


def answers(example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` entry of a 200 with this example."""
    return {200: {"content": {"application/json": {"example": example}}}}
