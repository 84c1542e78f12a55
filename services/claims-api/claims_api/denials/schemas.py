"""Wire shapes of denials."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import WireModel


class DenialOut(WireModel):
    """A line (or, with `remittance_line_n` 0, a whole claim) adjudicated and not paid as billed."""

    id: UUID
    claim_id: UUID
    claim_external_id: str | None
    charge_id: UUID | None
    payer_id: UUID
    remittance_id: UUID
    remittance_claim_n: int
    remittance_line_n: int
    group_code: str = Field(examples=["CO"])
    carc: str = Field(examples=["197"])
    rarcs: list[str]
    category: str = Field(examples=["authorization"])
    owner: str
    recommended_action: str
    route_reason: str
    preventable: bool
    appeal_path: str
    denied_cents: int
    recovered_cents: int
    state: str
    remitted_on: date
    opened_on: date
    correction_due_on: date | None
    appeal_due_on: date | None
    closed_at: datetime | None
    closed_reason: str | None
