"""How far the event feed has been handled."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint
from sqlmodel import Field

from ar_shared.platform.tables import Big, control
from followup_worker.base import SCHEMA, FollowupTable


class EventHead(FollowupTable, table=True):
    """The last event of a practice that was handled.

    Locking the row is what makes consuming, sweeping and sealing the access log exclusive within a practice.
    """

    __tablename__ = "event_head"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("practice_id"))

    practice_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    last_sequence: Big
