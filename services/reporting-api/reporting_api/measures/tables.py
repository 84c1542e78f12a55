"""Rollups of measures. Every row can be thrown away and folded again from the ledger and the feed."""

from ar_shared.platform.tables import Big, Cents, On, OptId, OptOn, OptSmall, OptStr, Str, index, tenant
from reporting_api.base import SCHEMA, ReportingTable


class MeasureDay(ReportingTable, table=True):
    """One measure on one day, cut one way. `service_month` is -infinity for the sum over all months.

    A lag is kept as a histogram: `lag_days` says how long it took; 0 for plain sums.
    """

    __tablename__ = "measure_day"
    __table_args__ = tenant(SCHEMA, key="measure slice service_month effective_on member lag_days")

    practice_id: int
    measure: Str
    slice: Str
    service_month: On
    effective_on: On
    member: Str
    lag_days: int
    cents: Cents
    entries: Big


class MeasureCheckpoint(ReportingTable, table=True):
    """The same, summed from the beginning through a month's last day."""

    __tablename__ = "measure_checkpoint"
    __table_args__ = tenant(SCHEMA, key="measure slice service_month month_end_on member lag_days")

    practice_id: int
    measure: Str
    slice: Str
    service_month: On
    month_end_on: On
    member: Str
    lag_days: int
    cents: Cents
    entries: Big


class MeasureLate(ReportingTable, table=True):
    """The part that became known after its effective day, not cut yet; `n` counts within the fold."""

    __tablename__ = "measure_late"
    __table_args__ = tenant(
        SCHEMA,
        index("measure_late_effective_ix", "measure", "effective_on"),
        key="folded_through n",
        append_only=True,
    )

    practice_id: int
    folded_through: Big
    n: int
    known_on: On
    measure: Str
    effective_on: On
    lag_days: int
    service_month: OptOn
    payer: OptId
    payer_class: OptStr
    provider: OptId
    location: OptId
    owner: OptSmall
    category: OptStr
    cents: Cents
    entries: Big
