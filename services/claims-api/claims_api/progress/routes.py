"""HTTP of progress."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.types import WireModel
from claims_api.practices.queries import practice_time
from claims_api.progress.queries import progress_row
from claims_api.simulator.queries import next_due
from claims_api.wiring import Wired

router = APIRouter(tags=["progress"])


class ProgressOut(WireModel):
    """Everything that happened is in the feed up to `sequence` when nothing waits."""

    sequence: int = Field(examples=[1204], description="The newest event of the practice's feed.")
    waiting: int = Field(examples=[0], description="Facts that have no sequence number yet.")
    undelivered: int = Field(examples=[0], description="Submissions that no clearinghouse has taken yet.")
    unprocessed_files: int = Field(examples=[0], description="Files that were received and are not processed yet.")
    at: datetime = Field(description="The practice's time.")
    next_due_at: datetime | None = Field(description="When the next answer of a simulated payer arrives.")


@router.get("/v1/progress", operation_id="readProgress", summary="How far the practice's facts have come")
async def get_progress(principal: Annotated[Principal, require("events:read")], wired: Wired) -> ProgressOut:
    """Of the practice in the token."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        moment = await practice_time(connection, principal, wired.clock)
        row = await progress_row(connection, principal.practice_id)
        due = await next_due(connection, principal.practice_id)
    return ProgressOut(**dict(row), at=moment.at, next_due_at=due)
