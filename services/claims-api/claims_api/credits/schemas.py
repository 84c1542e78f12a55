"""Wire shapes of credits."""

from datetime import date
from typing import Literal
from uuid import UUID

from ar_shared.platform.types import WireModel
from claims_api.credits.domain import Resolution


class CreditOut(WireModel):
    """What we owe back of one charge. `due_on` null: no rule of ours sets a last day."""

    charge_id: UUID
    claim_id: UUID | None
    side: Literal["payer", "patient"]
    party_id: UUID
    payer_id: UUID | None
    amount_cents: int
    reserved_cents: int
    provisional: bool
    arisen_on: date
    age_days: int
    due_on: date | None
    due_source: str | None
    due_confirmed: bool | None
    suggestion: Resolution
    because: str
