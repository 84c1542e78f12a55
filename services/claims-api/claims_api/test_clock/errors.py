"""Why a clock cannot be moved."""

from ar_shared.kernel.errors import ConflictError, StateConflictError


class NotASandboxError(StateConflictError):
    """A production practice lives on real time."""

    code = "practice_not_sandbox"
    title = "Only a sandbox practice can have a test clock"


class NoTestClockError(StateConflictError):
    """The practice lives on real time until it gets a clock."""

    code = "test_clock_missing"
    title = "The practice has no test clock"


class ClockExistsError(StateConflictError):
    """A clock is set once and then advanced."""

    code = "test_clock_exists"
    title = "The practice has a test clock already"


class ClockBackwardsError(StateConflictError):
    """Time moves forward only."""

    code = "test_clock_backwards"
    title = "The clock cannot go back"


class ClockMovingError(ConflictError):
    """Another request moves the practice's clock."""

    code = "test_clock_moving"
    title = "The clock is being moved by another request"
    retryable = True

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=2)
