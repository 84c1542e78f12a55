"""HTTP of the fold's progress."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.types import WireModel
from reporting_api.folding import queries
from reporting_api.wiring import Wired

router = APIRouter(prefix="/v1/progress", tags=["progress"])


class ProgressOut(WireModel):
    """Everything through `sequence` is in the reports; `head` is the practice's newest event."""

    sequence: int = Field(examples=[4711])
    head: int = Field(examples=[4711])
    exact_at: datetime | None = Field(description="When the last folded event was recorded.")


@router.get("", operation_id="readProgress", summary="How far the reports have come")
async def get_progress(principal: Annotated[Principal, require("reports:read")], wired: Wired) -> ProgressOut:
    """Wait on this, never on time: an event is in the reports as soon as `sequence` has reached it."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        row = await queries.progress(connection, principal.practice_id)
    return ProgressOut(**dict(row))
