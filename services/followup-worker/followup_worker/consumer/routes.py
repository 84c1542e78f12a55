"""HTTP of the consumer: how far it has come."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.types import WireModel
from followup_worker.consumer import queries
from followup_worker.wiring import Wired

router = APIRouter(tags=["progress"])


class ProgressOut(WireModel):
    """Wait on these facts instead of waiting for a time.

    All effects of events up to `sequence` are in the work items; time-based rules have seen `swept_to`.
    """

    sequence: int = Field(examples=[1204], description="The last event that was handled.")
    head: int = Field(examples=[1204], description="The newest event of the practice.")
    swept_to: datetime | None = Field(
        default=None, description="Practice time up to which time-based rules were applied."
    )
    swept_at: datetime | None = Field(default=None, description="Machine time of that sweep.")
    parked_at: datetime | None = Field(
        default=None, description="Set when sweeps kept failing and wait for an operator."
    )


@router.get(
    "/v1/progress",
    operation_id="readProgress",
    summary="How far events and time have been handled",
    responses={
        200: {
            "content": {
                "application/json": {
                    "example": {
                        "sequence": 1204,
                        "head": 1204,
                        "swept_to": "2026-04-02T14:00:00Z",
                        "swept_at": "2026-06-01T08:15:03Z",
                        "parked_at": None,
                    }
                }
            }
        }
    },
)
async def get_progress(principal: Annotated[Principal, require("work:read")], wired: Wired) -> ProgressOut:
    """Of the practice in the token."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        return ProgressOut(**await queries.progress(connection, principal.practice_id))
