"""The one step every lifecycle takes: look the move up in its table, or refuse it."""

from collections.abc import Mapping
from typing import TypeVar

from ar_shared.kernel.errors import StateConflictError
from claims_api.phrases import Phrased

State = TypeVar("State", bound=Phrased)
Event = TypeVar("Event", bound=Phrased)


class IllegalTransitionError(StateConflictError):
    """The event cannot happen in this state; both are named by their stable values."""

    code = "illegal_transition"

    def __init__(self, state: Phrased, event: Phrased) -> None:
        super().__init__(f"{event} is not possible while {state} ({state.phrase})")
        self.state = state
        self.event = event


def move(table: Mapping[tuple[State, Event], State], state: State, event: Event) -> State:
    """The state after `event`. Raises IllegalTransitionError for a pair that is not in the table."""
    try:
        return table[state, event]
    except KeyError:
        raise IllegalTransitionError(state, event) from None
