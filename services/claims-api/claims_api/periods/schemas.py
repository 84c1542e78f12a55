"""Wire shapes of closed months."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from ar_shared.platform.types import StrictModel, Text, WireModel
from claims_api.periods.domain import PeriodState

MonthPath = Annotated[
    str, Path(pattern="^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", description="A month like 2026-03.", examples=["2026-03"])
]
VersionPath = Annotated[int, Path(ge=1, le=32_767, description="1 is the first close of the month.")]


class ClosePeriodIn(StrictModel):
    """What the closer wants to keep with the snapshot."""

    note: Text(500) | None = None  # type: ignore[valid-type]


class ReopenPeriodIn(StrictModel):
    """Why the month is opened again."""

    reason: Text(500) = Field(examples=["A payment of the month was posted to another payer."])  # type: ignore[valid-type]


class PeriodOut(WireModel):
    """A month. `version` counts its closes; null while it was never closed by itself."""

    month: str = Field(examples=["2026-03"])
    first_day: date
    last_day: date
    state: PeriodState
    version: int | None = Field(examples=[1])
    closed_at: datetime | None = Field(description="When it was last closed.")
    ledger_agrees: bool | None = Field(
        description="Whether the ledger still says what the last close kept; null in lists and while it is open."
    )


class PeriodsOut(WireModel):
    """Months that were closed at some time, newest first. Everything before `first_open_day` is closed."""

    first_open_day: date | None = Field(description="Null while no month is closed.")
    items: list[PeriodOut]


class PeriodVersionOut(WireModel):
    """One close of a month, and why it was taken back if it was.

    `control_hash`: SHA-256 over the concatenated control hashes of the days that have postings, as the journal export
    gives them by effective day, in order of days; in hexadecimal.
    """

    version: int = Field(examples=[1])
    closed_on: date
    closed_at: datetime
    actor_kind: str = Field(examples=["user"])
    actor_id: str | None
    note: str | None
    journal_count: int
    posting_count: int
    control_hash: str = Field(examples=["1f" * 32])
    reopened_on: date | None
    reopened_at: datetime | None
    reopened_by_kind: str | None
    reopened_by: str | None
    reopening_reason: str | None


class PeriodVersionsOut(WireModel):
    """Every close of a month, newest first."""

    month: str
    items: list[PeriodVersionOut]


class SnapshotAccountOut(WireModel):
    """One account: debits and credits of the month, and debits less credits through its last day."""

    account: int = Field(examples=[1100])
    name: str
    debit_cents: int
    credit_cents: int
    balance_cents: int


class SnapshotOut(WireModel):
    """What the books said when the month was closed; it never changes."""

    close: PeriodVersionOut
    accounts: list[SnapshotAccountOut]


class JournalBehindOut(WireModel):
    """A journal that moved the account between two closes; `source_on` is the day it points back to."""

    journal_id: UUID
    kind: str
    effective_on: date
    source_on: date | None
    source_type: str
    source_id: UUID | None
    reverses_journal_id: UUID | None
    reason: str | None
    amount_cents: int = Field(description="Debits less credits.")


class AccountDifferenceOut(WireModel):
    """One account whose balance changed; `unexplained_cents` is what no journal between the closes explains: 0."""

    account: int
    name: str
    before_cents: int
    after_cents: int
    difference_cents: int
    unexplained_cents: int
    journals: list[JournalBehindOut]


class DifferencesOut(WireModel):
    """What one close says otherwise than the one before it (the first journals, `omitted_count` more)."""

    month: str
    before_version: int
    after_version: int
    accounts: list[AccountDifferenceOut]
    omitted_count: int
