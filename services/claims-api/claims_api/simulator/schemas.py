"""Wire shapes of the simulator."""

from datetime import date, datetime

from pydantic import Field

from ar_shared.platform.types import WireModel


class BankStatementOut(WireModel):
    """One day of the practice's simulated bank account; `content` is where its files are."""

    posted_on: date
    delivered_at: datetime = Field(description="Practice time at which the statement could first be read.")
    payment_count: int = Field(examples=[7], description="Payments in it, those that were returned included.")
    cents: int = Field(examples=[184_250], description="What the day changed, fees taken off.")
    content: str = Field(examples=["/v1/simulator/bank-statements/2026-03-20/content"])
