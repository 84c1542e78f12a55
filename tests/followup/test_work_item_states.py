"""The life of a work item."""

from datetime import date

import pytest

from followup_worker.work_items.domain import (
    LIVE_STATES,
    TRANSITIONS,
    Outcome,
    WorkItemEvent,
    WorkItemState,
    WorkItemStateError,
    comes_back_on,
    next_state,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("state", WorkItemState)
@pytest.mark.parametrize("event", WorkItemEvent)
def test_every_pair_is_a_move_of_the_table_or_is_refused(state: WorkItemState, event: WorkItemEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(WorkItemStateError, match=f"{event} is not possible while the work item is {state}"):
            next_state(state, event)


def test_nothing_leaves_a_completed_or_a_closed_item() -> None:
    assert {state for state, _ in TRANSITIONS} == set(LIVE_STATES)


def test_a_gone_cause_closes_whatever_lives() -> None:
    assert all(TRANSITIONS[state, WorkItemEvent.CAUSE_GONE] is WorkItemState.CLOSED for state in LIVE_STATES)


def test_only_a_resolved_item_never_comes_back() -> None:
    days = {outcome: comes_back_on(TODAY, outcome, None, 14) for outcome in Outcome}

    assert days.pop(Outcome.CLOSED_RESOLVED) is None
    assert set(days.values()) == {date(2026, 3, 16)}


def test_the_day_that_a_person_names_wins_over_the_interval_of_the_rule() -> None:
    assert comes_back_on(TODAY, Outcome.NO_ANSWER, date(2026, 3, 4), 14) == date(2026, 3, 4)
