"""When each practice is looked at again, and how the last attempts went."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint
from sqlmodel import Field

from ar_shared.platform.tables import At, OptAt, control
from followup_worker.base import SCHEMA, FollowupTable


class SweepSchedule(FollowupTable, table=True):
    """One practice's sweep. `due_at`, `swept_at` and `parked_at` are machine time, `swept_to` practice time.

    `attempts` counts starts without an end, so that a practice whose sweep kills its worker is parked.
    """

    __tablename__ = "sweep_schedule"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("practice_id"))

    practice_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    due_at: At
    attempts: int
    parked_at: OptAt
    swept_at: OptAt
    swept_to: OptAt
    oldest_open_days: int | None = None
