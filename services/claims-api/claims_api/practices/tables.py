"""The practice registry: control plane, no patient data."""

from uuid import UUID

from sqlalchemy import Column, Identity, Integer, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ar_shared.platform.tables import At, Big, Json, OptAt, Str, control, one_of
from claims_api.base import SCHEMA, ClaimsTable


class Practice(ClaimsTable, table=True):
    """One tenant. `id` is the small number inside every key; the API shows `uuid`."""

    __tablename__ = "practice"
    __table_args__ = control(
        SCHEMA,
        UniqueConstraint("uuid", name="practice_uuid_uq"),
        one_of("practice_mode", "mode", ("sandbox", "production")),
    )

    id: int = Field(sa_column=Column(Integer, Identity(always=True), primary_key=True))
    uuid: UUID
    name: Str
    mode: Str
    time_zone: Str
    test_clock_at: OptAt
    settings: Json
    created_at: At


class PracticeActivity(ClaimsTable, table=True):
    """Which practices may have background work: found here because row-level security hides the rest."""

    __tablename__ = "practice_activity"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("practice_id", "kind"))

    practice_id: int
    kind: Str
    active_until: At


class ControlCounter(ClaimsTable, table=True):
    """Interchange and group numbers, one row for each pair of trading partners and kind.

    Practices that send under one submitter id share its row, so a number names one file.
    """

    __tablename__ = "control_counter"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("sender", "receiver", "kind"))

    sender: Str
    receiver: Str
    kind: Str
    value: Big
