"""Idempotency keys and the access log."""

from uuid import UUID

from ar_shared.platform.tables import At, Big, Json, Octets, OptOctets, Str, index, tenant, unique
from followup_worker.base import SCHEMA, FollowupTable


class IdempotencyKey(FollowupTable, table=True):
    """A write that was answered; kept 30 days so that its repeat gets the same answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = tenant(SCHEMA, index("idempotency_key_age_ix", "created_at"), key="client_id key")

    practice_id: int
    client_id: Str
    key: Str
    request_hash: Octets
    status: int
    body: Octets
    created_at: At


class AccessLogPending(FollowupTable, table=True):
    """One operation on patient-level data, written in the operation's own transaction; sealed soon after."""

    __tablename__ = "access_log_pending"
    __table_args__ = tenant(SCHEMA)

    practice_id: int
    id: UUID
    entry: Json


class AccessLog(FollowupTable, table=True):
    """The sealed log: entry n holds the hash of entry n-1, so a change or a gap shows."""

    __tablename__ = "access_log"
    __table_args__ = tenant(SCHEMA, unique("access_log_id_uq", "id"), key="n", append_only=True)

    practice_id: int
    n: Big
    id: UUID
    entry: Json
    previous_hash: OptOctets
    hash: Octets
