"""The outbox, and which practices may have something in it."""

from sqlalchemy import BigInteger, Column, Identity, PrimaryKeyConstraint
from sqlmodel import Field

from ar_shared.platform.tables import At, Json, OptId, Str, control, tenant
from followup_worker.base import SCHEMA, FollowupTable


class Outbox(FollowupTable, table=True):
    """A fact written in the business transaction, waiting to be relayed."""

    __tablename__ = "outbox"
    __table_args__ = tenant(SCHEMA)

    practice_id: int
    id: int = Field(sa_column=Column(BigInteger, Identity(), nullable=False))
    type: Str
    subject_type: Str
    subject_id: OptId
    data: Json
    occurred_at: At
    recorded_at: At


class PracticeActivity(FollowupTable, table=True):
    """Which practices may have background work: found here because row-level security hides the rest."""

    __tablename__ = "practice_activity"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("practice_id", "kind"))

    practice_id: int
    kind: Str
    active_until: At
