"""How far the feed has been handled, the outbox, and which practices may have something in it."""

from sqlalchemy import BigInteger, Column, Identity, Integer, PrimaryKeyConstraint
from sqlmodel import Field

from ar_shared.platform.tables import At, Big, Json, OptId, Str, control, tenant
from followup_worker.base import SCHEMA, FollowupTable


class EventHead(FollowupTable, table=True):
    """The last event of a practice that was handled.

    Locking the row is what makes consuming, sweeping and sealing the access log exclusive within a practice.
    """

    __tablename__ = "event_head"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("practice_id"))

    practice_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    last_sequence: Big


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
