"""276 and 277: the question what became of a claim, and its answer (005010X212).

Levels of both: information source (the payer), receiver (who asks), provider, subscriber, and a dependent where the
patient is not the subscriber. Here each question and each answer stands alone, with the parties above it. A 277
never moves money.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ar_shared.x12.claim_ack import StatusCode
from ar_shared.x12.claim_facts import Party, Period, Reference, first_value

VERSION: Final = "005010X212"
PATIENT_CONTROL_NUMBER, PAYER_CLAIM_NUMBER = "EJ", "1K"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusParties:
    """Who is asked (PR), who asks (41), for which provider (1P), about whom (IL; QC when another is the patient)."""

    source: Party
    receiver: Party
    provider: Party
    subscriber: Party
    patient: Party | None = None


@dataclass(slots=True)
class StatusInquiry:
    """One claim that is asked about. `trace` comes back in the answer."""

    parties: StatusParties
    trace: str
    references: list[Reference] = field(default_factory=list)
    charge_cents: int | None = None
    service: Period | None = None

    @property
    def patient_control_number(self) -> str:
        return first_value(self.references, PATIENT_CONTROL_NUMBER)

    @property
    def payer_claim_control_number(self) -> str:
        return first_value(self.references, PAYER_CLAIM_NUMBER)


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """One STC: category and code, when it became so; for a decided claim what was decided, when and how it was paid."""

    code: StatusCode
    effective_on: date
    charge_cents: int | None = None
    paid_cents: int | None = None
    decided_on: date | None = None
    paid_on: date | None = None
    payment_number: str = ""


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The answer to one question, or what a payer says unasked; then `trace` is 0."""

    parties: StatusParties
    trace: str
    statuses: tuple[ClaimStatus, ...]
    references: tuple[Reference, ...] = ()
    service: Period | None = None
