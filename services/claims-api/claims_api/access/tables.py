"""API clients, their grants and the issuer's keys (control plane), staff and the access log (tenant)."""

from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint

from ar_shared.platform.tables import (
    At,
    Big,
    Json,
    Octets,
    OptAt,
    OptCents,
    OptJson,
    OptOctets,
    OptStr,
    Str,
    Texts,
    control,
    index,
    one_of,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable


class ApiClient(ClaimsTable, table=True):
    """A program that may ask for tokens, by secret (sandbox) or by its own keys."""

    __tablename__ = "api_client"
    __table_args__ = control(
        SCHEMA,
        PrimaryKeyConstraint("id"),
        one_of("api_client_kind", "kind", ("integrator", "service", "sandbox")),
    )

    id: Str
    name: Str
    kind: Str
    secret_hash: OptStr
    jwks: OptJson
    scopes: Texts
    created_at: At
    disabled_at: OptAt


class ApiClientPractice(ClaimsTable, table=True):
    """A practice the client may act for."""

    __tablename__ = "api_client_practice"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("client_id", "practice_id"))

    client_id: Str
    practice_id: int


class SigningKey(ClaimsTable, table=True):
    """The issuer's ES256 keys; the newest signs, the others verify until they retire."""

    __tablename__ = "signing_key"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("kid"))

    kid: Str
    private_jwk: Json
    created_at: At
    retires_at: At


class AssertionJti(ClaimsTable, table=True):
    """A client assertion that was used; using it again is refused."""

    __tablename__ = "assertion_jti"
    __table_args__ = control(SCHEMA, PrimaryKeyConstraint("client_id", "jti"))

    client_id: Str
    jti: Str
    expires_at: At


class StaffUser(ClaimsTable, table=True):
    """A person who works for the practice; approvals need one, or a named rule."""

    __tablename__ = "staff_user"
    __table_args__ = tenant(SCHEMA, unique("staff_user_external_uq", "external_id"))

    practice_id: int
    id: UUID
    external_id: Str
    name: Str
    roles: Texts
    write_off_limit_cents: OptCents
    disabled_at: OptAt
    created_at: At
    updated_at: At


class IdempotencyKey(ClaimsTable, table=True):
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


class AccessLogPending(ClaimsTable, table=True):
    """One operation on patient-level data, written in the operation's own transaction; sealed soon after."""

    __tablename__ = "access_log_pending"
    __table_args__ = tenant(SCHEMA)

    practice_id: int
    id: UUID
    entry: Json


class AccessLog(ClaimsTable, table=True):
    """The sealed log: entry n holds the hash of entry n-1, so a change or a gap shows."""

    __tablename__ = "access_log"
    __table_args__ = tenant(SCHEMA, unique("access_log_id_uq", "id"), key="n", append_only=True)

    practice_id: int
    n: Big
    id: UUID
    entry: Json
    previous_hash: OptOctets
    hash: Octets
