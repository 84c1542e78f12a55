"""Documents, what they belong to, and their bytes where no folder keeps them."""

from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from ar_shared.platform.tables import (
    At,
    Json,
    Octets,
    On,
    OptAt,
    OptBig,
    OptOn,
    OptStr,
    Str,
    fk,
    index,
    one_of,
    practice_fk,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.documents.domain import MEDIA_TYPES, DocumentKind, DocumentSource, LinkKind


class Document(ClaimsTable, table=True):
    """What is known of a paper. The bytes have the digest `sha256`; `stored_at` is null until they came."""

    __tablename__ = "document"
    __table_args__ = tenant(
        SCHEMA,
        practice_fk(),
        unique("document_external_uq", "external_id"),
        one_of("document_kind", "kind", DocumentKind),
        one_of("document_source", "source", DocumentSource),
        one_of("document_media_type", "media_type", MEDIA_TYPES),
    )

    practice_id: int
    id: UUID
    external_id: Str
    kind: Str
    media_type: Str
    sha256: Octets
    size_bytes: OptBig
    dated_on: OptOn
    received_on: On
    source: Str
    actor: Json
    retain_until: OptOn
    legal_hold: bool
    attachment_control_number: OptStr
    stored_at: OptAt
    created_at: At
    updated_at: At


class DocumentLink(ClaimsTable, table=True):
    """Something a document belongs to."""

    __tablename__ = "document_link"
    __table_args__ = tenant(
        SCHEMA,
        fk("document_id", "claims.document", cascade=True),
        index("document_link_target_ix", "kind", "target_id"),
        one_of("document_link_kind", "kind", LinkKind),
        key="document_id kind target_id",
    )

    practice_id: int
    document_id: UUID
    kind: Str
    target_id: UUID


class DocumentContent(ClaimsTable, table=True):
    """Bytes by their digest, kept here when the installation names no folder for them."""

    __tablename__ = "document_content"
    __table_args__ = tenant(SCHEMA, key="sha256")

    practice_id: int
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    content: Octets
