"""Wire shapes of credits."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import WireModel
from claims_api.credits.domain import Answer, Resolution


class TestedOut(WireModel):
    """A test of the order, what it says, and what it saw: ids and cents."""

    __test__ = False

    test: Resolution
    answer: Answer
    evidence: dict[str, Any]


class CreditOut(WireModel):
    """What we owe back of one charge. `due_on` null: no rule of ours sets a last day.

    `suggestion` is the first test that holds, `operation` the operation that does what `do` says.
    """

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
    overpayment_id: UUID | None = Field(description="The case of a payer's credit, with its history.")
    suggestion: Resolution
    because: str
    do: str = Field(examples=["refund the payer"])
    operation: str | None = Field(examples=["requestRefund"])
    tests: list[TestedOut]
