"""The access log."""

from uuid import UUID

from ar_shared.platform.tables import Big, Json, Octets, OptOctets, tenant, unique
from reporting_api.base import SCHEMA, ReportingTable


class AccessLogPending(ReportingTable, table=True):
    """One operation on patient-level data, sealed soon after."""

    __tablename__ = "access_log_pending"
    __table_args__ = tenant(SCHEMA)

    practice_id: int
    id: UUID
    entry: Json


class AccessLog(ReportingTable, table=True):
    """The sealed log: entry n holds the hash of entry n-1, so a change or a gap shows."""

    __tablename__ = "access_log"
    __table_args__ = tenant(SCHEMA, unique("access_log_id_uq", "id"), key="n", append_only=True)

    practice_id: int
    n: Big
    id: UUID
    entry: Json
    previous_hash: OptOctets
    hash: Octets
