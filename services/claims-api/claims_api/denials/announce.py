"""What the feed says when a denial case moves: how it stands now, and whether anything is left to do."""

from collections.abc import Sequence

from ar_shared.platform.database import Row
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.domain import OPEN_STATES, DenialState

RETURNED = "d.id, d.claim_id, d.carc, d.state, d.denied_cents, d.recovered_cents, d.row_version"
"""The columns of a moved case `d` that its events are made of."""


def moved_events(cases: Sequence[Row]) -> list[NewEvent]:
    """`denial.changed` of each case, and `denial.closed` of those that nobody has to work on any more.

    Both say the case's version: of two facts about one case the higher one holds.
    """
    return [event for case in cases for event in (_event("changed", case), *closed_events([case]))]


def closed_events(cases: Sequence[Row]) -> list[NewEvent]:
    """`denial.closed` of the cases that have ended."""
    return [_event("closed", case) for case in cases if DenialState(case["state"]) not in OPEN_STATES]


def _event(what: str, case: Row) -> NewEvent:
    data = {
        "claim_id": str(case["claim_id"]),
        "carc": case["carc"],
        "state": case["state"],
        "denied_cents": case["denied_cents"],
        "recovered_cents": case["recovered_cents"],
        "version": case["row_version"],
    }
    return NewEvent(f"denial.{what}", "denial", case["id"], data)
