"""Wire shapes of proposed corrections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import (
    WireModel,
)


class CorrectionProposalOut(WireModel):
    """What a payer says is wrong in our registration: the member, or a payer that comes before.

    `changes` is what accepting it changed: party, id, field, before, after.
    """

    id: UUID
    state: str = Field(examples=["open"])
    kind: str = Field(examples=["member"])
    claim_id: UUID
    patient_id: UUID
    coverage_id: UUID | None
    remittance_id: UUID
    remittance_claim_n: int
    stated: dict[str, Any]
    opened_on: date
    decided_at: datetime | None
    decided_by: dict[str, Any] | None
    reason: str | None
    changes: list[dict[str, Any]] | None
    version: int
