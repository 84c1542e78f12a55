"""Rollups of receivables. Every row can be thrown away and folded again from the ledger."""

from ar_shared.platform.tables import Big, Cents, On, OptId, OptOn, OptStr, Small, Str, index, one_of, tenant
from reporting_api.aging.domain import Basis
from reporting_api.base import SCHEMA, ReportingTable
from reporting_api.slices import RECEIVABLE_SLICES


class ArDelta(ReportingTable, table=True):
    """What reaches a bucket, or an older one, on a day: at once, or over an age boundary and then dated ahead.

    One row for each bucket instead of a leaving and an arriving one: half the rows.
    """

    __tablename__ = "ar_delta"
    __table_args__ = tenant(
        SCHEMA,
        one_of("ar_delta_basis", "basis", Basis),
        one_of("ar_delta_slice", "slice", RECEIVABLE_SLICES),
        key="basis slice effective_on member account reached",
    )

    practice_id: int
    basis: Str
    slice: Str
    effective_on: On
    member: Str
    account: Small
    reached: Small
    cents: Cents


class ArCheckpoint(ReportingTable, table=True):
    """The same, summed from the beginning through a month's last day."""

    __tablename__ = "ar_checkpoint"
    __table_args__ = tenant(SCHEMA, key="basis slice month_end_on member account reached")

    practice_id: int
    basis: Str
    slice: Str
    month_end_on: On
    member: Str
    account: Small
    reached: Small
    cents: Cents


class ArLate(ReportingTable, table=True):
    """What became known after its effective day, not spread over buckets; `n` counts within the fold.

    `first_bill_on` null is unbilled. A read as known earlier takes these rows away again.
    """

    __tablename__ = "ar_late"
    __table_args__ = tenant(
        SCHEMA, index("ar_late_effective_ix", "effective_on"), key="folded_through n", append_only=True
    )

    practice_id: int
    folded_through: Big
    n: int
    known_on: On
    effective_on: On
    account: Small
    payer: OptId
    payer_class: OptStr
    provider: OptId
    location: OptId
    service_on: On
    first_bill_on: OptOn
    responsible_on: On
    cents: Cents
