"""HTTP of test clocks."""

from typing import Annotated

from fastapi import APIRouter

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.problems import problem_responses
from claims_api.simulator.queries import next_due
from claims_api.test_clock import queries
from claims_api.test_clock.advance_test_clock import advance_test_clock
from claims_api.test_clock.errors import (
    ClockBackwardsError,
    ClockExistsError,
    ClockMovingError,
    NotASandboxError,
    NoTestClockError,
)
from claims_api.test_clock.schemas import AdvancedOut, AdvanceIn, ClockIn, ClockOut
from claims_api.test_clock.set_test_clock import set_test_clock
from claims_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1/test-clock", tags=["test clock"])

Mover = Annotated[Principal, require("clock:write")]


@router.get(
    "", operation_id="readTestClock", summary="Read the test clock", responses=problem_responses(NoTestClockError)
)
async def get_test_clock(principal: Annotated[Principal, require("events:read")], wired: Wired) -> ClockOut:
    """The practice's time and when the next answer is due."""
    return await _read(principal, wired)


@router.post(
    "",
    operation_id="setTestClock",
    summary="Give a sandbox practice a test clock",
    responses=problem_responses(NotASandboxError, ClockExistsError, ClockBackwardsError, ClockMovingError),
)
async def post_test_clock(body: ClockIn, principal: Mover, wired: Wired) -> ClockOut:
    """The start may lie in the past, though not before anything that happened. A repeat changes nothing."""
    await set_test_clock(wired.database, wired.clock, principal, body.at)
    return await _read(principal, wired)


@router.post(
    "/advance",
    operation_id="advanceTestClock",
    summary="Move the test clock forward",
    responses=problem_responses(NotASandboxError, NoTestClockError, ClockBackwardsError, ClockMovingError),
)
async def post_advance(body: AdvanceIn, principal: Mover, wired: Wired) -> AdvancedOut:
    """Stops wherever an answer of a simulated payer is due and takes it in. A repeat goes on where it stopped."""
    advanced = await advance_test_clock(wired.database, wired.clock, principal, body.to)
    shown = await _read(principal, wired)
    return AdvancedOut(
        **shown.model_dump(),
        started_at=advanced.started_at,
        stop_count=advanced.stop_count,
        delivered=dict(advanced.delivered),
    )


async def _read(principal: Principal, wired: Wiring) -> ClockOut:
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        practice = await queries.practice_row(connection, principal.practice_id)
        if practice["test_clock_at"] is None:
            raise NoTestClockError
        due = await next_due(connection, principal.practice_id)
    return ClockOut(at=practice["test_clock_at"], time_zone=practice["time_zone"], next_due_at=due)
