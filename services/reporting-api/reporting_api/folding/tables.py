"""How far the rollups have come, and what the feed said about each claim first."""

from uuid import UUID

from sqlalchemy import Column, Integer
from sqlmodel import Field

from ar_shared.platform.tables import Big, Cents, On, OptAt, OptBig, OptId, OptOn, OptStr, Small, Str, tenant
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
    """What a claim was when the feed first spoke of it, and what was first said of it.

    Whose it is and what it charged stay as they were then: a number of a past month must not move because a claim is
    corrected today.
    """

    __tablename__ = "claim_fact"
    __table_args__ = tenant(SCHEMA, key="claim_id")

    practice_id: int
    claim_id: UUID
    purpose: Str
    sequence: Small
    charge_cents: Cents
    service_to: On
    payer: OptId
    payer_class: OptStr
    provider: OptId
    location: OptId
    sent_sequence: OptBig
    sent_on: OptOn
    sent_known_on: OptOn
    sent_version: int | None = None
    accepted_sequence: OptBig
    accepted_on: OptOn
    refused_sequence: OptBig
    adjudicated_sequence: OptBig
    adjudicated_on: OptOn
    adjudication_state: OptStr
    adjudicated_by: OptStr
    reworked_sequence: OptBig
    reworked_on: OptOn
    paid_sequence: OptBig
    paid_on: OptOn
