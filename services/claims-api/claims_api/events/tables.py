"""Outbox, event feed and the heads that number it."""

from sqlalchemy import BigInteger, Column, Identity, Integer, PrimaryKeyConstraint
from sqlmodel import Field

from ar_shared.platform.tables import At, Big, Json, OptId, Str, control, index, tenant, unique
from claims_api.base import SCHEMA, ClaimsTable


class Outbox(ClaimsTable, table=True):
    """A fact written in the business transaction, waiting for its sequence number."""

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


class Event(ClaimsTable, table=True):
    """The feed: gap-free per practice. `source_event_id` is the outbox row it came from."""

    __tablename__ = "event"
    __table_args__ = tenant(
        SCHEMA,
        unique("event_source_uq", "source", "source_event_id"),
        index("event_subject_ix", "subject_id", where="subject_id IS NOT NULL"),
        key="sequence",
        append_only=True,
    )

    practice_id: int
    sequence: Big
    source: Str
    source_event_id: Big
    type: Str
    subject_type: Str
    subject_id: OptId
    data: Json
    occurred_at: At
    recorded_at: At


class EventHead(ClaimsTable, table=True):
    """The last number given out in a practice; locking the row is what makes numbering exclusive."""

    __tablename__ = "event_head"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("practice_id"))

    practice_id: int = Field(sa_column=Column(Integer, autoincrement=False, nullable=False))
    last_sequence: Big
