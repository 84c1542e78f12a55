"""How far the rollups have come, and what the feed said about each claim first."""

from uuid import UUID

from sqlalchemy import Column, Integer
from sqlmodel import Field

from ar_shared.platform.tables import Big, OptAt, OptBig, OptOn, OptStr, index, tenant
from reporting_api.base import SCHEMA, ReportingTable


class FoldCursor(ReportingTable, table=True):
    """One row a practice; locking it is what makes folding exclusive.

    `exact_at` is when the last folded event was recorded. `max_late_days` is the greatest distance between an
    effective day and the day it became known: it bounds every read of late rows. Checkpoints exist for each month
    end from `first_checkpoint_on` through `last_checkpoint_on`.
    """

    __tablename__ = "fold_cursor"
    __table_args__ = tenant(SCHEMA, key="")

    practice_id: int = Field(sa_column=Column(Integer, nullable=False, autoincrement=False))
    last_sequence: Big
    exact_at: OptAt
    max_late_days: int
    first_checkpoint_on: OptOn
    last_checkpoint_on: OptOn


class ClaimFact(ReportingTable, table=True):
    """First things: when a claim was first sent, and what its first adjudication decided."""

    __tablename__ = "claim_fact"
    __table_args__ = tenant(
        SCHEMA,
        index("claim_fact_sent_ix", "sent_sequence"),
        index("claim_fact_adjudicated_ix", "adjudicated_sequence"),
        key="claim_id",
    )

    practice_id: int
    claim_id: UUID
    sent_sequence: OptBig
    sent_on: OptOn
    sent_known_on: OptOn
    sent_version: int | None = None
    adjudicated_sequence: OptBig
    adjudicated_on: OptOn
    adjudication_state: OptStr
