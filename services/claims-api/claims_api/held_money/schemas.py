"""Wire shapes of held money."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import (
    Blocker,
    NonNegativeCents,
    PositiveInt32,
    StrictModel,
    WireModel,
)
from claims_api.remittances.schemas import ReasonIn


class ComparedKeyOut(WireModel):
    """One key of a suggestion: does it agree, and what each side says."""

    key: str = Field(examples=["charge"])
    name: str = Field(examples=["the total charge"])
    agrees: bool
    text: str = Field(examples=["the payer says 150, we billed 200"])


class MatchSuggestionOut(WireModel):
    """A claim that the payer may have meant. `score` of 100 adds up the weights of the keys that agree."""

    claim_id: UUID
    external_id: str | None
    patient_control_number: str
    service_from: date
    service_to: date
    charge_cents: int
    submission_state: str
    adjudication_state: str
    score: int
    text: str = Field(examples=["6 of 7 agree; what differs: the total charge"])
    keys: list[ComparedKeyOut]


class SuggestionsOut(WireModel):
    """The best five, computed on this read; a suggestion never posts by itself."""

    remittance_id: UUID
    n: int
    suggestions: list[MatchSuggestionOut]


class HeldMoneyOut(WireModel):
    """Money that waits for a person: a held claim, a queued payment, or what a deposit differs by.

    `n` 0 is the payment itself; `If-Match` of what changes it is `"row_version"`.
    """

    kind: str = Field(examples=["claim"])
    remittance_id: UUID
    n: int
    row_version: int
    payer_id: UUID | None
    payer_name: str | None
    trace_number: str
    paid_on: date | None
    patient_control_number: str | None
    claim_id: UUID | None
    amount_cents: int
    received_at: datetime
    age_days: int
    blocker: Blocker
    links: dict[str, str]


class HeldTotalOut(WireModel):
    """How much waits for one reason; cents are absolute amounts."""

    kind: str
    reason: str = Field(examples=["no_match"])
    count: int
    amount_cents: int
    oldest_days: int


class HeldMoneyPage(WireModel):
    """A page of the queue, and the sums of everything the filters let through."""

    items: list[HeldMoneyOut]
    next_cursor: str | None
    totals: list[HeldTotalOut]


class LineMatchIn(StrictModel):
    """A line of the payment and the charge it is about."""

    line: PositiveInt32
    charge_id: UUID


class ClaimMatchIn(ReasonIn):
    """The claim that the payer meant. `lines` only where the rule does not find the charge."""

    claim_id: UUID
    lines: list[LineMatchIn] = Field(default_factory=list, max_length=999)
    not_a_repeat: bool = Field(
        default=False, description="True says that a claim held as a look-alike is another decision."
    )


class ReleaseIn(ReasonIn):
    """`deposit_cents` is what the bank shows; it must be the payment's own total."""

    deposit_cents: NonNegativeCents
